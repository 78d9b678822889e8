package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What concurrent use of string and key commands in several regions yields; the tables of docs/anomalies say the same. */
final class StringMergeTest {
    private final LocalNode a = node("a", 1);
    private final LocalNode b = node("b", 2);

    private static LocalNode node(String region, int origin) {
        return new LocalNode(region, origin, StringMergeTest::bind);
    }

    private static void bind(BiConsumer<String, Command> table) {
        StringCommands.bind(table);
        CounterCommands.bind(table);
        KeyCommands.bind(table);
        LifetimeCommands.bind(table);
        BitmapCommands.bind(table);
        BitFieldCommands.bind(table);
        HyperLogLogCommands.bind(table);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static final String NIL = "$-1\r\n";

    /** The first command of the two is the earlier by HLC. */
    private void concurrently(String inA, String inB) {
        a.nowMs += 10;
        b.nowMs = a.nowMs + 1;
        for (String command : inA.split(";")) {
            assertThat(a.run(command.strip().split(" "))).doesNotStartWith("-");
        }
        for (String command : inB.split(";")) {
            assertThat(b.run(command.strip().split(" "))).doesNotStartWith("-");
        }
        sync();
    }

    private void sync() {
        LocalNode.sync(a, b);
        a.nowMs += 10;
        b.nowMs = a.nowMs;
        assertThat(b.canonical()).isEqualTo(a.canonical());
    }

    private void before(String command) {
        assertThat(a.run(command.split(" "))).doesNotStartWith("-");
        sync();
    }

    private void bothAnswer(String command, String reply) {
        assertThat(a.run(command.split(" "))).isEqualTo(reply);
        assertThat(b.run(command.split(" "))).isEqualTo(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void ofTwoSetsTheLaterShows(String k) {
        concurrently("SET " + k + " one", "SET " + k + " two");
        bothAnswer("GET " + k, bulk("two"));
    }

    @Test
    void aLaterDelWinsOverASetWhereTheLastWriteWins() {
        before("SET k old");
        concurrently("SET k new", "DEL k");
        bothAnswer("GET k", NIL);
    }

    @Test
    void aSetThatDelHadNotSeenStaysInACrdtDataset() {
        before("SET crdt:k old");
        concurrently("SET crdt:k new", "DEL crdt:k");
        bothAnswer("GET crdt:k", bulk("new"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void incrementsAddUp(String k) {
        before("SET " + k + " 100");
        concurrently("INCR " + k + "; INCRBY " + k + " 4", "DECRBY " + k + " 2; INCR " + k);
        bothAnswer("GET " + k, bulk("104"));
        concurrently("INCRBYFLOAT " + k + " 0.5", "INCRBY " + k + " 10; INCRBYFLOAT " + k + " 0.25");
        bothAnswer("GET " + k, bulk("114.75"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void anIncrementThatASetHadNotSeenAddsToIt(String k) {
        before("INCRBY " + k + " 5");
        concurrently("INCRBY " + k + " 2", "SET " + k + " 50");
        bothAnswer("GET " + k, bulk("52"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void anIncrementThatADelHadNotSeenStays(String k) {
        before("INCRBY " + k + " 5");
        concurrently("INCRBY " + k + " 2", "DEL " + k);
        bothAnswer("GET " + k, bulk("2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void anAppendIsASetOfTheWhole(String k) {
        before("SET " + k + " x");
        concurrently("APPEND " + k + " a", "APPEND " + k + " b");
        bothAnswer("GET " + k, bulk("xb"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void ofTwoLifetimesTheLaterWrittenHolds(String k) {
        before("SET " + k + " x");
        concurrently("PEXPIREAT " + k + " 2000000000000", "PEXPIREAT " + k + " 1900000000000");
        bothAnswer("PEXPIRETIME " + k, ":1900000000000\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void aSetTakesAwayNoLifetimeThatItHadNotSeen(String k) {
        before("SET " + k + " x");
        concurrently("PEXPIREAT " + k + " 2000000000000", "SET " + k + " y");
        bothAnswer("GET " + k, bulk("y"));
        bothAnswer("PEXPIRETIME " + k, ":2000000000000\r\n");
        concurrently("SET " + k + " z", "PEXPIREAT " + k + " 1900000000000");
        bothAnswer("GET " + k, bulk("z"));
        bothAnswer("PEXPIRETIME " + k, ":1900000000000\r\n");
    }

    @Test
    void aLaterPersistOrSetTakesALifetimeAwayWhereTheLastWriteWins() {
        before("SET k x PXAT 1900000000000");
        concurrently("PEXPIREAT k 2000000000000", "PERSIST k");
        bothAnswer("PTTL k", ":-1\r\n");
        before("SET k x PXAT 1900000000000");
        concurrently("PEXPIREAT k 2000000000000", "SET k y");
        bothAnswer("PTTL k", ":-1\r\n");
    }

    @Test
    void aLifetimeThatPersistHadNotSeenStaysInACrdtDataset() {
        before("SET crdt:k x PXAT 1900000000000");
        concurrently("PEXPIREAT crdt:k 2000000000000", "PERSIST crdt:k");
        bothAnswer("PEXPIRETIME crdt:k", ":2000000000000\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void anIncrementThatAnAppendHadNotSeenAddsToItsResult(String k) {
        before("SET " + k + " 5");
        concurrently("INCR " + k, "APPEND " + k + " 0");
        bothAnswer("GET " + k, bulk("51"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void incrementsStayHiddenBehindATextUntilItsWriterHasSeenThem(String k) {
        before("SET " + k + " 5");
        concurrently("INCR " + k, "SET " + k + " text");
        bothAnswer("GET " + k, bulk("text"));
        before("SET " + k + " 7");
        bothAnswer("GET " + k, bulk("7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void aBitLiesOverWhatAnAppendMakes(String k) {
        before("SET " + k + " @");
        concurrently("SETBIT " + k + " 7 1", "APPEND " + k + " @");
        bothAnswer("GET " + k, bulk("A@"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void mergedHyperLogLogsCountWhatBothSidesAdded(String k) {
        before("PFADD other x y");
        concurrently("PFMERGE " + k + " other", "PFADD " + k + " z");
        bothAnswer("PFCOUNT " + k, ":3\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void aLifetimeOfADeletedValueIsNotThatOfTheNext(String k) {
        before("SET " + k + " x");
        concurrently("DEL " + k, "PEXPIREAT " + k + " 2000000000000");
        bothAnswer("EXISTS " + k, ":0\r\n");
        before("INCR " + k);
        bothAnswer("PTTL " + k, ":-1\r\n");
        bothAnswer("GET " + k, bulk("1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void bitsSetOnBothSidesAllStay(String k) {
        before("SET " + k + " @@");
        concurrently("SETBIT " + k + " 7 1; SETBIT " + k + " 30 1", "SETBIT " + k + " 6 1; SETBIT " + k + " 1 0");
        bothAnswer("GET " + k, bulk("\u0003@\u0000\u0002"));
        bothAnswer("BITCOUNT " + k, ":4\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void ofOneBitSetOnBothSidesTheLaterShows(String k) {
        concurrently("SETBIT " + k + " 7 1; SETBIT " + k + " 6 0", "SETBIT " + k + " 7 0; SETBIT " + k + " 6 1");
        bothAnswer("GET " + k, bulk("\u0002"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void aBitThatASetHadNotSeenStaysOverIt(String k) {
        before("SETBIT " + k + " 6 1");
        concurrently("SETBIT " + k + " 7 1", "SET " + k + " @");
        bothAnswer("GET " + k, bulk("A"));
    }

    @Test
    void whatADelHadNotSeenOfBitsAndRegistersStaysInACrdtDataset() {
        before("SETBIT crdt:bits 6 1");
        concurrently("SETBIT crdt:bits 7 1; PFADD crdt:log a", "DEL crdt:bits; DEL crdt:log");
        bothAnswer("GET crdt:bits", bulk("\u0001"));
        bothAnswer("PFCOUNT crdt:log", ":1\r\n");
    }

    @Test
    void aLaterDelTakesBitsAndRegistersThatItHadNotSeenWhereTheLastWriteWins() {
        before("SETBIT bits 6 1");
        before("PFADD log a");
        concurrently("SETBIT bits 7 1; PFADD log b", "DEL bits; DEL log");
        bothAnswer("EXISTS bits log", ":0\r\n");
    }

    @Test
    void anEarlierDelLeavesLaterBitsWhereTheLastWriteWins() {
        before("SETBIT bits 6 1");
        concurrently("DEL bits", "SETBIT bits 7 1");
        bothAnswer("GET bits", bulk("\u0001"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void ofOneFieldWrittenOnBothSidesTheLaterShowsWhole(String k) {
        concurrently("BITFIELD " + k + " SET u8 0 85", "BITFIELD " + k + " SET u8 0 33");
        bothAnswer("GET " + k, bulk("!"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void elementsCountedOnBothSidesAreAllCounted(String k) {
        before("PFADD " + k + " x");
        concurrently("PFADD " + k + " a b c", "PFADD " + k + " c d e");
        bothAnswer("PFCOUNT " + k, ":6\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void ofTwoTypesTheLaterWrittenShowsUntilAWriterCleansUp(String k) {
        concurrently("PFADD " + k + " x", "SETBIT " + k + " 1 1");
        bothAnswer("GET " + k, bulk("@"));
        concurrently("SETBIT " + k + " 7 1", "PFADD other y");
        before("DEL " + k);
        bothAnswer("EXISTS " + k, ":0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "crdt:k"})
    void renameTakesAlongWhatItsRegionHadSeen(String k) {
        before("SET " + k + " old");
        concurrently("RENAME " + k + " crdt:to", "SET " + k + " new");
        bothAnswer("GET crdt:to", bulk("old"));
        bothAnswer("GET " + k, bulk("new"));
    }

    @Test
    void flushAllRemovesWhatItsRegionHadSeenInACrdtDataset() {
        before("MSET crdt:a 1 crdt:b 2 plain 3");
        concurrently("FLUSHALL", "SET crdt:c 4");
        bothAnswer("MGET crdt:a crdt:b plain crdt:c", "*4\r\n" + NIL + NIL + NIL + bulk("4"));
    }

    // ---- any order of delivery ----

    private static final String[] OPERATIONS = {
        "SETBIT K N 1",
        "SETBIT K N 0",
        "SETBIT K N 1",
        "SETBIT K N 0",
        "SETBIT K N 1",
        "SET K text",
        "SET K 7",
        "DEL K",
        "INCR K",
        "INCRBYFLOAT K 0.5",
        "APPEND K x",
        "PFADD K N",
        "PFADD K N N2",
        "PFADD K N",
        "PEXPIREAT K 2000000000000",
        "PERSIST K",
        "BITFIELD K SET u4 N 9",
        "COPY K J",
        "RENAME K J",
        "GETDEL K",
        "SETBIT K N 1"
    };

    /** What a node said it had applied, and how far it had come itself: the basis of stability. */
    private record Report(int node, long[] applied) {
        static Report of(int n, LocalNode node) {
            long[] applied = new long[4];
            for (int id = 1; id <= 3; id++) {
                int o = node.origins.find(id);
                applied[o] = node.groups[0].applied().get(o);
            }
            return new Report(n, applied);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "crdt:"})
    void regionsAgreeAfterAnyOrderOfDeliveryAndFolding_V1(String dataset) {
        long folded = 0;
        for (int seed = 0; seed < 150; seed++) {
            folded += runSeed(seed, dataset);
        }
        assertThat(folded).isPositive();
    }

    private static long runSeed(int seed, String dataset) {
        SplittableRandom random = new SplittableRandom(seed);
        LocalNode[] nodes = {node("a", 1), node("b", 2), node("c", 3)};
        int[][] delivered = new int[3][3];
        List<Report> reports = new ArrayList<>();
        long folded = 0;
        for (int step = 0; step < 150; step++) {
            int n = random.nextInt(3);
            LocalNode node = nodes[n];
            node.nowMs += random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    String[] words = OPERATIONS[random.nextInt(OPERATIONS.length)].split(" ");
                    for (int w = 1; w < words.length; w++) {
                        words[w] = switch (words[w]) {
                            case "K", "J" -> dataset + random.nextInt(2);
                            case "N", "N2" -> Integer.toString(random.nextInt(6));
                            default -> words[w];
                        };
                    }
                    node.run(words);
                }
                case 4, 5, 6 -> deliver(nodes, delivered, random.nextInt(3), n, 1 + random.nextInt(5));
                default -> {
                    for (int r = 0; r < 3; r++) {
                        reports.add(Report.of(r, nodes[r]));
                    }
                    folded += node.keyspace.collect(0, (o, s) -> stable(reports, nodes, n, o, s), 1000);
                }
            }
        }
        for (int round = 0; round < 3; round++) {
            for (int from = 0; from < 3; from++) {
                for (int to = 0; to < 3; to++) {
                    deliver(nodes, delivered, from, to, Integer.MAX_VALUE);
                }
            }
        }
        for (LocalNode node : nodes) {
            node.nowMs = nodes[0].nowMs + 1000;
        }
        assertThat(nodes[1].canonical()).as("seed %d", seed).isEqualTo(nodes[0].canonical());
        assertThat(nodes[2].canonical()).as("seed %d", seed).isEqualTo(nodes[0].canonical());
        for (int k = 0; k < 2; k++) {
            for (String command : new String[] {"GET", "TYPE", "PFCOUNT"}) {
                String reply = nodes[0].run(command, dataset + k);
                assertThat(nodes[1].run(command, dataset + k))
                        .as("seed %d", seed)
                        .isEqualTo(reply);
                assertThat(nodes[2].run(command, dataset + k))
                        .as("seed %d", seed)
                        .isEqualTo(reply);
            }
        }
        return folded;
    }

    private static void deliver(LocalNode[] nodes, int[][] delivered, int from, int to, int count) {
        if (from == to) {
            return;
        }
        List<byte[]> records = nodes[from].records;
        for (int i = 0; i < count && delivered[from][to] < records.size(); i++) {
            if (!nodes[to].receive(records.get(delivered[from][to]))) {
                return;
            }
            delivered[from][to]++;
        }
    }

    /** All have applied the dot, and everything that they had written until they said so is here. */
    private static boolean stable(List<Report> reports, LocalNode[] nodes, int here, int origin, long seq) {
        for (int m = 0; m < 3; m++) {
            int self = nodes[m].origins.find(m + 1);
            boolean known = false;
            for (Report r : reports) {
                known |= r.node == m
                        && r.applied[origin] >= seq
                        && nodes[here].groups[0].applied().get(self) >= r.applied[self];
            }
            if (!known) {
                return false;
            }
        }
        return true;
    }
}
