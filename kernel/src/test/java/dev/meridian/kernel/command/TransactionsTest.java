package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection a = world.connect("a");

    @Test
    void aBlockRunsWholeAndArrivesWhole() {
        assertThat(a.ask("MULTI")).isEqualTo("+OK");
        assertThat(a.ask("MULTI")).isEqualTo("-ERR MULTI calls can not be nested");
        assertThat(a.ask("WATCH", "led:k")).isEqualTo("-ERR WATCH inside MULTI is not allowed");
        assertThat(a.ask("SET", "x", "1")).isEqualTo("+QUEUED");
        assertThat(a.ask("INCR", "y")).isEqualTo("+QUEUED");
        assertThat(a.ask("LPUSH", "x", "no")).isEqualTo("+QUEUED");
        assertThat(a.ask("EXEC")).startsWith("*3 +OK :1 -WRONGTYPE ");
        world.rounds(50);
        assertThat(world.connect("c").ask("MGET", "x", "y")).isEqualTo("*2 $1 1 $1 1");
        assertThat(a.ask("EXEC")).isEqualTo("-ERR EXEC without MULTI");
        assertThat(a.ask("DISCARD")).isEqualTo("-ERR DISCARD without MULTI");
    }

    @Test
    void aBlockWithABadCommandIsDiscarded() {
        a.run("MULTI");
        assertThat(a.ask("NOPE")).startsWith("-ERR unknown command");
        a.run("SET", "x", "1");
        assertThat(a.ask("EXEC")).isEqualTo("-EXECABORT Transaction discarded because of previous errors.");
        assertThat(a.ask("EXISTS", "x")).isEqualTo(":0");
        a.run("MULTI");
        a.run("SET", "x", "1");
        assertThat(a.ask("DISCARD")).isEqualTo("+OK");
        assertThat(a.ask("EXISTS", "x")).isEqualTo(":0");
    }

    @Test
    void aBlockAcrossGroupsIsRefused() {
        a.run("MULTI");
        a.run("SET", "x", "1");
        assertThat(a.ask("SET", "bc:x", "1")).startsWith("-CROSSSLOT datasets 'default' and 'bc'");
        assertThat(a.ask("EXEC")).startsWith("-EXECABORT");
    }

    @Test
    void aWatchedKeyThatChangesEndsTheBlock() {
        var other = world.connect("a");
        assertThat(a.ask("WATCH", "led:k")).isEqualTo("+OK");
        other.run("SET", "led:k", "1");
        a.run("MULTI");
        a.run("SET", "led:k", "2");
        assertThat(a.ask("EXEC")).isEqualTo("*-1");
        assertThat(a.ask("GET", "led:k")).isEqualTo("$1 1");
        a.run("WATCH", "led:k");
        a.run("UNWATCH");
        other.run("SET", "led:k", "3");
        a.run("MULTI");
        a.run("GET", "led:k");
        assertThat(a.ask("EXEC")).isEqualTo("*1 $1 3");
        assertThat(a.ask("WATCH", "k")).startsWith("-ERR conditional write on dataset 'default'");
        assertThat(world.connect("c").ask("WATCH", "led:k"))
                .isEqualTo("-ERR WATCH on dataset 'led', whose writes are taken in another region: connect there");
    }

    @Test
    void aWatchedKeyWhoseEndComesEndsTheBlock() {
        a.run("SET", "led:k", "1", "PX", "5");
        a.run("WATCH", "led:k");
        world.rounds(20);
        a.run("MULTI");
        a.run("GET", "led:k");
        assertThat(a.ask("EXEC")).isEqualTo("*-1");
    }

    @Test
    void aBlockForAnotherRegionRunsWholeThere() {
        a.run("MULTI");
        a.run("SET", "bc:x", "1");
        a.run("INCR", "bc:x");
        assertThat(a.ask("EXEC")).isEqualTo("*2 +OK :2");
        var c = world.connect("c");
        c.run("MULTI");
        c.run("SET", "led:x", "1");
        c.run("GET", "led:x");
        assertThat(c.ask("EXEC")).isEqualTo("*2 +OK $1 1");
        world.rounds(50);
        assertThat(world.connect("b").ask("GET", "bc:x")).isEqualTo("$1 2");
        assertThat(world.connect("c").ask("GET", "bc:x")).isEqualTo("$1 2");
        assertThat(world.connect("b").ask("GET", "led:x")).isEqualTo("$1 1");
    }

    @Test
    void whatWouldWaitAnswersAtOnceInABlock() {
        a.run("MULTI");
        a.run("BLPOP", "q", "0");
        a.run("MERIDIAN.INSPECT", "q");
        a.run("MERIDIAN.READ", "eventual", "GET", "q");
        assertThat(a.ask("EXEC"))
                .isEqualTo("*3 *-1 -ERR Command not allowed inside a transaction -ERR MERIDIAN.READ with a command is"
                        + " not allowed in MULTI: choose the level before it");
    }
}
