package dev.meridian.simulator.history.linearizability;

/** Hashes of 64 bits, the same on every machine. */
final class Hashes {
    private Hashes() {}

    /** The finalizer of SplitMix64 (Steele et al., OOPSLA 2014). */
    static long mix(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    static long of(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = hash * 0x100000001B3L + text.charAt(i);
        }
        return mix(hash);
    }
}
