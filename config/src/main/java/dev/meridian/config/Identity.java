package dev.meridian.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What of a configuration regions must agree on, and what may never change. */
final class Identity {
    private static final Pattern SHARED = Pattern.compile(
            "name|regions\\..*(?<!\\.link)|datasets\\..*|data_governance\\..*|safety\\..*|replication\\.(heartbeat|lease|detection|tombstone_horizon|clock_offset_limit)");

    private Identity() {}

    static String hash(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        configuration.effective().stream()
                .filter(s -> s.value() != null && SHARED.matcher(s.path()).matches())
                .map(s -> s.path() + "=" + s.value() + "\n")
                .sorted()
                .forEach(text::append);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static SortedMap<String, String> immutables(Configuration configuration) {
        SortedMap<String, String> fixed = new TreeMap<>();
        fixed.put("name", configuration.name());
        for (Dataset dataset : configuration.datasets()) {
            String path = "datasets." + dataset.name() + ".";
            fixed.put(path + "writers", dataset.hasPrimary() ? "one" : "many");
            fixed.put(path + "conflict_resolution", dataset.conflictResolution().word());
            partitions(dataset, path, fixed);
        }
        return fixed;
    }

    /** A key that is at home elsewhere would be looked for where it is not. New values of keys that were refused are fine. */
    private static void partitions(Dataset dataset, String path, SortedMap<String, String> fixed) {
        Partitioning partitioning = dataset.partitioning();
        fixed.put(path + "partition_by", partitioning == null ? "nothing" : partitioning.rule());
        if (partitioning == null) {
            return;
        }
        String unmapped = partitioning.unmapped();
        fixed.put(path + "unmapped", unmapped == null ? Partitioning.REFUSE : unmapped);
        SortedMap<String, String> homes = new TreeMap<>();
        partitioning.partitions().forEach(p -> p.values().forEach(value -> homes.put(value, p.name())));
        boolean open = unmapped == null && partitioning.by() != Partitioning.By.PREFIX;
        if (open) {
            homes.forEach((value, home) -> fixed.put(path + "partitions of " + value, home));
        } else {
            fixed.put(path + "partitions", homes.toString());
        }
    }

    static List<Problem> compare(Configuration configuration, SortedMap<String, String> previous) {
        List<Problem> problems = new ArrayList<>();
        SortedMap<String, String> now = configuration.immutables();
        for (Map.Entry<String, String> was : previous.entrySet()) {
            String is = now.get(was.getKey());
            if (is == null || is.equals(was.getValue())) {
                continue;
            }
            String path = was.getKey().replace(".writers", ".topology");
            Setting.Origin origin = origin(configuration, path);
            String message = was.getKey().endsWith(".writers")
                    ? path + " has " + is + " writing region" + (is.equals("one") ? "" : "s")
                            + ", and the data were made with " + was.getValue()
                    : path + " is " + is + ", and the data were made with " + was.getValue();
            problems.add(new Problem(
                    ErrorCodes.IMMUTABLE,
                    Severity.ERROR,
                    message,
                    origin.file(),
                    origin.line(),
                    origin.column(),
                    origin.length(),
                    origin.sourceLine(),
                    "it cannot change once data exist",
                    "put `" + was.getValue() + "` back, or copy the data into a new "
                            + (path.equals("name") ? "deployment" : "dataset")));
        }
        return List.copyOf(problems);
    }

    /** Where the file says it, or failing that where it says anything of the same dataset. */
    private static Setting.Origin origin(Configuration configuration, String path) {
        String parent = path.contains(".") ? path.substring(0, path.lastIndexOf('.') + 1) : path;
        Setting.Origin near = null;
        Setting.Origin any = null;
        for (Setting setting : configuration.effective()) {
            Setting.Origin origin = setting.origin();
            if (origin == null) {
                continue;
            }
            if (setting.path().equals(path)) {
                return origin;
            }
            near = near == null && setting.path().startsWith(parent) ? origin : near;
            any = any == null ? origin : any;
        }
        if (near != null) {
            return near;
        }
        return new Setting.Origin(any == null ? configuration.name() : any.file(), 0, 0, 1, "");
    }
}
