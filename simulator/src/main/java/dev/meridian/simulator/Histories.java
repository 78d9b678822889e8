package dev.meridian.simulator;

import dev.meridian.kernel.placement.AckRule;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Dataset.ReadLevel;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Checkers;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Rules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what clients did to keys of one use and were told, for the checkers over histories. A key that is used otherwise, or
 * that a region takes writes for which is not known, is left out.
 */
final class Histories implements Promise {
    /** How a key may be written, and read. */
    private static final Map<String, String> USES = Map.of(
            "SADD", "set", "SMEMBERS", "set", "RPUSH", "list", "LRANGE", "list", "INCRBY", "count", "SET", "register");

    private static final Set<String> READS = Set.of("SMEMBERS", "LRANGE", "GET", "EXISTS");

    /** What is answered sooner no other region was asked about. */
    private static final long LEAST_ROUND_TRIP_NS = 2_000_000L;

    /** One write or read, of a write that is tried again all tries; or the commands of a block. */
    private static final class Entry {
        final List<Asked> asked;
        final int chain;
        final long atNs;
        long returnedNs = Operation.NEVER;
        Operation.Outcome outcome = Operation.Outcome.UNKNOWN;
        List<Answer> answers = List.of();
        boolean mayBeDone;

        Entry(List<Asked> asked, int chain, long atNs) {
            this.asked = asked;
            this.chain = chain;
            this.atNs = atNs;
        }
    }

    /** The operations that follow one another: of a connection, and of those that took its token over. */
    private static final class Chain {
        int number;
        int connection = -1;
        int operations;
    }

    private record Token(int chain, int operations, Clients.Session from) {}

    private final World world;
    private final Placement placement;
    private final Ledger ledger;
    private final Predicate<GroupPolicy> hasMoved;
    private final Function<GroupPolicy, @Nullable String> primary;
    private final Map<String, Long> counts;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> writes = new LinkedHashMap<>();
    private final Map<String, String> uses = new TreeMap<>();
    private final Set<String> strange = new TreeSet<>();
    private final Map<Clients.Session, Chain> chains = new LinkedHashMap<>();
    private final Map<Clients.Session, List<Asked>> blocks = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new TreeMap<>();
    private int chainCount;
    private boolean flushed;

    /**
     * @param counts gets how many operations are judged
     * @param hasMoved whether another than the file's configuration of a group was ever in force
     * @param primary the group's by the last decision
     */
    Histories(
            World world,
            Placement placement,
            Ledger ledger,
            Map<String, Long> counts,
            Predicate<GroupPolicy> hasMoved,
            Function<GroupPolicy, @Nullable String> primary) {
        this.hasMoved = hasMoved;
        this.primary = primary;
        this.counts = counts;
        this.world = world;
        this.placement = placement;
        this.ledger = ledger;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        if (asked.name().equals("MERIDIAN.TOKEN")) {
            return asked.words().size() == 1 ? reply -> gave(asked, reply) : reply -> took(asked, reply);
        }
        switch (asked.name()) {
            case "MULTI", "DISCARD" -> blocks.remove(asked.session());
            case "EXEC" -> {
                List<Asked> block = blocks.remove(asked.session());
                return block == null || !asked.inBlock() ? null : executed(block);
            }
            case "FLUSHALL", "FLUSHDB" -> flushed = true;
            default -> understand(asked);
        }
        if (asked.inBlock()) {
            blocks.computeIfAbsent(asked.session(), session -> new ArrayList<>())
                    .add(asked);
            return null;
        }
        return judged(asked) ? told(entry(List.of(asked))) : null;
    }

    /** Whether the command tells something of a key that is judged. */
    private static boolean judged(Asked asked) {
        boolean neutral = asked.is("GET", 2) || asked.is("DEL", 2) || asked.is("EXISTS", 2);
        return (USES.containsKey(asked.name()) || neutral) && known(asked);
    }

    /** Keys that are used in several ways, or in one that is not understood, are strange. */
    private void understand(Asked asked) {
        String use = USES.get(asked.name());
        if (!judged(asked)) {
            if (!asked.name().equals("MGET") && !asked.name().equals("WAIT")) {
                strange.addAll(asked.words().subList(1, asked.words().size()));
            }
        } else if (use != null && !uses.computeIfAbsent(asked.key(), k -> use).equals(use)) {
            strange.add(asked.key());
        }
    }

    /** A block is one operation; one over several datasets is judged in none. */
    private @Nullable Consumer<String> executed(List<Asked> block) {
        List<Asked> judged = block.stream().filter(Histories::judged).toList();
        if (judged.stream().map(asked -> dataset(asked.key())).distinct().count() > 1) {
            judged.forEach(asked -> strange.add(asked.key()));
            return null;
        }
        return judged.isEmpty() ? null : told(entry(block));
    }

