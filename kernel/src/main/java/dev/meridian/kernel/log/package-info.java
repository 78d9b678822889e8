/**
 * The format of a node's log and of its changed rows, and what recovery makes of them: pure functions over bytes, the
 * same for real disks and for simulated ones.
 */
@NullMarked
package dev.meridian.kernel.log;

import org.jspecify.annotations.NullMarked;
