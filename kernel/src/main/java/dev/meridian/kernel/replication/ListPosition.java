package dev.meridian.kernel.replication;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Identities of list elements whose unsigned byte order is their order in the list, the same everywhere. A
 * position is a path of components of 24 bytes: a rank (64 bits, sign flipped, big endian), the origin that made it and a
 * timestamp that the origin never used before, so that no two elements share a position. Between any two there is
 * room for another, if need be by a longer path (Logoot; Weiss et al., 2009).
 */
final class ListPosition {
    private static final int COMPONENT = 24;
    private static final long GAP = 1L << 20;

    private ListPosition() {}

    /** Beyond {@code extreme}, the first or last position in use; or the first position of a list. */
    static byte[] atEnd(byte @Nullable [] extreme, boolean head, long origin, long stamp) {
        long rank = extreme == null ? 0 : rank(extreme, 0) + (head ? -GAP : GAP);
        return component(new byte[0], rank, origin, stamp);
    }

    static byte[] between(byte[] left, byte[] right, long origin, long stamp) {
        int common = 0;
        int limit = Math.min(left.length, right.length);
        while (common < limit && Arrays.equals(left, common, common + COMPONENT, right, common, common + COMPONENT)) {
            common += COMPONENT;
        }
        if (common == left.length) {
            return component(left, midpoint(-(1L << 62), rank(right, common)), origin, stamp);
        }
        long low = rank(left, common);
        long high = rank(right, common);
        if (high - low > 1) {
            return component(Arrays.copyOf(left, common), midpoint(low, high), origin, stamp);
        }
        // No room at this level: after everything that begins as left does here, on the next.
        int deeper = common + COMPONENT;
        return deeper < left.length
                ? component(Arrays.copyOf(left, deeper), rank(left, deeper) + GAP, origin, stamp)
                : component(left, 0, origin, stamp);
    }

    private static long midpoint(long low, long high) {
        return high - low > 2 * GAP ? high - GAP : low + (high - low) / 2;
    }

    private static long rank(byte[] position, int at) {
        long n = 0;
        for (int i = 0; i < 8; i++) {
            n = n << 8 | position[at + i] & 0xFF;
        }
        return n ^ Long.MIN_VALUE;
    }

    private static byte[] component(byte[] prefix, long rank, long origin, long stamp) {
        byte[] position = Arrays.copyOf(prefix, prefix.length + COMPONENT);
        put(position, prefix.length, rank ^ Long.MIN_VALUE);
        put(position, prefix.length + 8, origin);
        put(position, prefix.length + 16, stamp);
        return position;
    }

    private static void put(byte[] bytes, int at, long n) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (n >>> 56 - 8 * i);
        }
    }
}
