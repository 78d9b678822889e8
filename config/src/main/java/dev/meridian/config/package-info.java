/**
 * The file that describes a deployment, and what it means. Start at {@link
 * dev.meridian.config.ConfigurationFile}; the result is a {@link dev.meridian.config.Configuration}
 * or the list of everything that is wrong with the file.
 */
@NullMarked
package dev.meridian.config;

import org.jspecify.annotations.NullMarked;
