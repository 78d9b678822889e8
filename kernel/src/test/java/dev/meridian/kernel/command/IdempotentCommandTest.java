package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import dev.meridian.kernel.data.Marker;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write that carries an id takes effect once, and whoever sends it again gets the reply of the first time. */
class IdempotentCommandTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection b = world.connect("b");

    private static String[] idem(String id, String command) {
        List<String> words = new ArrayList<>(List.of("MERIDIAN.IDEM", id));
        words.addAll(List.of(command.split(" ")));
        return words.toArray(String[]::new);
    }

    private String ask(String id, String command) {
        return b.ask(idem(id, command));
    }

    @ParameterizedTest
    @CsvSource({
        "INCRBY eu:n 5, :5, GET eu:n, $1 5",
        "incr eu:n, :1, GET eu:n, $1 1",
        "RPUSH eu:l x, :1, LRANGE eu:l 0 -1, *1 $1 x",
        "APPEND eu:s abc, :3, GET eu:s, $3 abc",
        "SET eu:s v NX GET, $-1, GET eu:s, $1 v",
        "MSET eu:a 1 near:b 2, +OK, GET near:b, $1 2",
        "ZUNIONSTORE eu:z 2 eu:x eu:y, :0, EXISTS eu:z, :0",
        "DEL eu:nothing, :0, EXISTS eu:nothing, :0",
        "LMPOP 1 eu:none left, *-1, EXISTS eu:none, :0"
    })
    void whoSendsAWriteAgainGetsTheReplyOfTheFirstTimeAndNothingMoreHappens_D6(
            String command, String reply, String look, String seen) {
        assertThat(ask("r-1", command)).isEqualTo(reply);
        assertThat(ask("r-1", command)).isEqualTo(reply);
        assertThat(world.connect("b").ask(idem("r-1", command))).isEqualTo(reply);
        assertThat(b.ask(look.split(" "))).isEqualTo(seen);
    }

    @Test
    void theRecordIsPartOfTheMutationThatItIsAbout_D6() {
        var group = world.node("b").kernel.groups()[2];
        long before = group.applied().get(group.self());
        ask("r-1", "INCR eu:n");
        assertThat(group.applied().get(group.self())).isEqualTo(before + 1);
        ask("r-1", "INCR eu:n");
        assertThat(group.applied().get(group.self())).isEqualTo(before + 1);
    }

    @Test
    void whatChangedNothingTheFirstTimeChangesNothingTheSecond_D6() {
        b.ask("SET", "eu:k", "first");
        assertThat(ask("r-1", "SETNX eu:k mine")).isEqualTo(":0");
        b.ask("DEL", "eu:k");
        assertThat(ask("r-1", "SETNX eu:k mine")).isEqualTo(":0");
        assertThat(b.ask("EXISTS", "eu:k")).isEqualTo(":0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INCRBY eu:n 6", "INCRBY eu:m 5", "APPEND eu:n 5", "INCRBY near:n 5 x", "DECRBY eu:n 5"})
    void anIdOfAnotherCommandIsRefusedAndChangesNothing_D6(String other) {
        assertThat(ask("r-1", "INCRBY eu:n 5")).isEqualTo(":5");
        assertThat(ask("r-1", other)).matches("-(IDUSED|ERR wrong number) .*");
        assertThat(b.ask("GET", "eu:n")).isEqualTo("$1 5");
        assertThat(b.ask("EXISTS", "eu:m")).isEqualTo(":0");
        assertThat(ask("r-1", "incrby eu:n 5")).isEqualTo(":5");
    }

    @Test
    void idsAreADatasetsOwn_D6() {
        assertThat(ask("r-1", "INCR eu:n")).isEqualTo(":1");
        assertThat(ask("r-1", "INCRBY near:n 7")).isEqualTo(":7");
    }

    @Test
    void aRefusedCommandLeavesNoRecordAndMayBeSentAgain_D6() {
        b.ask("SET", "eu:k", "text");
        assertThat(ask("r-1", "RPUSH eu:k x")).startsWith("-WRONGTYPE");
        b.ask("DEL", "eu:k");
        assertThat(ask("r-1", "RPUSH eu:k x")).isEqualTo(":1");
        assertThat(ask("r-2", "INCRBY eu:n ten")).startsWith("-ERR value is not an integer");
        assertThat(ask("r-2", "INCRBY eu:n 10")).isEqualTo(":10");
    }

    @ParameterizedTest
    @CsvSource({
        "GET eu:k, a read needs no id",
        "BLPOP eu:k 0, does not wait",
        "FLUSHALL, that writes keys",
        "PING, that writes keys",
        "SUBSCRIBE c, that writes keys",
        "NOSUCH eu:k, unknown command 'NOSUCH'",
        "SET eu:k, wrong number of arguments for 'set' command",
        "MERIDIAN.IDEM r-2 INCR eu:k, not 'meridian.idem'",
        "MERIDIAN.READ eventual GET eu:k, not 'meridian.read'",
        "INCR crdt:k, Give the dataset a primary",
        "INCR led:k, add `late_writes: review` or `consistency: quorum`",
        "MSET eu:k v crdt:k v, are replicated in different groups",
        "DEL eu:k crdt:k, are replicated in different groups",
        "LMPOP 9 eu:k LEFT, syntax error"
    })
    void whatCannotBePromisedIsRefusedWithItsReasonAndChangesNothing_D6(String command, String reason) {
        String refused = ask("r-1", command);
        assertThat(refused).startsWith("-");
        assertThat(refused.toLowerCase()).contains(reason.toLowerCase());
        assertThat(b.ask("DBSIZE")).isEqualTo(":0");
        assertThat(ask("r-1", "INCR eu:k")).isEqualTo(":1");
    }

    @Test
    void anIdHas1To128Bytes_D6() {
        assertThat(ask("", "INCR eu:n")).startsWith("-ERR an id of 0 bytes");
        assertThat(ask("x".repeat(129), "INCR eu:n")).startsWith("-ERR an id of 129 bytes");
        String odd = "\0:{eu}\u00ff".repeat(16) + "x".repeat(16);
        assertThat(ask(odd, "INCR eu:n")).isEqualTo(":1");
        assertThat(ask(odd, "INCR eu:n")).isEqualTo(":1");
        assertThat(ask(odd.substring(1), "INCR eu:n")).isEqualTo(":2");
    }

    @Test
    void inABlockItIsRefusedAndTheBlockIsNotExecuted_D6() {
        b.ask("MULTI");
        assertThat(b.ask("INCR", "eu:n")).isEqualTo("+QUEUED");
        assertThat(ask("r-1", "INCR eu:n")).contains("not allowed in MULTI");
        assertThat(b.ask("EXEC")).startsWith("-EXECABORT");
        assertThat(b.ask("EXISTS", "eu:n")).isEqualTo(":0");
    }

    @Test
    void noRecordIsEverShown_D6() {
        b.ask("CONFIG", "SET", "notify-keyspace-events", "KEA");
        KernelWorld.Connection listener = world.connect("b");
        listener.ask("PSUBSCRIBE", "*");
        ask("r-1", "INCR near:n");
        assertThat(b.ask("DBSIZE")).isEqualTo(":1");
        assertThat(b.ask("KEYS", "*")).isEqualTo("*1 $6 near:n");
        assertThat(b.ask("SCAN", "0", "COUNT", "1000")).isEqualTo("*2 $1 0 *1 $6 near:n");
        b.ask("DEL", "near:n");
        assertThat(b.ask("RANDOMKEY")).isEqualTo("$-1");
        assertThat(b.ask("DBSIZE")).isEqualTo(":0");
        assertThat(b.ask("INFO", "keyspace")).doesNotContain("db0");
        world.rounds(3_000);
        assertThat(listener.take()).contains("near:n").doesNotContain("idem ");
        assertThat(records()).isZero();
        assertThat(b.ask("DBSIZE")).isEqualTo(":0");
    }

    private int records() {
        int[] count = {0};
        world.node("b").kernel.keyspace().forEach(key -> count[0] += Marker.is(key.id()) && key.type() != null ? 1 : 0);
        return count[0];
    }

    @Test
    void anIdIsKnownForTheWindowOfItsDataset_D6() {
        assertThat(ask("r-1", "INCR near:n")).isEqualTo(":1");
        world.rounds(1_900);
        assertThat(ask("r-1", "INCR near:n")).isEqualTo(":1");
        world.rounds(200);
        assertThat(ask("r-1", "INCR near:n")).isEqualTo(":2");
        assertThat(ask("r-1", "INCR near:n")).isEqualTo(":2");
    }

    @Test
    void aFlushTakesTheDataAndNotWhatWasDone_D6() {
        ask("r-1", "RPUSH eu:l x");
        assertThat(b.ask("FLUSHALL")).isEqualTo("+OK");
        assertThat(ask("r-1", "RPUSH eu:l x")).isEqualTo(":1");
        assertThat(b.ask("EXISTS", "eu:l")).isEqualTo(":0");
    }

    @Test
    void aLongReplyIsNotKeptAndToldSo_D6() {
        b.ask("SET", "eu:s", "x".repeat(4_090));
        assertThat(ask("r-1", "GETDEL eu:s")).startsWith("$4090 xxx");
        assertThat(ask("r-1", "GETDEL eu:s"))
                .startsWith("-REPLYGONE the command of this id has taken effect; its reply of 4099");
        b.ask("SET", "eu:s", "x".repeat(4_087));
        String first = ask("r-2", "GETDEL eu:s");
        assertThat(ask("r-2", "GETDEL eu:s")).isEqualTo(first).startsWith("$4087");
    }

    @Test
    void aReplyThatRespVersionsWriteDifferentlyIsToldInTheOneOfTheFirstTime_D6() {
        b.ask("ZADD", "eu:z", "1", "a", "2", "b");
        assertThat(ask("r-1", "ZPOPMIN eu:z 1")).isEqualTo("*2 $1 a $1 1");
        assertThat(ask("r-2", "GETDEL eu:none")).isEqualTo("$-1");
        assertThat(ask("r-3", "INCR eu:n")).isEqualTo(":1");
        KernelWorld.Connection three = world.connect("b");
        three.ask("HELLO", "3");
        assertThat(three.ask(idem("r-1", "ZPOPMIN eu:z 1")))
                .startsWith("-REPLYGONE")
                .contains("HELLO 2");
        assertThat(three.ask(idem("r-2", "GETDEL eu:none"))).isEqualTo("_");
        assertThat(three.ask(idem("r-3", "INCR eu:n"))).isEqualTo(":1");
        assertThat(b.ask("ZCARD", "eu:z")).isEqualTo(":1");
    }

    @Test
    void itIsSentAsAWholeToTheRegionThatTakesTheWrite_D6() {
        KernelWorld.Connection a = world.connect("a");
        assertThat(a.ask(idem("r-1", "INCRBY near:n 3"))).isEqualTo(":3");
        assertThat(a.ask(idem("r-1", "INCRBY near:n 3"))).isEqualTo(":3");
        assertThat(world.connect("c").ask(idem("r-1", "INCRBY near:n 3"))).isEqualTo(":3");
        assertThat(ask("r-1", "INCRBY near:n 3")).isEqualTo(":3");
        assertThat(a.ask("GET", "near:n")).isEqualTo("$1 3");
        assertThat(a.ask(idem("r-2", "INCR eu:n"))).startsWith("-RESIDENCY");
    }

    @Test
    void itsKeysAreThoseOfTheCommandInIt_D6() {
        CommandTable<Command> table = world.node("b").kernel.table();
        int taken = 0;
        for (CommandSpec spec : table.all()) {
            if (!IdempotentCommand.takes(spec) || table.handler(spec) == null) {
                continue;
            }
            int least = Math.max(Math.abs(spec.arity()), spec.keys().numkeysAt() + 3);
            List<String> words = new ArrayList<>(List.of(spec.name()));
            words.addAll(Collections.nCopies(spec.arity() < 0 ? least + 2 : spec.arity() - 1, "2"));
            Args plain = LocalNode.args(words.toArray(String[]::new));
            words.addAll(0, List.of("meridian.Idem", "id"));
            Args whole = LocalNode.args(words.toArray(String[]::new));
            CommandSpec found = table.find(whole);
            assertThat(found).as(spec.name()).isNotNull();
            assertThat(found.name()).isEqualTo(IdempotentCommand.NAME);
            assertThat(found.keys().count(whole))
                    .as(spec.name())
                    .isEqualTo(spec.keys().count(plain))
                    .isPositive();
            for (int i = 0; i < spec.keys().count(plain); i++) {
                assertThat(found.keys().at(whole, i))
                        .as(spec.name())
                        .isEqualTo(spec.keys().at(plain, i) + 2);
            }
            taken++;
        }
        assertThat(taken).isGreaterThan(60);
    }

    @Test
    void whoUsesNoIdPaysNothingForThem_D6() {
        CommandTable<Command> table = world.node("b").kernel.table();
        Args get = LocalNode.args("GET", "eu:k");
        Args set = LocalNode.args("SET", "eu:k", "v");
        Args idem = LocalNode.args(idem("r-1", "SET eu:k v"));
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long found = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            found += table.find(get) != null && table.find(set) != null && table.find(idem) != null ? 1 : 0;
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
        assertThat(found).isEqualTo(100_000);
    }

    @Test
    void aMarkerIsToldByItsKind_D6() {
        byte[] record = Marker.of(bytes("eu:"), bytes("idem "), bytes("r-1"));
        assertThat(IdempotentCommand.isRecord(record)).isTrue();
        assertThat(IdempotentCommand.isRecord(Marker.of(bytes("eu:"), "late 1.2.3")))
                .isFalse();
        assertThat(IdempotentCommand.isRecord(bytes("eu:\0idem r-1"))).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
