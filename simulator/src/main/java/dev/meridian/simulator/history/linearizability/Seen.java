package dev.meridian.simulator.history.linearizability;

/**
 * The configurations that were met: 128 bits of hash each, so that a hundred million comparisons err with a chance of less than 1e-22.
 */
final class Seen {
    private long[] slots = new long[2 << 10];
    private int size;
    private final int max;

    Seen(int max) {
        this.max = max;
    }

    boolean full() {
        return size >= max;
    }

    /** Whether it is new. */
    boolean add(long high, long low) {
        if (size * 4 >= slots.length) {
            grow();
        }
        if (put(slots, high, low == 0 ? 1 : low)) {
            size++;
            return true;
        }
        return false;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i + 1] != 0) {
                put(larger, slots[i], slots[i + 1]);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long high, long low) {
        int mask = slots.length - 1;
        for (int i = (int) (high << 1) & mask; ; i = i + 2 & mask) {
            if (slots[i + 1] == 0) {
                slots[i] = high;
                slots[i + 1] = low;
                return true;
            }
            if (slots[i] == high && slots[i + 1] == low) {
                return false;
            }
        }
    }
}
