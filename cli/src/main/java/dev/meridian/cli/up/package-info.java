/** {@code meridian up}: a process a region on this machine, and the talk with a deployment that runs so. */
@NullMarked
package dev.meridian.cli.up;

import org.jspecify.annotations.NullMarked;
