/** The black box: real processes, real clients, faults drawn from a seed, and checkers that see only what clients were told. */
@NullMarked
package dev.meridian.cli.chaos;

import org.jspecify.annotations.NullMarked;
