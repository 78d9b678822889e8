/** Whether one order of all operations explains every answer: the search of Wing and Gong, as Lowe and Porcupine made it fast. */
@NullMarked
package dev.meridian.simulator.history.linearizability;

import org.jspecify.annotations.NullMarked;
