/** Certificates of regions: what they name, how they are read, checked and made. */
@NullMarked
package dev.meridian.server.certificate;

import org.jspecify.annotations.NullMarked;
