package dev.meridian.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the file writes times and sizes. */
public final class Amounts {
    /** Milliseconds of each unit of time, longest first. */
    public static final Map<String, Long> TIME_UNITS = new LinkedHashMap<>();

    /** Bytes of each unit of size, largest first. */
    public static final Map<String, Long> SIZE_UNITS = new LinkedHashMap<>();

    static {
        TIME_UNITS.put("d", 86_400_000L);
        TIME_UNITS.put("h", 3_600_000L);
        TIME_UNITS.put("m", 60_000L);
        TIME_UNITS.put("s", 1_000L);
        TIME_UNITS.put("ms", 1L);
        SIZE_UNITS.put("TB", 1_000_000_000_000L);
        SIZE_UNITS.put("GiB", 1L << 30);
        SIZE_UNITS.put("GB", 1_000_000_000L);
        SIZE_UNITS.put("MiB", 1L << 20);
        SIZE_UNITS.put("MB", 1_000_000L);
        SIZE_UNITS.put("KiB", 1L << 10);
        SIZE_UNITS.put("KB", 1_000L);
        SIZE_UNITS.put("B", 1L);
    }

    private Amounts() {}

    /** Shortest exact form with one unit: {@code 5s}, {@code 1500ms}. */
    public static String duration(Duration duration) {
        return shortest(duration.toMillis(), TIME_UNITS, "ms");
    }

    /** Shortest exact form with one unit: {@code 64MiB}, {@code 10MB}. */
    public static String bytes(long bytes) {
        return shortest(bytes, SIZE_UNITS, "B");
    }

    private static String shortest(long amount, Map<String, Long> units, String least) {
        if (amount != 0) {
            for (Map.Entry<String, Long> unit : units.entrySet()) {
                if (amount % unit.getValue() == 0) {
                    return amount / unit.getValue() + unit.getKey();
                }
            }
        }
        return amount + least;
    }
}
