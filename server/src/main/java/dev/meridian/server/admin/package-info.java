/** The HTTP door: probes, status, events, configuration; and the server that speaks it. */
@NullMarked
package dev.meridian.server.admin;

import org.jspecify.annotations.NullMarked;
