/** The emulated WAN: TCP proxies in user space between the regions of one machine. */
@NullMarked
package dev.meridian.cli.wan;

import org.jspecify.annotations.NullMarked;
