package dev.meridian.simulator;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.simulator.history.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where siblings are kept, no acknowledged value goes but by a write that can have seen it, a resolution by nothing but what the
 * person was shown (V6); every region lists what waits, and what a rule makes of siblings is what it makes of them in the order of
 * their stamps, key by key (V7).
 */
final class Siblings implements Promise {
    /** One write of a key. {@code shown}: what a resolution was shown; null where a write may have seen anything. */
    private static final class Write {
        final String value;
        final int region;
        final long sentNs;
        final @Nullable List<String> shown;
        long answeredNs = Long.MAX_VALUE;
        boolean acknowledged;
        boolean refused;

        Write(String value, int region, long sentNs, @Nullable List<String> shown) {
            this.value = value;
            this.region = region;
            this.sentNs = sentNs;
            this.shown = shown;
        }
    }

    private final World world;
    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final Map<String, Long> counts;
    private final long[][] soonestNs;
    private final Map<String, List<Write>> writes = new TreeMap<>();
    private final Map<String, List<String>> shown = new TreeMap<>();
    private final TreeSet<String> strange = new TreeSet<>();
    private boolean flushed;

    Siblings(
            World world,
            Placement placement,
            Deployment deployment,
            SimulatedNode[] nodes,
            Ledger ledger,
            Map<String, Long> counts) {
        this.world = world;
        this.placement = placement;
        this.nodes = nodes;
        this.ledger = ledger;
        this.counts = counts;
        this.soonestNs = soonest(deployment.rttMs());
    }

