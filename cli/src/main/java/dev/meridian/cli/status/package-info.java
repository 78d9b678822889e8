/** What nodes say of themselves, asked for and laid out. */
@NullMarked
package dev.meridian.cli.status;

import org.jspecify.annotations.NullMarked;
