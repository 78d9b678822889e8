package dev.meridian.simulator;

import dev.meridian.kernel.command.Client;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One simulated client: unique values, so that every read tells its history, and the promises of its own session
 * checked as it goes. Besides, commands of all kinds on shared keys, for convergence.
 */
final class Workload {
    private final World world;
    private final SimulatedNode[] nodes;
    private final Ledger ledger;
    private final Swarm swarm;
    private final SplittableRandom random;
    private final int number;
    private int region;
    private @Nullable Client client;
    private boolean over;
    private long values;

    /** What this client wrote last to its own register, and the least that it may read there. */
    private long ownWritten;

    private long ownSeen;

    /** Where its own writes were sent, since one of them was lost. */
    private final BitSet ownWrittenAt = new BitSet();

    /** What it has seen, to be adopted wherever it connects next; empty when it has none. */
    private String token = "";

    private final List<String> doomed = new ArrayList<>();
    private final Registers registers;
    private final Map<String, Long> counts;
    private long operations;

    Workload(
            World world,
            SimulatedNode[] nodes,
            Ledger ledger,
            Registers registers,
            Swarm swarm,
            Map<String, Long> counts,
            int region,
            int number) {
        this.registers = registers;
        this.counts = counts;
        this.world = world;
        this.nodes = nodes;
        this.ledger = ledger;
        this.swarm = swarm;
        this.random = world.fork();
        this.region = region;
        this.number = number;
    }

    void start() {
        next();
    }

    void stop() {
        over = true;
    }

    /** The region has lost unsynced writes with its power: what this client saw there may be gone. */
    void powerLost(int where) {
        if (where == region || ownWrittenAt.get(where)) {
            ownSeen = 0;
            token = "";
            registers.forget(number);
        }
    }

    long operations() {
        return operations;
    }

    private void next() {
        if (!over) {
            world.in(random.nextLong(2 * swarm.thinkMs() * 1_000_000L) + 1, this::act);
        }
    }

    private void act() {
        if (over) {
            return;
        }
        SimulatedNode node = nodes[region];
        if (!node.running()) {
            client = null;
            next();
            return;
        }
        if (client == null) {
            client = node.connect();
            if (!token.isEmpty()) {
                adopt();
                return;
            }
        }
        operations++;
        switch (random.nextInt(18)) {
            case 12 -> boundedRead();
            case 13 -> transfer();
            case 14 -> balance();
            case 15 -> waitFor();
            case 16 -> doom();
            case 17 -> move();
            case 0, 1 -> addUnique();
            case 2, 3 -> increment();
            case 4 -> push();
            case 5 -> writeOwn();
            case 6 -> readOwn();
            case 7 -> causalWrite();
            case 8 -> causalRead();
            case 9 -> restricted();
            default -> anything();
        }
    }

    /** Runs one command and goes on to the next act when it is answered. */
    private void run(Consumer<String> answer, String... words) {
        ask(
                reply -> {
                    answer.accept(reply);
                    next();
                },
                words);
    }

    private void ask(Consumer<String> answer, String... words) {
        Client c = client;
        if (c == null || !nodes[region].running()) {
            answer.accept("-UNKNOWN not connected\r\n");
            return;
        }
        nodes[region].command(
                c,
                reply -> {
                    if (reply.startsWith("-UNKNOWN")) {
                        client = null;
                    } else if (reply.startsWith("-")) {
                        counts.merge("refused " + reply.substring(1).split("[ \r]", 2)[0], 1L, Long::sum);
                    }
                    answer.accept(reply);
                },
                words);
    }

    private String unique() {
        return "v" + number + "-" + ++values;
    }

    private String shared(int count) {
        String dataset = switch (random.nextInt(3)) {
            case 0 -> "crdt:";
            case 1 -> "lww:";
            default -> "orders:";
        };
        return dataset + "k" + random.nextInt(count);
    }

