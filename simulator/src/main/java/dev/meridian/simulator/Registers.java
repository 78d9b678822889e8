package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The registers that one client each writes with growing numbers, for promises about age: which number was acknowledged
 * when, so that a read with a bound can be judged by true time (S1).
 */
final class Registers {
    private record Acknowledged(long value, long atNs) {}

    private final Map<String, List<Acknowledged>> histories = new TreeMap<>();

    void acknowledged(String key, long value, long nowNs) {
        histories.computeIfAbsent(key, k -> new ArrayList<>()).add(new Acknowledged(value, nowNs));
    }

    /** What the client wrote may be lost with a region's power or disk: nothing is known of it any more. */
    void forget(String key) {
        histories.remove(key);
    }

    /** The least that a read must show that contains all that was acknowledged until then. */
    long atLeast(String key, long untilNs) {
        long least = 0;
        for (Acknowledged a : histories.getOrDefault(key, List.of())) {
            if (a.atNs <= untilNs) {
                least = Math.max(least, a.value);
            }
        }
        return least;
    }
}
