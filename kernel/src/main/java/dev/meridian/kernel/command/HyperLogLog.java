package dev.meridian.kernel.command;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Redis' HyperLogLog: 2^14 registers of values 0 to 51, elements hashed by MurmurHash64A with Redis' seed, cardinality by
 * Ertl's estimator as Redis computes it. Equal elements give equal registers and counts here and there. Stateless.
 */
final class HyperLogLog {
    static final int REGISTERS = 1 << 14;

    private static final int INDEX_BITS = 14;
    private static final int RANK_BITS = 64 - INDEX_BITS;
    private static final double ALPHA_INFINITY = 0.721347520444481703680;
    private static final long SEED = 0xadc83b19L;
    private static final long M = 0xc6a4a7935bd1e995L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private HyperLogLog() {}

    static long hash(byte[] bytes, int offset, int length) {
        long h = SEED ^ length * M;
        int at = offset;
        for (int end = offset + (length & ~7); at < end; at += 8) {
            long k = (long) LONGS.get(bytes, at) * M;
            k ^= k >>> 47;
            h = (h ^ k * M) * M;
        }
        int rest = length & 7;
        if (rest > 0) {
            for (int i = rest - 1; i >= 0; i--) {
                h ^= (bytes[at + i] & 0xFFL) << 8 * i;
            }
            h *= M;
        }
        h = (h ^ h >>> 47) * M;
        return h ^ h >>> 47;
    }

    /** The register that an element's hash falls into. */
    static int register(long hash) {
        return (int) (hash & REGISTERS - 1);
    }

    /** What the element's hash offers to its register: 1 to 51. */
    static int rank(long hash) {
        return Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << RANK_BITS) + 1;
    }

    /** The estimated number of elements behind these registers. */
    static long count(byte[] registers) {
        int[] histogram = new int[64];
        for (byte r : registers) {
            histogram[r]++;
        }
        double z = REGISTERS * tau((REGISTERS - histogram[RANK_BITS + 1]) / (double) REGISTERS);
        for (int j = RANK_BITS; j >= 1; j--) {
            z = (z + histogram[j]) * 0.5;
        }
        z += REGISTERS * sigma(histogram[0] / (double) REGISTERS);
        // Registers number 2^14, so their square is exact.
        return Math.round(ALPHA_INFINITY * REGISTERS * REGISTERS / z);
    }

    private static double tau(double start) {
        if (start == 0 || start == 1) {
            return 0;
        }
        double x = start;
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (before != z);
        return z / 3;
    }

    private static double sigma(double start) {
        if (start == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = start;
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (before != z);
        return z;
    }
}
