package dev.meridian.simulator;

import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at every record that is appended and every frame that is sent, while it happens. */
final class Watch implements SimulatedNode.Observer {
    /** The dataset whose keys and values are looked for. */
    static final String MARKED = "pii";

    /** Marks every key and value of that dataset. */
    static final String CANARY = "CaNaRy";

    private static final byte[] CANARY_BYTES = CANARY.getBytes(StandardCharsets.ISO_8859_1);

    private static final Map<String, String> FRAMES = Map.of(
            "control", "frames for control",
            "forward", "frames for forward",
            "replication", "frames for replication",
            "bootstrap", "frames for bootstrap");

    private final World world;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final List<Dataset> datasets;
    private final Map<String, Long> counts;
    private final Map<String, Long> dots = new LinkedHashMap<>();

    /** @param counts gets alarms by code */
    Watch(
            World world,
            List<String> regions,
            List<GroupPolicy> groups,
            List<Dataset> datasets,
            Map<String, Long> counts) {
        this.world = world;
        this.regions = regions;
        this.groups = groups;
        this.datasets = datasets;
        this.counts = counts;
    }

    /** V3: a dot is never issued twice. Records as they are appended anywhere: one dot, one content. */
    @Override
    public void appended(int region, byte[] bytes, int offset, int length, long lsn) {
        for (int at = offset; at < offset + length; ) {
            int payload = LogFormat.payloadLength(bytes, at);
            int from = at + LogFormat.HEADER_BYTES;
            if (bytes[from] == 1) {
                String dot = new String(bytes, from + 1, 20, StandardCharsets.ISO_8859_1);
                long content = Arrays.hashCode(Arrays.copyOfRange(bytes, from, from + payload));
                Long before = dots.putIfAbsent(dot, content);
                if (before != null && before != content) {
                    throw new World.Violation("V3", "one dot with two contents, in region " + regions.get(region));
                }
            }
            at = from + payload;
        }
    }

    /** R1: nothing restricted on a link to where it may not be, unless its dataset is forwarded to there. */
    @Override
    public void sent(int from, int to, String reason, byte[] frame) {
        counts.merge(FRAMES.getOrDefault(reason, "frames for " + reason), 1L, Long::sum);
        if (forbidden(to, false) && Search.contains(frame, frame.length, CANARY_BYTES)) {
            throw new World.Violation(
                    "R1", "restricted bytes on the link from " + regions.get(from) + " to " + regions.get(to));
        }
    }

    @Override
    public void met(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    @Override
    public void alarm(int region, String code, String text) {
        counts.merge("alarm " + code, 1L, Long::sum);
        world.trace(() -> "alarm " + regions.get(region) + " " + code + " " + text);
    }

    /** R1: nothing restricted on a disk where it may not be. */
    void disks(SimulatedNode[] nodes) {
        for (SimulatedNode node : nodes) {
            if (forbidden(node.region, true) && node.disk.holds(CANARY_BYTES)) {
                throw new World.Violation(
                        "R1", "the disk of region " + regions.get(node.region) + " holds restricted bytes");
            }
        }
    }

    private boolean forbidden(int region, boolean kept) {
        for (Dataset dataset : datasets) {
            if (dataset.restricted()
                    && dataset.name().equals(MARKED)
                    && (kept || dataset.remoteAccess() == Dataset.RemoteAccess.NONE)
                    && !groups.get(dataset.group()).members().contains(regions.get(region))) {
                return true;
            }
        }
        return false;
    }
}
