/** A small Redis client: enough for a prompt. */
@NullMarked
package dev.meridian.cli.resp;

import org.jspecify.annotations.NullMarked;
