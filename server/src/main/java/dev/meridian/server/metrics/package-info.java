/** Figures of a node as Prometheus reads them. */
@NullMarked
package dev.meridian.server.metrics;

import org.jspecify.annotations.NullMarked;
