package dev.meridian.config.places;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The regions of AWS, Azure and GCP by name, from {@code regions.csv}. Thread-safe. */
public final class KnownRegions {
    private static final Map<String, KnownRegion> BY_NAME = load();

    private KnownRegions() {}

    /** Null when the name is not known. */
    public static @Nullable KnownRegion find(String name) {
        return BY_NAME.get(name);
    }

    /** All, by cloud and then by name. */
    public static List<KnownRegion> all() {
        return List.copyOf(BY_NAME.values());
    }

    private static Map<String, KnownRegion> load() {
        Map<String, KnownRegion> regions = new LinkedHashMap<>();
        for (String line : Table.lines("regions.csv")) {
            List<String> cell = cells(line);
            KnownRegion region = new KnownRegion(
                    cell.get(0),
                    cell.get(1),
                    cell.get(2),
                    cell.get(3),
                    cell.get(4),
                    Double.parseDouble(cell.get(5)),
                    Double.parseDouble(cell.get(6)),
                    cell.get(7),
                    cell.get(8).equals("yes"));
            regions.put(region.name(), region);
        }
        return Collections.unmodifiableMap(regions);
    }

    /** Cells of a line of CSV; a cell with a comma stands in double quotes. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
