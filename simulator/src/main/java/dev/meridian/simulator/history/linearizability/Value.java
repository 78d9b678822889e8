package dev.meridian.simulator.history.linearizability;

import java.util.Arrays;

/**
 * What a key holds at one point of an order. Sets and lists are compared by a hash of 64 bits over their elements, so that a read costs
 * the same whatever it shows.
 */
sealed interface Value {
    Value MISSING = new Missing();

    long hash();

    /** How many elements a set or list has. */
    default int size() {
        return 0;
    }

    /** Whether a set may be made of it, by adding to it. */
    default boolean isSet() {
        return this instanceof Missing || this instanceof Members;
    }

    default boolean isList() {
        return this instanceof Missing || this instanceof Elements;
    }

    record Missing() implements Value {
        @Override
        public long hash() {
            return 0;
        }
    }

    record Text(String text) implements Value {
        @Override
        public long hash() {
            return Hashes.of(text);
        }
    }

    /**
     * A set.
     *
     * @param bits the elements, by their numbers in the key
     */
    record Members(long[] bits, int size, long hash) implements Value {
        boolean has(int element) {
            return element >> 6 < bits.length && (bits[element >> 6] >> element & 1) != 0;
        }

        /** With the element where it is not, without it where it is. */
        Value flipped(int element, String text) {
            long[] flipped = Arrays.copyOf(bits, Math.max(bits.length, (element >> 6) + 1));
            flipped[element >> 6] ^= 1L << element;
            int left = size + (has(element) ? -1 : 1);
            return left == 0 ? MISSING : new Members(flipped, left, hash ^ Hashes.of(text));
        }
    }

    /** A list, which only grows at its end. */
    record Elements(int size, long hash) implements Value {
        static long hash(long before, String text) {
            return Hashes.mix(before * 31 + Hashes.of(text));
        }

        Elements and(String text) {
            return new Elements(size + 1, hash(hash, text));
        }
    }
}