    /** How soon at least a region can know what another does, by whatever way: half of the time that light needs. */
    private static long[][] soonest(List<List<Long>> rttMs) {
        int n = rttMs.size();
        long[][] ns = new long[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                ns[a][b] = a == b ? 0 : rttMs.get(a).get(b) * 250_000L;
            }
        }
        for (int via = 0; via < n; via++) {
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    ns[a][b] = Math.min(ns[a][b], ns[a][via] + ns[via][b]);
                }
            }
        }
        return ns;
    }

    private Dataset dataset(String key) {
        return placement.datasetOf(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    private boolean concerns(String key) {
        return key.contains(":") && dataset(key).resolution().countsByWriting();
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        flushed |= asked.name().startsWith("FLUSH");
        String key = asked.key();
        if (!concerns(key) || asked.inBlock()) {
            asked.words().stream().filter(this::concerns).forEach(strange::add);
            return null;
        }
        switch (asked.name()) {
            case "GET" -> {
                return null;
            }
            case "MERIDIAN.CONFLICT" -> {
                return this::looked;
            }
            case "SET" -> {
                if (asked.words().size() == 3) {
                    return wrote(key, new Write(asked.words().get(2), asked.session().region, asked.atNs(), null));
                }
            }
            case "MERIDIAN.RESOLVE" -> {
                List<String> seen =
                        asked.words().size() == 5 ? shown.get(asked.words().get(2)) : null;
                String value = seen == null ? null : chosen(asked, seen);
                if (value != null) {
                    return wrote(key, new Write(value, asked.session().region, asked.atNs(), seen));
                }
            }
            default -> {}
        }
        strange.add(key);
        return null;
    }

    private static @Nullable String chosen(Asked asked, List<String> seen) {
        String word = asked.words().get(4);
        if (asked.words().get(3).equals("VALUE")) {
            return word;
        }
        long number = Asked.number(word);
        return number >= 1 && number <= seen.size() ? seen.get((int) number - 1) : null;
    }

    private Consumer<String> wrote(String key, Write write) {
        writes.computeIfAbsent(key, k -> new ArrayList<>()).add(write);
        return reply -> {
            boolean unknown = reply.startsWith(Clients.UNKNOWN) || reply.startsWith("-UNCERTAIN");
            write.answeredNs = unknown ? Long.MAX_VALUE : world.nowNs();
            write.acknowledged = reply.startsWith("+OK");
            write.refused = reply.startsWith("-") && !unknown;
            if (write.shown != null) {
                counts.merge(write.acknowledged ? "conflict resolved" : "resolution refused", 1L, Long::sum);
            }
        };
    }

    /** Which values a token stands for. */
    private void looked(String reply) {
        if (reply.startsWith("*") && Reply.answer(reply) instanceof Answer.Items conflicts) {
            for (Answer conflict : conflicts.items()) {
                List<String> values = new ArrayList<>();
                if (member(conflict, "siblings") instanceof Answer.Items siblings) {
                    siblings.items().forEach(sibling -> values.add(text(member(sibling, "value"))));
                }
                shown.put(text(member(conflict, "token")), values);
            }
        }
    }

    private static @Nullable Answer member(Answer map, String name) {
        List<Answer> items = map instanceof Answer.Items pairs ? pairs.items() : List.of();
        for (int i = 0; i + 1 < items.size(); i += 2) {
            if (text(items.get(i)).equals(name)) {
                return items.get(i + 1);
            }
        }
        return null;
    }

    private static String text(@Nullable Answer answer) {
        return answer instanceof Answer.Text t ? t.text() : "";
    }

    // ---- in the end ----

    @Override
    public void judge() {
        writes.forEach((name, all) -> {
            byte[] id = name.getBytes(StandardCharsets.ISO_8859_1);
            for (String region : placement.group(placement.datasetOf(id)).members()) {
                SimulatedNode node = nodes[placement.regions().indexOf(region)];
                Key key = node.kernel().keyspace().find(id);
                Cell cell = key == null ? null : key.string();
                if (!flushed && !strange.contains(name)) {
                    kept(name, region, all, cell);
                }
                if (key != null && cell != null) {
                    served(name, region, node, key, cell);
                }
            }
        });
    }

    private void kept(String name, String region, List<Write> all, @Nullable Cell cell) {
        TreeSet<String> there = new TreeSet<>();
        if (cell != null) {
            cell.versions().forEach(v -> there.add(new String(v.value(), StandardCharsets.ISO_8859_1)));
        }
        for (Write write : all) {
            if (write.acknowledged
                    && !there.contains(write.value)
                    && !mayBeLost(write.sentNs)
                    && all.stream().noneMatch(other -> other != write && canHaveSeen(other, write))) {
                throw new World.Violation(
                        "V6",
                        name + " has " + there + " in region " + region + ": " + write.value
                                + " is gone, and nobody who wrote had seen it");
            }
        }
    }

    private boolean canHaveSeen(Write other, Write write) {
        if (other.refused) {
            return false;
        }
        List<String> resolved = other.shown;
        return resolved != null
                ? resolved.contains(write.value)
                : other.answeredNs >= write.sentNs + soonestNs[write.region][other.region];
    }

    private boolean mayBeLost(long sinceNs) {
        return Arrays.stream(nodes).anyMatch(node -> ledger.lostSince(node.region, sinceNs));
    }

    private void served(String name, String region, SimulatedNode node, Key key, Cell cell) {
        Origins origins = node.kernel().origins();
        List<Cell.Sibling> versions = new ArrayList<>(cell.versions());
        versions.sort((a, b) -> origins.compare(a.hlc(), a.origin(), b.hlc(), b.origin()));
        boolean custom = key.dataset().resolution() == Resolution.CUSTOM;
        boolean several = versions.size() > 1;
        byte[] newest = versions.getLast().value();
        boolean refused = versions.stream().anyMatch(v -> LongestValue.refuses(v.value()));
        byte[] expected = newest;
        if (custom && several && !refused) {
            for (Cell.Sibling v : versions.reversed()) {
                expected = v.value().length > expected.length ? v.value() : expected;
            }
            counts.merge("siblings resolved by a rule", 1L, Long::sum);
        }
        if (!Arrays.equals(cell.visible(), expected)) {
            throw new World.Violation("V7", name + " shows another value in region " + region + " than its rule gives");
        }
        boolean differ = versions.stream().anyMatch(v -> !Arrays.equals(v.value(), newest));
        boolean waits = several && (custom ? refused : differ);
        Conflicts conflicts = node.kernel().keyspace().conflicts();
        if (conflicts.of(key).contains(cell) != waits) {
            throw new World.Violation(
                    custom ? "V7" : "V6",
                    name + (waits ? " waits and is not listed" : " is listed and does not wait") + " in region "
                            + region);
        }
        if (waits) {
            counts.merge(custom ? "key in quarantine" : "conflict left open", 1L, Long::sum);
        }
    }
}
