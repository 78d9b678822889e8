package dev.meridian.config.places;

import dev.meridian.config.Region;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Round trips between regions: measured where the table has the pair, else estimated from the
 * distance, else assumed. Symmetric. Thread-safe.
 */
public final class RoundTrips {
    /** Assumed where nothing is known about one of the regions. */
    public static final double ASSUMED_MS = 100;

    private static final double EARTH_RADIUS_KM = 6371.0088;

    /** Light in fibre, there and back: 200,000 km a second each way. */
    private static final double FIBRE_MS_PER_KM = 0.01;

    private static final double LEAST_MS = 0.5;

    private static final Map<String, String> SOURCES = Map.of(
            "a", "cloudping.co, median of one year, 2025-05-29",
            "m", "Microsoft's published matrix, 2025-07-01",
            "s", "Skyplane, one run, 2022-04-16");

    private RoundTrips() {}

    /** Zero from a region to itself. */
    public static RoundTrip between(Region a, Region b) {
        if (a.name().equals(b.name())) {
            return new RoundTrip(0, false, "the same region");
        }
        RoundTrip measured = Measured.PAIRS.get(pair(a.name(), b.name()));
        if (measured != null && isKnownPlace(a) && isKnownPlace(b)) {
            return measured;
        }
        Double km = distanceKm(a, b);
        if (km == null) {
            return new RoundTrip(ASSUMED_MS, true, "assumed: coordinates unknown");
        }
        String continents = a.continent() == null || b.continent() == null ? "" : pair(a.continent(), b.continent());
        Line line = Measured.LINES.getOrDefault(continents, Measured.ANYWHERE);
        double ms = Math.max(line.baseMs + line.msPerKm * km, Math.max(LEAST_MS, km * FIBRE_MS_PER_KM));
        return new RoundTrip(Math.round(ms * 10) / 10.0, true, "estimated from " + Math.round(km) + " km");
    }

    /** Great-circle distance; null when coordinates are missing. */
    public static @Nullable Double distanceKm(Region a, Region b) {
        if (a.latitude() == null || a.longitude() == null || b.latitude() == null || b.longitude() == null) {
            return null;
        }
        double phiA = Math.toRadians(a.latitude());
        double phiB = Math.toRadians(b.latitude());
        double sinPhi = Math.sin((phiB - phiA) / 2);
        double sinLambda = Math.sin(Math.toRadians(b.longitude() - a.longitude()) / 2);
        double h = sinPhi * sinPhi + Math.cos(phiA) * Math.cos(phiB) * sinLambda * sinLambda;
        return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
    }

    /** A known name whose coordinates the file moved is another place. */
    private static boolean isKnownPlace(Region region) {
        KnownRegion known = KnownRegions.find(region.name());
        return known != null
                && region.latitude() != null
                && region.longitude() != null
                && known.latitude() == region.latitude()
                && known.longitude() == region.longitude();
    }

    private static String pair(String a, String b) {
        return a.compareTo(b) <= 0 ? a + "," + b : b + "," + a;
    }

    private record Line(double baseMs, double msPerKm) {}

    /** Loaded on the first question. */
    private static final class Measured {
        static final Map<String, RoundTrip> PAIRS = pairs();
        static final Map<String, Line> LINES = lines();
        static final Line ANYWHERE = java.util.Objects.requireNonNull(LINES.get("any"));

        private static Map<String, RoundTrip> pairs() {
            Map<String, RoundTrip> pairs = new HashMap<>();
            for (String line : Table.lines("round-trips.csv")) {
                List<String> cell = List.of(line.split(",", -1));
                String source = SOURCES.get(cell.get(3));
                if (source == null) {
                    throw new IllegalStateException("round-trips.csv names an unknown source: " + line);
                }
                pairs.put(
                        pair(cell.get(0), cell.get(1)), new RoundTrip(Double.parseDouble(cell.get(2)), false, source));
            }
            return pairs;
        }

        private static Map<String, Line> lines() {
            Map<String, Line> lines = new HashMap<>();
            for (String line : Table.lines("distance-fit.csv")) {
                List<String> cell = List.of(line.split(",", -1));
                String[] ends = cell.get(0).split("-", -1);
                String key = ends.length == 2 ? pair(ends[0], ends[1]) : cell.get(0);
                lines.put(key, new Line(Double.parseDouble(cell.get(1)), Double.parseDouble(cell.get(2))));
            }
            return lines;
        }
    }
}
