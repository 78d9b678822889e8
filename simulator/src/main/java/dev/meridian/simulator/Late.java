package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.LateWrite;
import dev.meridian.kernel.replication.MutationReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What regions keep as late writes in the end. Such a write is not in the rows unless a person applied it, and is not lost. */
final class Late {
    /** One operation of a late write; applied ones took effect when a person said so, not when they were written. */
    record Change(String key, String element, String value, String what, boolean applied) {}

    private final SimulatedNode[] nodes;
    private @Nullable List<Change> found;

    Late(SimulatedNode[] nodes) {
        this.nodes = nodes;
    }

    /** What is listed, and what a person decided on. */
    private List<Change> all() {
        List<Change> known = found;
        if (known != null) {
            return known;
        }
        List<Change> changes = new ArrayList<>();
        for (SimulatedNode node : nodes) {
            Kernel kernel = node.kernel();
            MutationReader reader = new MutationReader(kernel.placement(), kernel.keyspace(), kernel.groups());
            for (LateWrite late : kernel.lateWrites().all()) {
                boolean applied = late.state() == LateWrite.State.APPLIED;
                reader.changes(late.record())
                        .forEach(c -> changes.add(
                                new Change(text(c.key()), text(c.element()), text(c.value()), c.what(), applied)));
            }
        }
        found = changes;
        return changes;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Whether a late write of the group may be in no list, since the only log that had it is damaged. */
    boolean mayBeUnlisted(GroupPolicy group) {
        return group.failover().lateWrites() == FailoverPolicy.LateWrites.REVIEW
                && Arrays.stream(nodes).anyMatch(node -> node.disk.damaged());
    }

    /** Whether a late write changes the key, or changed it when it was applied. */
    boolean changes(String key) {
        return all().stream().anyMatch(c -> c.key.equals(key));
    }

    /** Whether the value is in a late write that was not applied. */
    boolean holds(String key, String value) {
        return all().stream()
                .anyMatch(c -> !c.applied && c.key.equals(key) && (c.element.equals(value) || c.value.equals(value)));
    }

    /** What late increments of the key that were not applied come to. */
    long added(String key) {
        return all().stream()
                .filter(c -> !c.applied && c.key.equals(key) && c.what.equals("add"))
                .mapToLong(c -> Long.parseLong(c.value))
                .sum();
    }
}