    /** Whether the form of the command is one that is understood. */
    private static boolean known(Asked asked) {
        return switch (asked.name()) {
            case "SADD", "RPUSH", "SET" -> asked.words().size() == 3;
            case "INCRBY" -> asked.words().size() == 3 && asked.words().get(2).matches("-?[0-9]{1,9}");
            case "LRANGE" -> asked.words().subList(2, asked.words().size()).equals(List.of("0", "-1"));
            default -> asked.words().size() == 2;
        };
    }

    private Entry entry(List<Asked> commands) {
        Asked first = commands.getFirst();
        Chain chain = chain(first.session());
        chain.operations++;
        Entry entry = new Entry(commands, chain.number, world.nowNs());
        for (Asked asked : commands) {
            boolean valued = judged(asked)
                    && switch (asked.name()) {
                        case "SADD", "RPUSH", "SET" -> true;
                        default -> false;
                    };
            if (!valued) {
                continue;
            }
            Entry before = writes.putIfAbsent(asked.key() + ' ' + asked.words().get(2), entry);
            if (before != null) {
                boolean again = before.outcome == Operation.Outcome.UNKNOWN
                        && asked.name().equals("SADD")
                        && commands.size() + before.asked.size() == 2;
                if (!again) {
                    strange.add(asked.key());
                }
                before.mayBeDone = true;
                if (commands.size() == 1) {
                    return before;
                }
            }
        }
        entries.add(entry);
        return entry;
    }

    private Consumer<String> told(Entry entry) {
        return reply -> {
            boolean unknown = reply.startsWith(Clients.UNKNOWN) || reply.startsWith("-UNCERTAIN");
            if (unknown || (entry.mayBeDone && reply.startsWith("-"))) {
                entry.outcome = Operation.Outcome.UNKNOWN;
                return;
            }
            entry.returnedNs = world.nowNs();
            entry.outcome = reply.startsWith("-") ? Operation.Outcome.REFUSED : Operation.Outcome.OK;
            if (entry.outcome == Operation.Outcome.OK) {
                count(entry);
            }
            Answer answer = Reply.answer(reply);
            boolean block = entry.asked.getFirst().inBlock();
            if (block && answer instanceof Answer.Items(List<Answer> items) && items.size() == entry.asked.size()) {
                entry.answers = items;
                counts.merge("block in a history", 1L, Long::sum);
            } else if (block) {
                // What it watched had changed, or a command of it was refused when it was sent.
                entry.outcome = Operation.Outcome.REFUSED;
            } else {
                entry.answers = List.of(answer);
            }
        };
    }

    /** Answers that are as if there were one copy. */
    private void count(Entry entry) {
        Asked asked = entry.asked.getFirst();
        if (asked.inBlock()) {
            return;
        }
        Dataset dataset = dataset(asked.key());
        GroupPolicy group = placement.group(dataset);
        ReadLevel level = asked.level() == null ? dataset.readLevel() : asked.level();
        boolean isRead = READS.contains(asked.name());
        if (!isRead && group.ackRule().isAppliedOnCommit()) {
            counts.merge(group.ackRule() == AckRule.QUORUM ? "quorum commit" : "strong commit", 1L, Long::sum);
        } else if (isRead && level == ReadLevel.QUORUM) {
            counts.merge("quorum read served", 1L, Long::sum);
        } else if (isRead
                && level == ReadLevel.STRONG
                && !placement.regions().get(asked.session().region).equals(primary.apply(group))
                && entry.returnedNs - entry.atNs < LEAST_ROUND_TRIP_NS) {
            counts.merge("strong read served locally", 1L, Long::sum);
        }
    }

    private Chain chain(Clients.Session session) {
        Chain chain = chains.computeIfAbsent(session, s -> new Chain());
        if (chain.connection != session.connection) {
            chain.connection = session.connection;
            chain.number = chainCount++;
            chain.operations = 0;
        }
        return chain;
    }

    private void gave(Asked asked, String reply) {
        if (!reply.startsWith("-")) {
            Chain chain = chain(asked.session());
            tokens.put(Reply.content(reply), new Token(chain.number, chain.operations, asked.session()));
        }
    }

    /** Who adopts a token goes on where its giver stopped, if that one did nothing more. */
    private void took(Asked asked, String reply) {
        Token token = asked.words().size() == 3 ? tokens.remove(asked.words().get(2)) : null;
        if (token == null || !reply.startsWith("+OK")) {
            return;
        }
        Chain chain = chain(asked.session());
        Chain giver = chain(token.from);
        boolean went = giver.number != token.chain || giver.operations == token.operations;
        if (went && chain.operations == 0) {
            giver.connection = -1;
            chain.connection = asked.session().connection;
            chain.number = token.chain;
            chain.operations = token.operations;
        }
    }

    // ---- in the end ----

