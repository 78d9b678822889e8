package dev.meridian.simulator;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.CanonicalState;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.placement.GroupPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares the regions that keep a group, byte for byte (V1). All of them must run. */
final class Agreement {
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final SimulatedNode[] nodes;

    Agreement(List<String> regions, List<GroupPolicy> groups, SimulatedNode[] nodes) {
        this.regions = regions;
        this.groups = groups;
        this.nodes = nodes;
    }

    /** The indexes of the regions that keep the group. */
    List<Integer> members(int g) {
        return groups.get(g).members().stream().map(regions::indexOf).toList();
    }

    /** What differs between two members, or null. */
    @Nullable
    String difference(int g) {
        byte[] first = null;
        int firstRegion = -1;
        for (int r : members(g)) {
            byte[] state = state(r, g);
            if (first == null) {
                first = state;
                firstRegion = r;
            } else if (!Arrays.equals(first, state)) {
                return "regions " + regions.get(firstRegion) + " and " + regions.get(r) + " differ in group "
                        + groups.get(g).id() + difference(firstRegion, r, g) + "; applied "
                        + nodes[firstRegion].kernel().groups()[g].applied() + " and "
                        + nodes[r].kernel().groups()[g].applied() + links();
            }
        }
        return null;
    }

    /** How many keys a region keeps of a group. */
    int keyCount(int r, int g) {
        return keys(r, g).size();
    }

    /** How every node sees its links, for whoever looks for the fault. */
    String links() {
        StringBuilder text = new StringBuilder();
        for (SimulatedNode node : nodes) {
            var kernel = node.kernel();
            text.append("\n  ")
                    .append(regions.get(node.region))
                    .append(": log from ")
                    .append(node.disk.logStart())
                    .append(" to ")
                    .append(kernel.log().end())
                    .append("; ")
                    .append(kernel.replicator().waiting());
            for (var group : kernel.groups()) {
                text.append("\n    ").append(group);
            }
            for (var peer : kernel.replicator().peers()) {
                text.append("\n    ").append(peer).append(kernel.replicator().hears(peer) ? "" : " silent");
            }
        }
        return text.toString();
    }

    private byte[] state(int r, int g) {
        ByteWriter out = new ByteWriter(1 << 12);
        for (Key key : keys(r, g)) {
            CanonicalState.write(key, nodes[r].kernel().origins(), out);
        }
        return out.toByteArray();
    }

    private List<Key> keys(int r, int g) {
        List<Key> keys = new ArrayList<>();
        long nowMs = Hlc.ms(nodes[r].kernel().hlc().last());
        nodes[r].kernel().keyspace().forEach(key -> {
            if (key.dataset().group() == g && key.visibleAt(nowMs)) {
                keys.add(key);
            }
        });
        keys.sort((a, b) -> Arrays.compareUnsigned(a.id(), b.id()));
        return keys;
    }

    private String difference(int a, int b, int g) {
        Map<String, String> left = new TreeMap<>();
        Map<String, String> right = new TreeMap<>();
        describe(a, g, left);
        describe(b, g, right);
        for (var entry : left.entrySet()) {
            if (!entry.getValue().equals(right.get(entry.getKey()))) {
                return " at " + entry.getKey() + ": " + entry.getValue() + " / " + right.get(entry.getKey());
            }
        }
        for (var entry : right.entrySet()) {
            if (!left.containsKey(entry.getKey())) {
                return " at " + entry.getKey() + ": absent / " + entry.getValue();
            }
        }
        return "";
    }

    private void describe(int r, int g, Map<String, String> into) {
        for (Key key : keys(r, g)) {
            ByteWriter out = new ByteWriter(256);
            CanonicalState.write(key, nodes[r].kernel().origins(), out);
            into.put(
                    new String(key.id(), StandardCharsets.ISO_8859_1),
                    key.type() + " " + Arrays.hashCode(out.toByteArray()) + " expires " + key.expireAtMs() + " "
                            + new String(out.toByteArray(), StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "."));
        }
    }
}
