/** Planted bugs, and the proof that some checker finds each of them. */
@NullMarked
package dev.meridian.simulator.mutant;

import org.jspecify.annotations.NullMarked;
