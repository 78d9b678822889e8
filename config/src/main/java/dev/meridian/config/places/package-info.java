/** Known regions of the large clouds and the round trips between them. */
@NullMarked
package dev.meridian.config.places;

import org.jspecify.annotations.NullMarked;
