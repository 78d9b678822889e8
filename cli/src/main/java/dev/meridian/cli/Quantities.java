package dev.meridian.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times, rates and shares as people write them: {@code 80ms}, {@code 10MB/s}, {@code 1%}. */
public final class Quantities {
    private static final Duration DELAY_MAX = Duration.ofSeconds(60);
    private static final long RATE_MIN = 1_000;
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)\\s*([A-Za-z%/]*)");
    private static final Map<String, Double> SECONDS = Map.of("us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0);
    private static final Map<String, Double> LASTING = Map.of("ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0);
    private static final Map<String, Double> BYTES_PER_SECOND = Map.of(
            "B/s", 1.0, "KB/s", 1e3, "kB/s", 1e3, "MB/s", 1e6, "GB/s", 1e9, "kbit/s", 125.0, "Mbit/s", 125e3, "Gbit/s",
            125e6);

    private Quantities() {}

    /** A delay from 0 to 60 s. */
    public static Duration delay(String text) {
        Matcher amount = amount(text, "a time with its unit, such as 80ms or 1.5s");
        Double unit = SECONDS.get(amount.group(2));
        if (unit == null) {
            throw wrong(text, "a time needs its unit: us, ms or s, such as 80ms");
        }
        var delay = Duration.ofNanos(Math.round(Double.parseDouble(amount.group(1)) * unit * 1e9));
        if (delay.compareTo(DELAY_MAX) > 0) {
            throw wrong(text, "at most 60s; to let nothing pass use `meridian wan cut`");
        }
        return delay;
    }

    /** How long something lasts: from 100 ms to an hour. */
    public static Duration lasting(String text) {
        Matcher amount = amount(text, "a time with its unit, such as 30s or 2m");
        Double unit = LASTING.get(amount.group(2));
        if (unit == null) {
            throw wrong(text, "a time needs its unit: ms, s, m or h, such as 30s");
        }
        double seconds = Double.parseDouble(amount.group(1)) * unit;
        if (seconds < 0.1 || seconds > 3600) {
            throw wrong(text, "from 100ms to 1h");
        }
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    /** A share from 0 to below 1, written in percent. */
    public static double loss(String text) {
        Matcher amount = amount(text, "a share in percent, such as 1%");
        if (!amount.group(2).equals("%")) {
            throw wrong(text, "write it in percent, such as 1%");
        }
        double share = Double.parseDouble(amount.group(1)) / 100;
        if (share >= 1) {
            throw wrong(text, "below 100%; to let nothing pass use `meridian wan cut`");
        }
        return share;
    }

    /** Bytes a second, or 0 for {@code unlimited}. */
    public static long rate(String text) {
        if (text.equals("unlimited")) {
            return 0;
        }
        Matcher amount = amount(text, "a rate, such as 10MB/s, 100Mbit/s or unlimited");
        Double unit = BYTES_PER_SECOND.get(amount.group(2));
        if (unit == null) {
            throw wrong(text, "a rate needs its unit: B/s, KB/s, MB/s, GB/s, kbit/s, Mbit/s or Gbit/s");
        }
        long rate = Math.round(Double.parseDouble(amount.group(1)) * unit);
        if (rate < RATE_MIN) {
            throw wrong(text, "at least 1KB/s; to let nothing pass use `meridian wan cut`");
        }
        return rate;
    }

    /** Milliseconds with as many digits as tell something: 0.21, 7.4, 76. */
    public static String millis(double ms) {
        double magnitude = Math.abs(ms);
        return String.format(Locale.ROOT, magnitude < 1 ? "%.2f" : magnitude < 10 ? "%.1f" : "%.0f", ms);
    }

    /** A time span in the unit that suits it: 40 ms, 2.1 s, 3 min, 5 h. */
    public static String span(double ms) {
        if (ms < 1_000) {
            return Math.round(ms) + " ms";
        }
        if (ms < 120_000) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1_000);
        }
        return ms < 7_200_000 ? Math.round(ms / 60_000) + " min" : Math.round(ms / 3_600_000) + " h";
    }

    /** Bytes or counts shortened to three digits: 812, 4.1k, 30M. */
    public static String count(double amount) {
        for (var step : List.of(Map.entry(1e9, "G"), Map.entry(1e6, "M"), Map.entry(1e3, "k"))) {
            if (amount >= step.getKey()) {
                double shortened = amount / step.getKey();
                return String.format(Locale.ROOT, shortened < 10 ? "%.1f%s" : "%.0f%s", shortened, step.getValue());
            }
        }
        return String.valueOf(Math.round(amount));
    }

    public static String rateText(long bytesPerSecond) {
        return bytesPerSecond == 0 ? "unlimited" : count(bytesPerSecond).replace("k", "K") + "B/s";
    }

    private static Matcher amount(String text, String rule) {
        Matcher matcher = AMOUNT.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text, "expected " + rule);
        }
        return matcher;
    }

    private static Failure wrong(String text, String rule) {
        return Trouble.BAD_QUANTITY.because("`" + text + "` cannot be used", rule);
    }
}
