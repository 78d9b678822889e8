package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RoutingTest {
    private static final String RESIDENCY =
            "-RESIDENCY dataset 'eu' may only be used in b: connect there, or add `remote_access: read_write` to the"
                    + " dataset";

    private final KernelWorld world = new KernelWorld();

    @Test
    void whatARegionDoesNotKeepIsServedByOneThatDoes() {
        var a = world.connect("a");
        assertThat(a.ask("SET", "bc:k", "v")).isEqualTo("+OK");
        assertThat(a.ask("GET", "bc:k")).isEqualTo("$1 v");
        assertThat(world.node("a").kernel.keyspace().size()).isZero();
        world.rounds(50);
        assertThat(world.connect("c").ask("GET", "bc:k")).isEqualTo("$1 v");
    }

    @Test
    void writesOfAPrimaryGroupGoToThePrimaryAndAreReadBackHere_C2() {
        var c = world.connect("c");
        assertThat(c.ask("SET", "led:k", "1")).isEqualTo("+OK");
        assertThat(c.ask("GET", "led:k")).isEqualTo("$1 1");
        assertThat(c.ask("SET", "led:k", "2", "NX")).isEqualTo("$-1");
        world.cut("a", "c");
        assertThat(c.ask("SET", "led:k", "3"))
                .isEqualTo("-MASTERDOWN region a, which takes the writes, cannot be reached from here");
        assertThat(c.ask("GET", "led:k")).isEqualTo("$1 1");
    }

    @Test
    void aRestrictedDatasetIsRefusedOutsideWithTheRegionsToGoTo_R1() {
        var a = world.connect("a");
        assertThat(a.ask("SET", "eu:k", "v")).isEqualTo(RESIDENCY);
        assertThat(a.ask("GET", "eu:k")).isEqualTo(RESIDENCY);
        assertThat(a.ask("MERIDIAN.INSPECT", "eu:k")).isEqualTo(RESIDENCY);
        a.run("MULTI");
        a.run("SET", "eu:k", "v");
        assertThat(a.ask("EXEC")).isEqualTo(RESIDENCY);
        assertThat(world.connect("b").ask("EXISTS", "eu:k")).isEqualTo(":0");
    }

    @Test
    void remoteAccessForwardsAndKeepsNothing_R1() {
        var a = world.connect("a");
        assertThat(a.ask("SET", "near:k", "v")).isEqualTo("+OK");
        assertThat(a.ask("GET", "near:k")).isEqualTo("$1 v");
        world.rounds(50);
        assertThat(world.node("a").kernel.keyspace().size()).isZero();
        assertThat(world.node("c").kernel.keyspace().size()).isZero();
        assertThat(world.connect("b").ask("GET", "near:k")).isEqualTo("$1 v");
    }

    @Test
    void aWriteWhoseAnswerDoesNotComeIsUncertainAndNeverFailed_D5() {
        var a = world.connect("a");
        world.silence("a", "b");
        world.silence("a", "c");
        assertThat(a.ask("SET", "bc:k", "v"))
                .matches("-UNCERTAIN region [bc] did not answer: the write may or may not have been applied");
        world.rounds(2_000);
        assertThat(a.ask("GET", "bc:k")).isEqualTo("-CLUSTERDOWN none of b, c can be reached from here");
    }

    @Test
    void everyClientThatWaitedForALostRegionIsAnsweredOnce_D5() {
        var toA = new ArrayList<KernelWorld.Connection>();
        var toB = new ArrayList<KernelWorld.Connection>();
        for (int i = 0; i < 24; i++) {
            var client = world.connect("c");
            (i % 3 == 0 ? toB : toA).add(client);
            client.send("SET", (i % 3 == 0 ? "near:k" : "led:k") + i, "v");
        }
        world.cut("a", "c");
        world.rounds(500);
        assertThat(toA).allSatisfy(client -> assertThat(client.take()).containsOnlyOnce("-UNCERTAIN region a "));
        assertThat(toB).allSatisfy(client -> assertThat(client.take()).isEqualTo("+OK\r\n"));
    }

    @Test
    void nothingIsPoppedForAClientWhoseRegionIsCutOff_D5() {
        var c = world.connect("c");
        c.send("BLPOP", "led:list", "0");
        world.rounds(10);
        assertThat(world.node("a").kernel.dispatcher().waiting().blocked()).isEqualTo(1);
        world.cut("a", "c");
        assertThat(c.take()).startsWith("-UNCERTAIN region a did not answer");
        var a = world.connect("a");
        assertThat(a.ask("RPUSH", "led:list", "x")).isEqualTo(":1");
        assertThat(a.ask("LRANGE", "led:list", "0", "-1")).isEqualTo("*1 $1 x");
        assertThat(world.node("a").kernel.dispatcher().waiting().blocked()).isZero();
        world.heal("a", "c");
        assertThat(world.connect("c").ask("BLPOP", "led:list", "1")).isEqualTo("*2 $8 led:list $1 x");
    }

    @Test
    void aRegionServesNobodyOfAConnectionInWhosePlaceAnotherCame_D5() {
        var c = world.connect("c");
        c.send("BLPOP", "led:list", "0");
        world.rounds(10);
        var a = world.node("a");
        a.kernel.peerUp(2);
        assertThat(a.kernel.dispatcher().waiting().blocked()).isZero();
    }

    @Test
    void nothingIsPoppedForAClientThatHasLeftItsOwnRegion_D5() {
        var c = world.connect("c");
        c.send("BLMOVE", "led:from", "led:to", "LEFT", "LEFT", "0");
        world.rounds(10);
        c.leave();
        world.rounds(10);
        var a = world.connect("a");
        a.run("RPUSH", "led:from", "x");
        assertThat(a.ask("LRANGE", "led:from", "0", "-1")).isEqualTo("*1 $1 x");
        assertThat(a.ask("EXISTS", "led:to")).isEqualTo(":0");
    }

    @Test
    void aForwardedCommandWaitsAsLongAsItsClientAskedAndNoLonger_D5() {
        var c = world.connect("c");
        c.send("BLPOP", "led:list", "8");
        world.rounds(7_900);
        assertThat(c.client.blocked).isTrue();
        world.rounds(200);
        assertThat(c.take()).isEqualTo("*-1\r\n");
        assertThat(c.ask("BLPOP", "led:list", "x")).isEqualTo("-ERR timeout is not a float or out of range");
        c.send("BLMPOP", "0", "1", "led:list", "LEFT");
        world.rounds(12_000);
        assertThat(c.client.blocked).isTrue();
        world.connect("a").run("RPUSH", "led:list", "x");
        world.rounds(10);
        assertThat(c.take()).isEqualTo("*2\r\n$8\r\nled:list\r\n*1\r\n$1\r\nx\r\n");
    }

    @Test
    void keysOfSeveralGroupsAreServedOneByOneWhereNothingAtomicWasPromised() {
        var a = world.connect("a");
        a.run("SET", "bc:k", "1");
        a.run("SET", "k", "2");
        assertThat(a.ask("MGET", "k", "bc:k", "none")).isEqualTo("*3 $1 2 $1 1 $-1");
        assertThat(a.ask("EXISTS", "k", "bc:k", "bc:k")).isEqualTo(":3");
        assertThat(a.ask("DEL", "k", "bc:k")).isEqualTo(":2");
        assertThat(a.ask("MSET", "k", "1", "bc:k", "2")).startsWith("-CROSSSLOT datasets 'default' and 'bc' ");
        assertThat(a.ask("MGET", "k", "eu:k")).isEqualTo(RESIDENCY);
    }

    @Test
    void conditionsAreRefusedWhereSeveralRegionsWrite() {
        assertThat(world.connect("a").ask("SET", "k", "v", "NX"))
                .startsWith("-ERR conditional write on dataset 'default'");
    }

    @Test
    void aMemberThatIsCutOffAgreesAgainOnceItIsBack_V1() {
        var a = world.connect("a");
        var b = world.connect("b");
        world.cut("a", "b");
        world.cut("a", "c");
        a.run("SADD", "crdt:s", "x");
        b.run("SADD", "crdt:s", "y");
        a.run("INCRBY", "crdt:n", "2");
        b.run("INCRBY", "crdt:n", "3");
        world.heal("a", "b");
        world.heal("a", "c");
        assertThat(a.ask("GET", "crdt:n")).isEqualTo("$1 5");
        assertThat(a.ask("SCARD", "crdt:s")).isEqualTo(":2");
        assertThat(world.node("a").canonical())
                .isEqualTo(world.node("b").canonical())
                .isEqualTo(world.node("c").canonical());
    }
}
