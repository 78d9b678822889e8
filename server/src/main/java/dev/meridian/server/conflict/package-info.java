/** The rules of {@code conflict_resolution: custom}: CEL, bounded in all that it does. Its jars are used here only. */
@NullMarked
package dev.meridian.server.conflict;

import org.jspecify.annotations.NullMarked;
