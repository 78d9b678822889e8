package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Clients of {@link ModelStore}s, drawn from a seed: a mesh of three regions, and a group with a primary. */
final class RandomHistory {
    static final Rules RULES = new Rules(
            List.of(
                    new Rules.Dataset("mesh", "mesh", Rules.Resolution.CRDT, null),
                    new Rules.Dataset("hub", "hub", Rules.Resolution.LAST_WRITE_WINS, "r0")),
            List.of());

    private static final int REGIONS = 3;
    private static final long STEP_NS = 1_000_000;
    private static final long BOUND_NS = 100 * STEP_NS;

    private final class Session {
        final int number;
        int region;
        final Level level;
        long freeNs;
        final int[][] tokens = new int[2][REGIONS];
        final int[][] monotonic = new int[2][REGIONS];
        String doomed = "";

        Session(int number, Level level) {
            this.number = number;
            this.level = level;
            region = random.nextInt(REGIONS);
        }
    }

    final History history = new History();
    private final SplittableRandom random;
    private final ModelStore[] stores;
    private final List<Runnable> late = new ArrayList<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private long nowNs = BOUND_NS;
    private long values;
    private int era;

    RandomHistory(long seed, int operations, ModelStore.Bug bug) {
        random = new SplittableRandom(seed);
        stores = new ModelStore[] {new ModelStore(REGIONS, bug), new ModelStore(REGIONS, bug)};
        List<Session> sessions = new ArrayList<>();
        Level[] levels = {
            Level.SESSION, Level.CAUSAL, Level.SESSION, Level.EVENTUAL, Level.MONOTONIC_READ, Level.BOUNDED
        };
        for (int s = 0; s < 24; s++) {
            sessions.add(new Session(s, levels[s % levels.length]));
        }
        while (history.size() < operations) {
            nowNs += STEP_NS;
            era = history.size() / 800;
            Session session = sessions.get(random.nextInt(sessions.size()));
            if (session.freeNs < nowNs) {
                act(session);
            }
            for (int i = 0; i < 3; i++) {
                ModelStore store = stores[random.nextInt(2)];
                int region = random.nextInt(REGIONS);
                store.deliverOne(region, (region + 1 + random.nextInt(REGIONS - 1)) % REGIONS);
            }
            if (!late.isEmpty() && random.nextInt(40) == 0) {
                late.remove(random.nextInt(late.size())).run();
            }
        }
        settle();
    }

    private void act(Session session) {
        int group = random.nextInt(2);
        if (random.nextInt(20) == 0) {
            session.region = random.nextInt(REGIONS);
        }
        List<List<String>> commands = new ArrayList<>();
        boolean write = random.nextBoolean();
        if (group == 0 && session.level.ordersSession() && random.nextInt(10) == 0) {
            commands.add(doom(session));
        } else {
            int count = random.nextInt(3) == 0 ? 3 : 1;
            for (int i = 0; i < count; i++) {
                commands.add(write && random.nextInt(4) > 0 ? write(group) : read(group));
            }
        }
        int region = session.region;
        boolean writes = commands.stream()
                .anyMatch(words ->
                        List.of("SADD", "RPUSH", "INCRBY", "SET", "DEL").contains(words.get(0)));
        if (group == 1 && writes) {
            region = 0;
        }
        int luck = random.nextInt(40);
        if (luck < 2 || luck == 2 && session.doomed.isEmpty()) {
            unlucky(session, group, region, commands, luck == 0);
            return;
        }
        int[] token = session.tokens[group];
        if (session.level.ordersSession()) {
            stores[group].catchUp(region, token);
        } else if (session.level == Level.MONOTONIC_READ) {
            stores[group].catchUp(region, session.monotonic[group]);
            token = session.monotonic[group];
        } else if (session.level == Level.BOUNDED) {
            stores[group].catchUp(region, nowNs - BOUND_NS);
        }
        List<Call> calls = stores[group].run(region, commands, token, nowNs);
        record(session, nowNs + random.nextLong(20 * STEP_NS), calls, Outcome.OK);
    }

    private void unlucky(Session session, int group, int region, List<List<String>> commands, boolean refused) {
        List<Call> calls = commands.stream().map(words -> new Call(words, null)).toList();
        record(session, refused ? nowNs : Operation.NEVER, calls, refused ? Outcome.REFUSED : Outcome.UNKNOWN);
        session.freeNs = nowNs;
        if (!refused && random.nextBoolean()) {
            late.add(() -> stores[group].run(region, commands, new int[REGIONS], nowNs));
        }
    }

    private void record(Session session, long returnedNs, List<Call> calls, Outcome outcome) {
        long called = Math.max(session.freeNs + 1, nowNs - random.nextLong(20 * STEP_NS));
        session.freeNs = returnedNs;
        history.add(new Operation(
                session.number,
                "r" + session.region,
                session.level,
                BOUND_NS,
                called,
                returnedNs,
                calls,
                outcome,
                false));
    }

    private List<String> doom(Session session) {
        if (session.doomed.isEmpty()) {
            session.doomed = "mesh:doomed" + ++values;
            keys.add(session.doomed);
            return List.of("SADD", session.doomed, "v" + values);
        }
        if (random.nextBoolean()) {
            List<String> words = List.of("DEL", session.doomed);
            session.doomed = "";
            return words;
        }
        return List.of("EXISTS", session.doomed);
    }

    private String key(int group, String kind) {
        String key = (group == 0 ? "mesh:" : "hub:") + kind
                + (kind.equals("count") || kind.equals("register") ? era / 10 : era) + "-" + random.nextInt(2);
        keys.add(key);
        return key;
    }

    private List<String> write(int group) {
        String value = "v" + ++values;
        return switch (random.nextInt(4)) {
            case 0 -> List.of("SADD", key(group, "set"), value);
            case 1 -> List.of("RPUSH", key(group, "list"), value);
            case 2 -> List.of("INCRBY", key(group, "count"), Long.toString(random.nextInt(9) - 2));
            default -> List.of("SET", key(group, "register"), value);
        };
    }

    private List<String> read(int group) {
        return switch (random.nextInt(4)) {
            case 0 -> List.of("SMEMBERS", key(group, "set"));
            case 1 -> List.of("LRANGE", key(group, "list"), "0", "-1");
            case 2 -> List.of("GET", key(group, "count"));
            default -> List.of("GET", key(group, "register"));
        };
    }

    private void settle() {
        late.forEach(Runnable::run);
        for (ModelStore store : stores) {
            store.settle();
        }
        for (String key : keys) {
            for (int region = 0; region < REGIONS; region++) {
                nowNs += 50 * STEP_NS;
                List<String> words = key.contains("set")
                        ? List.of("SMEMBERS", key)
                        : key.contains("list")
                                ? List.of("LRANGE", key, "0", "-1")
                                : key.contains("doomed") ? List.of("EXISTS", key) : List.of("GET", key);
                List<Call> calls =
                        stores[key.startsWith("mesh") ? 0 : 1].run(region, List.of(words), new int[REGIONS], nowNs);
                history.add(new Operation(
                        1000 + region, "r" + region, Level.EVENTUAL, 0, nowNs, nowNs + 1, calls, Outcome.OK, true));
            }
        }
    }
}
