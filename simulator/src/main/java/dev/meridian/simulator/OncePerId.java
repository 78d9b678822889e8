package dev.meridian.simulator;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A write that carries an id took effect once if anybody was told that it did, unless that was lost with those who had it or waits for a person;
 * never twice (D6); and never if every attempt was refused (D5). All who were told got the same reply. Judged on keys that
 * only INCRBY, RPUSH and APPEND behind ids changed, the latter two of values that name the id.
 */
final class OncePerId implements Promise {
    private static final String NAME = "MERIDIAN.IDEM";

    /** All attempts of one line. */
    private static final class Request {
        final List<String> words;
        final Ledger.Entry entry;
        boolean mayBeDone;

        @Nullable
        String reply;

        Request(List<String> words, long sentNs) {
            this.words = words;
            long amount = words.get(2).equals("INCRBY") && words.get(4).matches("[0-9]{1,9}")
                    ? Long.parseLong(words.get(4))
                    : 0;
            this.entry = new Ledger.Entry(words.get(3), words.get(4), amount, -1, sentNs);
        }

        @Override
        public String toString() {
            return String.join(" ", words.subList(1, words.size())) + ", told " + (reply == null ? "nothing" : reply);
        }
    }

    private final World world;
    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final Map<String, Long> counts;
    private final Predicate<GroupPolicy> hasMoved;
    private final Late late;
    private final Map<List<String>, Request> requests = new LinkedHashMap<>();
    private final Set<String> mixed = new TreeSet<>();
    private boolean flushed;

    OncePerId(
            World world,
            Placement placement,
            SimulatedNode[] nodes,
            Ledger ledger,
            Map<String, Long> counts,
            Predicate<GroupPolicy> hasMoved) {
        this.world = world;
        this.placement = placement;
        this.nodes = nodes;
        this.ledger = ledger;
        this.counts = counts;
        this.hasMoved = hasMoved;
        this.late = new Late(nodes);
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        List<String> words = asked.words();
        if (!asked.name().equals(NAME)) {
            flushed |= asked.name().startsWith("FLUSH");
            if (!Set.of("GET", "LRANGE").contains(asked.name())) {
                mixed.addAll(words.subList(1, words.size()));
            }
            return null;
        }
        if (words.size() != 5
                || asked.inBlock()
                || !Set.of("INCRBY", "RPUSH", "APPEND").contains(words.get(2))) {
            mixed.addAll(words.subList(Math.min(3, words.size()), words.size()));
            return null;
        }
        Request request = requests.computeIfAbsent(words, w -> new Request(w, asked.atNs()));
        return reply -> told(request, reply);
    }

    private void told(Request request, String reply) {
        if (reply.startsWith(Clients.UNKNOWN) || reply.startsWith("-UNCERTAIN")) {
            request.mayBeDone = true;
            return;
        }
        String before = request.reply;
        if (reply.startsWith("-")) {
            if (before != null && reply.startsWith("-IDUSED")) {
                throw new World.Violation("D6", "the id of " + request + " is another command's: " + Reply.text(reply));
            }
            return;
        }
        request.entry.acknowledged = true;
        request.entry.answeredNs = world.nowNs();
        request.reply = reply;
        if (before != null) {
            counts.merge("request answered again", 1L, Long::sum);
            if (!before.equals(reply) && !mayBeLeftOut(group(request)) && ledger.lossless()) {
                throw new World.Violation("D6", request + " and before that " + Reply.text(before));
            }
        }
    }

    private GroupPolicy group(Request request) {
        return placement.group(placement.datasetOf(bytes(request.entry.key)));
    }

