/** What a trial of real regions is made of: faults, clients with unique values, and reads of everything in the end. */
@NullMarked
package dev.meridian.cli.blackbox;

import org.jspecify.annotations.NullMarked;