    /** The region that takes the key's writes: this one, or the primary. */
    private int taker(String key) {
        var placement = swarm.placement(region);
        var group = placement.group(placement.datasetOf(key.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
        return group.primary() == null ? region : swarm.regions().indexOf(group.primary());
    }

    private void addUnique() {
        String member = unique();
        String key = (random.nextBoolean() ? "crdt:" : random.nextBoolean() ? "lww:" : "orders:") + "set"
                + random.nextInt(2);
        Ledger.Entry entry = ledger.add(key, member, taker(key), world.nowNs());
        run(reply -> Ledger.answer(entry, reply, world.nowNs()), "SADD", key, member);
    }

    private void push() {
        String member = unique();
        String key = (random.nextBoolean() ? "crdt:" : "orders:") + "list" + random.nextInt(2);
        Ledger.Entry entry = ledger.add(key, member, taker(key), world.nowNs());
        run(reply -> Ledger.answer(entry, reply, world.nowNs()), random.nextBoolean() ? "LPUSH" : "RPUSH", key, member);
    }

    private void increment() {
        String key = (random.nextBoolean() ? "crdt:" : random.nextBoolean() ? "lww:" : "orders:") + "count"
                + random.nextInt(2);
        long amount = 1 + random.nextInt(5);
        Ledger.Entry entry = ledger.increment(key, amount, taker(key), world.nowNs());
        run(reply -> Ledger.answer(entry, reply, world.nowNs()), "INCRBY", key, Long.toString(amount));
    }

    /** Each client has a register of its own and writes growing numbers to it: V4, C2. */
    private void writeOwn() {
        long value = ++ownWritten;
        ownWrittenAt.set(region);
        run(
                reply -> {
                    if (reply.startsWith("+OK")) {
                        ownSeen = Math.max(ownSeen, value);
                        registers.acknowledged(number, value, world.nowNs());
                    }
                },
                "SET",
                "lww:own" + number,
                Long.toString(value));
    }

    private void readOwn() {
        long atLeast = ownSeen;
        int at = region;
        run(
                reply -> {
                    if (!reply.startsWith("-")) {
                        long got = Resp.number(reply);
                        // What was seen before may be gone with a region's power, meanwhile too.
                        if (got < Math.min(atLeast, ownSeen) && at == region) {
                            throw new World.Violation(
                                    "C2",
                                    "client " + number + " in region " + region + " read " + got
                                            + " of its own register after " + atLeast);
                        }
                        ownSeen = Math.max(ownSeen, got);
                    }
                },
                "GET",
                "lww:own" + number);
    }

    /** Reads a cause and writes an effect that names it: whoever sees the effect must see the cause. */
    private void causalWrite() {
        String topic = Integer.toString(random.nextInt(3));
        ask(
                reply -> {
                    if (reply.startsWith("-")) {
                        next();
                    } else {
                        run(second -> {}, "SET", "crdt:effect" + topic, Long.toString(Resp.number(reply)));
                    }
                },
                "INCRBY",
                "crdt:cause" + topic,
                "1");
    }

    private void causalRead() {
        String topic = Integer.toString(random.nextInt(3));
        run(
                reply -> {
                    if (reply.startsWith("*2")) {
                        long[] got = Resp.numbers(reply);
                        if (got[0] > got[1]) {
                            throw new World.Violation(
                                    "C1",
                                    "region " + region + " shows the effect of " + got[0] + " and a cause of "
                                            + got[1]);
                        }
                    }
                },
                "MGET",
                "crdt:effect" + topic,
                "crdt:cause" + topic);
    }

    /** Moves to another region and takes along what it has seen: C2 holds there too. */
    private void move() {
        ask(
                reply -> {
                    if (!reply.startsWith("$")) {
                        next();
                        return;
                    }
                    token = Reply.content(reply);
                    dev.meridian.kernel.command.Client leaving = client;
                    if (leaving != null) {
                        nodes[region].disconnect(leaving);
                    }
                    client = null;
                    region = random.nextInt(nodes.length);
                    counts.merge("client moved", 1L, Long::sum);
                    next();
                },
                "MERIDIAN.TOKEN");
    }

    private void adopt() {
        ask(
                reply -> {
                    if (!reply.startsWith("+OK")) {
                        if (!reply.startsWith("-UNKNOWN")) {
                            throw new World.Violation(
                                    "C3", "region " + region + " refuses a token of its own cluster: " + reply);
                        }
                        next();
                        return;
                    }
                    run(level -> {}, "MERIDIAN.READ", "session");
                },
                "MERIDIAN.TOKEN",
                "ADOPT",
                token);
    }

    /** S1: a read with a bound contains all that anybody was told so long ago, by the true time. */
    private void boundedRead() {
        int other = random.nextInt(nodes.length * swarm.clients());
        long boundMs = random.nextBoolean() ? 500 : 2_000;
        long sentNs = world.nowNs();
        run(
                reply -> {
                    if (reply.startsWith("-")) {
                        return;
                    }
                    long got = Resp.number(reply);
                    long least = registers.atLeast(other, sentNs - boundMs * 1_000_000);
                    if (got < least) {
                        throw new World.Violation(
                                "S1",
                                "a read bounded by " + boundMs + " ms in region " + region + " got " + got
                                        + " of client " + other + ", which was told " + least + " before that");
                    }
                    counts.merge("bounded read served", 1L, Long::sum);
                },
                "MERIDIAN.READ",
                "bounded",
                boundMs + "ms",
                "GET",
                "lww:own" + other);
    }

    /** Moves an amount from one counter to another in one block. */
    private void transfer() {
        String amount = Integer.toString(1 + random.nextInt(9));
        String dataset = random.nextBoolean() ? "crdt:" : "orders:";
        ask(
                begun -> {
                    if (begun.startsWith("-")) {
                        next();
                        return;
                    }
                    ask(
                            first -> ask(second -> run(done -> {}, "EXEC"), "INCRBY", dataset + "right", amount),
                            "INCRBY",
                            dataset + "left",
                            "-" + amount);
                },
                "MULTI");
    }

    /** What one block moves is never seen half, in any region. */
    private void balance() {
        String dataset = random.nextBoolean() ? "crdt:" : "orders:";
        run(
                reply -> {
                    if (reply.startsWith("*2")) {
                        long[] got = Resp.numbers(reply);
                        if (got[0] + got[1] != 0) {
                            throw new World.Violation(
                                    "L3",
                                    "region " + region + " shows half a block in " + dataset + ": left " + got[0]
                                            + ", right " + got[1]);
                        }
                    }
                },
                "MGET",
                dataset + "left",
                dataset + "right");
    }

    /** WAIT counts regions that have the write, and no others. */
    private void waitFor() {
        String member = unique();
        String key = "crdt:set" + random.nextInt(2);
        Ledger.Entry entry = ledger.add(key, member, region, world.nowNs());
        ask(
                added -> {
                    Ledger.answer(entry, added, world.nowNs());
                    if (added.startsWith("-")) {
                        next();
                        return;
                    }
                    run(
                            reply -> {
                                if (reply.startsWith(":")) {
                                    there(key, member, entry, Resp.number(reply));
                                }
                            },
                            "WAIT",
                            Integer.toString(1 + random.nextInt(nodes.length)),
                            "300");
                },
                "SADD",
                key,
                member);
    }

    private void there(String key, String member, Ledger.Entry entry, long told) {
        long may = 0;
        for (SimulatedNode node : nodes) {
            if (node.region != entry.region
                    && (!node.running() || ledger.lostSince(node.region, entry.sentNs) || node.has(key, member))) {
                may++;
            }
        }
        if (told > may) {
            throw new World.Violation(
                    "D1",
                    "WAIT told region " + region + " that " + told + " regions have " + member + ", at most " + may
                            + " do");
        }
        counts.merge("WAIT told " + told, 1L, Long::sum);
    }

    /** Keys that are written, deleted later, and never written again: they stay deleted (V8). */
    private void doom() {
        if (doomed.size() < 5 || random.nextBoolean()) {
            String key = "lww:doomed" + unique();
            run(
                    reply -> {
                        if (reply.startsWith("+OK")) {
                            doomed.add(key);
                        }
                    },
                    "SET",
                    key,
                    "1");
            return;
        }
        String key = doomed.remove(random.nextInt(doomed.size()));
        Ledger.Entry entry = ledger.delete(key, region, world.nowNs());
        run(
                reply -> Ledger.answer(entry, reply.startsWith(":0") ? "-ERR it was not there" : reply, world.nowNs()),
                "DEL",
                key);
    }

    private void restricted() {
        run(
                reply -> {
                    String home = swarm.groups().getLast().members().getFirst();
                    boolean allowed = swarm.regions().get(region).equals(home);
                    if (!allowed && !reply.startsWith("-RESIDENCY") && !reply.startsWith("-UNKNOWN")) {
                        throw new World.Violation(
                                "R3", "region " + region + " answered a restricted command: " + reply);
                    }
                },
                "SET",
                "pii:" + Watch.CANARY + random.nextInt(5),
                Watch.CANARY + unique());
    }

    private void anything() {
        String key = shared(6);
        String value = unique();
        String small = Integer.toString(random.nextInt(5));
        String[] words = switch (random.nextInt(26)) {
            case 0 -> new String[] {"SET", key, value};
            case 1 -> new String[] {"SET", key, small, "PX", Integer.toString(50 + random.nextInt(5_000))};
            case 2 -> new String[] {"DEL", key};
            case 3 -> new String[] {"INCR", key};
            case 4 -> new String[] {"HSET", key, "f" + small, value};
            case 5 -> new String[] {"HDEL", key, "f" + small};
            case 6 -> new String[] {"HINCRBY", key, "n" + small, "2"};
            case 7 -> new String[] {"SADD", key, small, value};
            case 8 -> new String[] {"SREM", key, small};
            case 9 -> new String[] {"SPOP", key};
            case 10 -> new String[] {"ZADD", key, small, "m" + small};
            case 11 -> new String[] {"ZINCRBY", key, "1.5", "m" + small};
            case 12 -> new String[] {"ZREM", key, "m" + small};
            case 13 -> new String[] {"LPUSH", key, value, small};
            case 14 -> new String[] {"RPUSH", key, value};
            case 15 -> new String[] {"LPOP", key};
            case 16 -> new String[] {"LSET", key, "0", value};
            case 17 -> new String[] {"LREM", key, "1", small};
            case 18 -> new String[] {"EXPIRE", key, small};
            case 19 -> new String[] {"PERSIST", key};
            case 20 -> new String[] {"RENAME", key, key + "x"};
            case 21 -> new String[] {"APPEND", key, small};
            case 22 -> new String[] {"LTRIM", key, "0", "3"};
            case 23 -> new String[] {"INCRBYFLOAT", key, "0.25"};
            case 24 -> new String[] {"ZPOPMIN", key};
            default -> new String[] {"GETSET", key, value};
        };
        run(reply -> {}, words);
    }
}
