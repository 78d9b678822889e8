package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.replication.LateWrite;
import dev.meridian.kernel.replication.MutationReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What regions keep as late writes in the end. Such a write is not in the rows unless a person applied it, and is not lost. */
final class Late {
    /** One operation of a late write that was not applied. */
    record Change(String key, String element, String value, String what) {}

    private final SimulatedNode[] nodes;
    private @Nullable List<Change> found;

    Late(SimulatedNode[] nodes) {
        this.nodes = nodes;
    }

    /** What is listed, or was discarded by a person. */
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
                if (late.state() != LateWrite.State.APPLIED) {
                    reader.changes(late.record())
                            .forEach(c -> changes.add(
                                    new Change(text(c.key()), text(c.element()), text(c.value()), c.what())));
                }
            }
        }
        found = changes;
        return changes;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    boolean changes(String key) {
        return all().stream().anyMatch(c -> c.key.equals(key));
    }

    boolean holds(String key, String value) {
        return all().stream().anyMatch(c -> c.key.equals(key) && (c.element.equals(value) || c.value.equals(value)));
    }

    /** What late increments of the key come to. */
    long added(String key) {
        return all().stream()
                .filter(c -> c.key.equals(key) && c.what.equals("add"))
                .mapToLong(c -> Long.parseLong(c.value))
                .sum();
    }
}
