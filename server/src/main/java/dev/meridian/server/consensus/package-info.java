/** The control group as it ships: Apache Ratis over the regions, with the kernel's {@code ControlState} for its state machine. */
@NullMarked
package dev.meridian.server.consensus;

import org.jspecify.annotations.NullMarked;