    /** Whether what was acknowledged may wait for a person. */
    private boolean mayBeLeftOut(GroupPolicy group) {
        return !group.ackRule().isAppliedOnCommit() && hasMoved.test(group);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    // ---- in the end ----

    @Override
    public void judge() {
        if (flushed) {
            return;
        }
        Map<String, List<Request>> byKey = new LinkedHashMap<>();
        requests.values().stream()
                .filter(request -> !mixed.contains(request.entry.key))
                .forEach(request -> byKey.computeIfAbsent(
                                request.entry.key + " " + request.words.get(2), k -> new ArrayList<>())
                        .add(request));
        byKey.forEach((key, all) -> {
            if (all.getFirst().words.get(2).equals("INCRBY")) {
                counted(all);
            } else {
                Map<String, Integer> values = new LinkedHashMap<>();
                all.forEach(request -> values.merge(request.entry.value, 1, Integer::sum));
                all.stream()
                        .filter(request -> values.getOrDefault(request.entry.value, 0) == 1)
                        .forEach(this::once);
            }
        });
    }

    /** Regions were compared already: the first that keeps the key speaks for all. */
    private @Nullable Key key(Request request) {
        String keeper = group(request).members().getFirst();
        return nodes[placement.regions().indexOf(keeper)].kernel().keyspace().find(bytes(request.entry.key));
    }

    private void once(Request request) {
        boolean isList = request.words.get(2).equals("RPUSH");
        String value = request.entry.value;
        int count = isList ? elements(key(request), value) : parts(key(request), value);
        if (count > 1) {
            throw new World.Violation("D6", request + ", took effect " + count + " times");
        }
        if (count > 0 && !request.entry.acknowledged && !request.mayBeDone) {
            throw new World.Violation("D5", request + ", was refused and took effect");
        }
        // A late string that is applied puts itself in the place of what was appended meanwhile.
        boolean mayBeOverwritten = !isList && mayBeLeftOut(group(request));
        if (count == 0
                && request.entry.acknowledged
                && !mayBeOverwritten
                && !excused(request)
                && !late.holds(request.entry.key, value)) {
            throw new World.Violation("D6", request + ", took no effect");
        }
    }

    private static int elements(@Nullable Key key, String value) {
        Collection list = key == null ? null : key.collection();
        int[] count = {0};
        if (list != null) {
            list.forEach(cell -> count[0] += value.equals(text(cell.visible())) ? 1 : 0);
        }
        return count[0];
    }

    private static int parts(@Nullable Key key, String value) {
        String text = key == null ? "" : text(key.text());
        int count = 0;
        for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
            count++;
        }
        return count;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void counted(List<Request> all) {
        Key key = key(all.getFirst());
        Cell cell = key == null ? null : key.string();
        Number n = cell == null ? Long.valueOf(0) : cell.number();
        long got = n == null ? 0 : n.longValue();
        long sure = 0;
        long most = 0;
        for (Request request : all) {
            long amount = request.entry.amount;
            sure += request.entry.acknowledged && !excused(request) ? amount : 0;
            most += request.entry.acknowledged || request.mayBeDone ? amount : 0;
        }
        long waiting = late.added(all.getFirst().entry.key);
        if (got > most || got + waiting < sure) {
            throw new World.Violation(
                    "D6",
                    all.getFirst().entry.key + " is " + got + ", each of its increments once is at most " + most
                            + ", and at least " + sure + " with " + waiting + " that wait for a person");
        }
    }

    /** Whether as many regions have lost it as had it when it was acknowledged. */
    private boolean excused(Request request) {
        GroupPolicy group = group(request);
        return switch (group.ackRule()) {
            case ASYNC -> ledger.excused(request.entry, -1) || late.mayBeUnlisted(group);
            case SEMI_SYNC -> lostIn(request, 2);
            case QUORUM -> lostIn(request, group.members().size() / 2 + 1);
            // As few as these may be called live.
            case SYNC, STRONG -> lostIn(request, group.minLive());
        };
    }

    private boolean lostIn(Request request, int copies) {
        return ledger.disksLostSince(request.entry)
                >= Math.min(copies, group(request).members().size());
    }
}
