package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The simplest store that is causally consistent: replicas of one group that deliver each other's mutations whole, and after those that
 * they depend on. It can be told to forget either.
 */
final class ModelStore {
    /** What it does wrong. */
    enum Bug {
        NONE,
        DELIVERS_BEFORE_CAUSES,
        DELIVERS_HALF_A_BLOCK,
        IGNORES_TOKENS,
        LOSES_A_WRITE,
        APPLIES_A_COUNT_TWICE,
        DELETION_STAYS_AT_HOME,
        LIST_IN_ORDER_OF_ARRIVAL
    }

    private record Mutation(
            int origin, int sequence, int[] causes, long stamp, long atNs, List<List<String>> effects) {}

    private final class Replica {
        final int[] applied = new int[replicas.length];
        final Map<String, TreeSet<String>> sets = new HashMap<>();
        final Map<String, TreeMap<String, String>> lists = new HashMap<>();
        final Map<String, Long> counters = new HashMap<>();
        final Map<String, Map.Entry<Long, String>> registers = new HashMap<>();
        long arrivals;

        void apply(Mutation mutation, boolean remote) {
            applied[mutation.origin] = Math.max(applied[mutation.origin], mutation.sequence);
            clock = Math.max(clock, mutation.stamp);
            int effects = mutation.effects.size();
            if (remote && bug == Bug.DELIVERS_HALF_A_BLOCK && effects > 1) {
                effects--;
                late.add(() -> apply(mutation.effects.getLast(), mutation, 0));
            }
            for (int i = 0; i < effects; i++) {
                apply(mutation.effects.get(i), mutation, i);
                if (remote && bug == Bug.APPLIES_A_COUNT_TWICE && mutation.sequence % 50 == 0) {
                    apply(mutation.effects.get(i), mutation, i);
                }
            }
            if (remote && bug == Bug.LOSES_A_WRITE && mutation.sequence % 50 == 1) {
                lost.addAll(mutation.effects);
            }
        }

        private void apply(List<String> words, Mutation mutation, int i) {
            String key = words.get(1);
            switch (words.get(0)) {
                case "SADD" -> sets.computeIfAbsent(key, k -> new TreeSet<>()).add(words.get(2));
                case "RPUSH" -> {
                    long place = bug == Bug.LIST_IN_ORDER_OF_ARRIVAL ? arrivals++ : mutation.stamp;
                    lists.computeIfAbsent(key, k -> new TreeMap<>())
                            .put(
                                    String.format("%012d %d %d %d", place, mutation.origin, mutation.sequence, i),
                                    words.get(2));
                }
                case "INCRBY" -> counters.merge(key, Long.parseLong(words.get(2)), Long::sum);
                case "SET" ->
                    registers.merge(
                            key,
                            Map.entry(mutation.stamp * 8 + mutation.origin, words.get(2)),
                            (a, b) -> a.getKey() > b.getKey() ? a : b);
                case "DEL" -> {
                    if (bug != Bug.DELETION_STAYS_AT_HOME || this == replicas[mutation.origin]) {
                        sets.remove(key);
                    }
                }
                default -> throw new IllegalArgumentException(words.get(0));
            }
        }

        Answer read(List<String> words) {
            String key = words.get(1);
            return switch (words.get(0)) {
                case "SMEMBERS" ->
                    items(sets.getOrDefault(key, new TreeSet<>()).stream().toList());
                case "LRANGE" ->
                    items(List.copyOf(lists.getOrDefault(key, new TreeMap<>()).values()));
                case "EXISTS" -> new Answer.Number(sets.containsKey(key) ? 1 : 0);
                default ->
                    counters.containsKey(key)
                            ? new Answer.Text(Long.toString(counters.get(key)))
                            : registers.containsKey(key)
                                    ? new Answer.Text(registers.get(key).getValue())
                                    : new Answer.Nil();
            };
        }
    }

    private final Bug bug;
    private final Replica[] replicas;
    private final List<List<Mutation>> logs = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<List<String>> lost = new ArrayList<>();
    private long clock;

    ModelStore(int regions, Bug bug) {
        this.bug = bug;
        replicas = new Replica[regions];
        for (int r = 0; r < regions; r++) {
            replicas[r] = new Replica();
            logs.add(new ArrayList<>());
        }
    }

    /** Runs the commands of a client as one block, and raises its token to what it saw. */
    List<Call> run(int region, List<List<String>> commands, int[] token, long nowNs) {
        Replica replica = replicas[region];
        List<List<String>> effects = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        int[] causes = replica.applied.clone();
        int sequence = logs.get(region).size() + 1;
        Mutation mutation = new Mutation(region, sequence, causes, ++clock, nowNs, effects);
        for (List<String> words : commands) {
            if (List.of("SADD", "RPUSH", "INCRBY", "SET", "DEL").contains(words.get(0))) {
                effects.add(words);
                replica.apply(words, mutation, effects.size() - 1);
                calls.add(new Call(words, new Answer.Status("OK")));
            } else {
                calls.add(new Call(words, replica.read(words)));
            }
        }
        if (!effects.isEmpty()) {
            logs.get(region).add(mutation);
            replica.applied[region] = sequence;
        }
        for (int r = 0; r < token.length; r++) {
            token[r] = Math.max(token[r], replica.applied[r]);
        }
        return calls;
    }

    /** Delivers the next of an origin's mutations to a region, and first whatever it depends on. */
    void deliverOne(int region, int origin) {
        Replica replica = replicas[region];
        int next = replica.applied[origin];
        if (next < logs.get(origin).size()) {
            Mutation mutation = logs.get(origin).get(next);
            if (bug != Bug.DELIVERS_BEFORE_CAUSES) {
                for (int r = 0; r < replicas.length; r++) {
                    while (r != origin && replica.applied[r] < mutation.causes[r]) {
                        deliverOne(region, r);
                    }
                }
            }
            replica.apply(mutation, true);
        }
    }

    void catchUp(int region, int[] token) {
        for (int r = 0; r < token.length && bug != Bug.IGNORES_TOKENS; r++) {
            while (replicas[region].applied[r] < token[r]) {
                deliverOne(region, r);
            }
        }
    }

    void catchUp(int region, long untilNs) {
        int[] token = new int[replicas.length];
        for (int r = 0; r < token.length; r++) {
            for (int i = replicas[region].applied[r];
                    i < logs.get(r).size() && logs.get(r).get(i).atNs <= untilNs;
                    i++) {
                token[r] = i + 1;
            }
        }
        catchUp(region, token);
    }

    void settle() {
        for (int region = 0; region < replicas.length; region++) {
            catchUp(region, logs.stream().mapToInt(List::size).toArray());
            for (int r = 0; r < replicas.length; r++) {
                while (replicas[region].applied[r] < logs.get(r).size()) {
                    deliverOne(region, r);
                }
            }
        }
        late.forEach(Runnable::run);
        for (List<String> words : lost) {
            for (Replica replica : replicas) {
                replica.sets.getOrDefault(words.get(1), new TreeSet<>()).remove(words.getLast());
            }
        }
    }

    private static Answer items(List<String> values) {
        List<Answer> items = new ArrayList<>();
        values.forEach(value -> items.add(new Answer.Text(value)));
        return new Answer.Items(items);
    }
}
