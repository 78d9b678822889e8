/** Text to nodes with places: safe YAML 1.2, bounded, without object construction. */
@NullMarked
package dev.meridian.config.yaml;

import org.jspecify.annotations.NullMarked;
