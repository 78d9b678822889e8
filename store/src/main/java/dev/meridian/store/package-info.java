/**
 * What a region keeps on disk: a log that is written ahead, and rows that follow it in RocksDB. Nothing of RocksDB shows in a
 * public signature.
 */
@NullMarked
package dev.meridian.store;

import org.jspecify.annotations.NullMarked;
