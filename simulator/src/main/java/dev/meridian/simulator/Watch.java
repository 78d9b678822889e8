package dev.meridian.simulator;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** Looks at every record that is appended and every frame that is sent, while it happens. */
final class Watch implements NodeObserver {
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
    private final int[] wireIds;
    private final List<Dataset> datasets;
    private final Map<String, Long> counts;
    private final Map<String, Long> dots = new LinkedHashMap<>();
    private final Map<Long, String> makers = new TreeMap<>();
    private final long[] newestHlc;

    /** By region: nothing marked may be sent to it, and none may be on its disk. */
    private final boolean[] mayNotHear;

    private final boolean[] mayNotKeep;
    private final long maxDriftMs;
    private BiPredicate<GroupPolicy, String> mayLead = (policy, region) -> region.equals(policy.primary());

    /** @param counts gets alarms by code */
    Watch(
            World world,
            List<String> regions,
            List<GroupPolicy> groups,
            List<Dataset> datasets,
            long maxDriftMs,
            Map<String, Long> counts) {
        this.world = world;
        this.maxDriftMs = maxDriftMs;
        this.regions = regions;
        this.newestHlc = new long[regions.size()];
        this.groups = groups;
        this.wireIds = groups.stream().mapToInt(GroupPolicy::wireId).toArray();
        this.datasets = datasets;
        this.mayNotHear = new boolean[regions.size()];
        this.mayNotKeep = new boolean[regions.size()];
        for (int r = 0; r < regions.size(); r++) {
            mayNotHear[r] = forbidden(r, false);
            mayNotKeep[r] = forbidden(r, true);
        }
        this.counts = counts;
    }

    /**
     * Records as they are appended anywhere. V3: one dot, one content. V4: each newer than all that were there before it. V5: none from another region whose clock is further ahead than
     * may be. F1: none of a group with a primary that another region has made.
     */
    @Override
    public void appended(int region, byte[] bytes, int offset, int length, long wallMs) {
        for (int at = offset; at < offset + length; ) {
            int payload = LogFormat.payloadLength(bytes, at);
            int from = at + LogFormat.HEADER_BYTES;
            ByteReader in = new ByteReader().wrap(bytes, from, payload);
            if (in.u8() == 1) {
                String dot = new String(bytes, from + 1, 20, StandardCharsets.ISO_8859_1);
                long content = Arrays.hashCode(Arrays.copyOfRange(bytes, from, from + payload));
                Long before = dots.putIfAbsent(dot, content);
                if (before != null && before != content) {
                    throw new World.Violation("V3", "one dot with two contents, in region " + regions.get(region));
                }
                made(region, in, before != null, wallMs);
            } else if (bytes[from] == 2) {
                makers.put(in.i64(), in.text());
            }
            at = from + payload;
        }
    }

    /** Who may have made a group's writes. */
    void leads(BiPredicate<GroupPolicy, String> mayLead) {
        this.mayLead = mayLead;
    }

    @Override
    public void lost(int region) {
        newestHlc[region] = 0;
    }

    private void made(int region, ByteReader mutation, boolean known, long wallMs) {
        String here = regions.get(region);
        int group = mutation.i32();
        String maker = makers.getOrDefault(mutation.i64(), "");
        mutation.i64();
        long hlc = mutation.i64();
        long ms = Hlc.ms(hlc);
        if (maker.equals(here) && !known && hlc <= newestHlc[region]) {
            throw new World.Violation(
                    "V4", "a write of region " + here + " is older than one that was there before it");
        }
        newestHlc[region] = Math.max(newestHlc[region], hlc);
        if (!maker.equals(here) && ms > wallMs + maxDriftMs) {
            throw new World.Violation(
                    "V5",
                    "region " + here + " takes a write of " + maker + " whose clock is " + (ms - wallMs) + " ms ahead");
        }
        for (int g = 0; g < wireIds.length; g++) {
            GroupPolicy policy = groups.get(g);
            if (wireIds[g] == group
                    && !(policy.primary() == null ? policy.writers().contains(maker) : mayLead.test(policy, maker))) {
                throw new World.Violation(
                        "F1", "region " + maker + " took a write of group " + policy.id() + ", which it never might");
            }
        }
    }

    /** R1: nothing restricted on a link to where it may not be, unless its dataset is forwarded to there. */
    @Override
    public void sent(int from, int to, String reason, byte[] frame) {
        counts.merge(FRAMES.getOrDefault(reason, "frames for " + reason), 1L, Long::sum);
        if (mayNotHear[to] && Search.contains(frame, frame.length, CANARY_BYTES)) {
            throw new World.Violation(
                    "R1", "restricted bytes on the link from " + regions.get(from) + " to " + regions.get(to));
        }
    }

    @Override
    public void met(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    @Override
    public void happened(int region, String name, Map<String, String> details) {
        String here = regions.get(region);
        met("event " + name);
        if (name.equals("sealed")
                && groups.stream()
                        .anyMatch(group -> group.id().equals(details.get("group"))
                                && group.witnesses().contains(here))) {
            met("witness sealed");
        }
        world.trace(() -> here + " " + name + " " + details);
    }

    @Override
    public void alarm(int region, String code, String text) {
        if (text.contains(CANARY)) {
            throw new World.Violation("R1", "an alarm of region " + regions.get(region) + " tells restricted bytes");
        }
        counts.merge("alarm " + code, 1L, Long::sum);
        world.trace(() -> "alarm " + regions.get(region) + " " + code + " " + text);
    }

    /** R1: nothing restricted on a disk where it may not be. */
    void disks(SimulatedNode[] nodes) {
        for (SimulatedNode node : nodes) {
            if (mayNotKeep[node.region] && node.disk.holds(CANARY_BYTES)) {
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
