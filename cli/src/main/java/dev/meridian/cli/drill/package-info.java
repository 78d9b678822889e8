/** Drills: one fault on purpose, under clients, and what the file promises beside what was measured. */
@NullMarked
package dev.meridian.cli.drill;

import org.jspecify.annotations.NullMarked;