    /** The keys that are judged, with the command that shows all of each. */
    Map<String, List<String>> readings() {
        Set<String> keys = new LinkedHashSet<>();
        entries.forEach(
                entry -> entry.asked.stream().filter(Histories::judged).forEach(asked -> keys.add(asked.key())));
        keys.removeIf(key -> flushed || strange.contains(key) || !plain(key) || mayLeaveOut(key));
        Map<String, List<String>> readings = new LinkedHashMap<>();
        for (String key : keys) {
            readings.put(
                    key,
                    switch (uses.getOrDefault(key, "none")) {
                        case "set" -> List.of("SMEMBERS", key);
                        case "list" -> List.of("LRANGE", key, "0", "-1");
                        default -> List.of("GET", key);
                    });
        }
        return readings;
    }

    private Dataset dataset(String key) {
        return placement.datasetOf(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether what was shown and acknowledged may have been taken out again, which {@link Durability} judges. */
    private boolean mayLeaveOut(String key) {
        var group = placement.group(dataset(key));
        return group.primary() != null
                && group.failover().lateWrites() == FailoverPolicy.LateWrites.REVIEW
                && hasMoved.test(group);
    }

    /**
     * Whether it is known which region takes a write: where a client is, or the primary. What a rule or a person makes of siblings
     * is judged by {@link Siblings}.
     */
    private boolean plain(String key) {
        Dataset dataset = dataset(key);
        var group = placement.group(dataset);
        return key.startsWith(dataset.name() + ":")
                && !dataset.resolution().countsByWriting()
                && (group.primary() != null
                        || group.writers().size() == placement.regions().size()
                        || group.tree().isEmpty() && dataset.remoteAccess() != Dataset.RemoteAccess.READ_WRITE);
    }

    /**
     * Judges what was done to these keys.
     *
     * @param readings as {@link #readings} had them
     * @param shown by region, then by key, the replies to those
     */
    void judge(Map<String, List<String>> readings, Map<String, Map<String, String>> shown) {
        History history = new History();
        for (Entry entry : entries) {
            List<Call> calls = calls(entry, readings.keySet());
            if (!calls.isEmpty()) {
                history.add(operation(entry, calls));
            }
        }
        shown.forEach((region, replies) -> replies.forEach((key, reply) -> history.add(new Operation(
                chainCount++,
                region,
                Operation.Level.EVENTUAL,
                0,
                // One after another: nothing changes any more, and a checker need not try all their orders.
                world.nowNs() + chainCount,
                world.nowNs() + chainCount,
                List.of(new Call(readings.getOrDefault(key, List.of("GET", key)), Reply.answer(reply))),
                Operation.Outcome.OK,
                true))));
        counts.merge("judged by history", (long) history.size(), Long::sum);
        List<Anomaly> anomalies = Checkers.check(history, rules());
        if (!anomalies.isEmpty()) {
            Anomaly first = anomalies.getFirst();
            throw new World.Violation(first.invariant(), first.text() + " " + first.operations());
        }
    }

    private static List<Call> calls(Entry entry, Set<String> keys) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < entry.asked.size(); i++) {
            Asked asked = entry.asked.get(i);
            if (judged(asked) && keys.contains(asked.key())) {
                // What was tried again answers for all its tries.
                boolean isTold = i < entry.answers.size() && !entry.mayBeDone;
                calls.add(new Call(asked.words(), isTold ? entry.answers.get(i) : null));
            }
        }
        return calls;
    }

    private Operation operation(Entry entry, List<Call> calls) {
        Asked asked = entry.asked.getFirst();
        Dataset dataset = dataset(calls.getFirst().words().get(1));
        ReadLevel level = asked.level() == null ? dataset.readLevel() : asked.level();
        long boundMs = asked.level() == null ? dataset.readBoundMs() : asked.boundMs();
        return new Operation(
                entry.chain,
                placement.regions().get(asked.session().region),
                Operation.Level.valueOf(level.name()),
                boundMs * 1_000_000,
                entry.atNs,
                entry.returnedNs,
                calls,
                entry.outcome,
                false);
    }

    /** Whether as many disks were lost as have all of what was acknowledged. */
    private boolean lostTooMuch(GroupPolicy group) {
        int copies = group.ackRule() == AckRule.STRONG
                ? group.minLive()
                : (group.members().size() + group.witnesses().size()) / 2 + 1;
        return ledger.disksLost() >= copies;
    }

    /** Whose loss of power may take what was acknowledged, and who took writes. */
    private List<String> takers(GroupPolicy group) {
        if (group.primary() == null) {
            return List.of();
        }
        boolean survives = group.ackRule().isAppliedOnCommit() || group.ackRule() == AckRule.SYNC;
        return survives || !hasMoved.test(group) ? List.of(group.primary()) : group.members();
    }

    private Rules rules() {
        List<Rules.Dataset> datasets = new ArrayList<>();
        for (Dataset dataset : placement.datasets()) {
            var group = placement.group(dataset);
            datasets.add(new Rules.Dataset(
                    dataset.name(),
                    group.id(),
                    Rules.Resolution.valueOf(dataset.resolution().name()),
                    takers(group),
                    group.ackRule().isAppliedOnCommit() && !lostTooMuch(group)));
        }
        return new Rules(datasets, ledger.losses(placement.regions()));
    }
}
