package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import org.junit.jupiter.api.Test;

class PubSubTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection a = world.connect("a");
    private final KernelWorld.Connection b = world.connect("b");

    @Test
    void aMessageReachesListenersInEveryRegion() {
        var near = world.connect("a");
        assertThat(near.ask("SUBSCRIBE", "news", "more"))
                .isEqualTo("*3 $9 subscribe $4 news :1 *3 $9 subscribe $4 more :2");
        assertThat(b.ask("PSUBSCRIBE", "n*")).isEqualTo("*3 $10 psubscribe $2 n* :1");
        assertThat(a.ask("PUBLISH", "news", "hi")).isEqualTo(":1");
        assertThat(near.take()).isEqualTo("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
        world.rounds(5);
        assertThat(b.take()).isEqualTo("*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
        assertThat(near.ask("UNSUBSCRIBE", "news")).isEqualTo("*3 $11 unsubscribe $4 news :1");
        assertThat(near.ask("UNSUBSCRIBE")).isEqualTo("*3 $11 unsubscribe $4 more :0");
        assertThat(near.ask("UNSUBSCRIBE")).isEqualTo("*3 $11 unsubscribe $-1 :0");
        assertThat(a.ask("PUBLISH", "news", "hi")).isEqualTo(":0");
    }

    @Test
    void aChannelNamedAfterARestrictedDatasetStaysInItsRegions_R1() {
        var c = world.connect("c");
        c.run("SUBSCRIBE", "eu:news");
        b.run("PUBLISH", "eu:news", "secret");
        world.rounds(5);
        assertThat(c.take()).isEmpty();
    }

    @Test
    void aListenerWhoLeavesIsForgotten() {
        b.run("SUBSCRIBE", "news");
        b.leave();
        assertThat(world.connect("b").ask("PUBLISH", "news", "x")).isEqualTo(":0");
        assertThat(world.connect("b").ask("PUBSUB", "CHANNELS")).isEqualTo("*0");
    }

    @Test
    void channelsAreCountedAndListed() {
        a.run("HELLO", "3");
        assertThat(a.ask("SUBSCRIBE", "x")).isEqualTo(">3 $9 subscribe $1 x :1");
        a.run("SSUBSCRIBE", "s");
        a.run("PSUBSCRIBE", "p*");
        assertThat(a.ask("PUBSUB", "CHANNELS", "x*")).isEqualTo("*1 $1 x");
        assertThat(a.ask("PUBSUB", "NUMSUB", "x", "y")).isEqualTo("*4 $1 x :1 $1 y :0");
        assertThat(a.ask("PUBSUB", "NUMPAT")).isEqualTo(":1");
        assertThat(a.ask("PUBSUB", "SHARDCHANNELS")).isEqualTo("*1 $1 s");
        assertThat(a.ask("SPUBLISH", "s", "m")).contains("smessage").endsWith(":1");
    }

    @Test
    void aKeysEndIsToldOnceInEveryRegion() {
        for (String region : world.nodes.keySet()) {
            world.connect(region).run("CONFIG", "SET", "notify-keyspace-events", "Ex");
        }
        var listeners =
                world.nodes.keySet().stream().map(world::connect).toList();
        listeners.forEach(l -> l.run("SUBSCRIBE", "__keyevent@0__:expired"));
        a.run("SET", "crdt:k", "v", "PX", "100");
        a.run("SET", "k", "v", "PX", "100");
        world.rounds(50);
        b.run("SET", "crdt:later", "v", "PX", "200");
        world.rounds(2_000);
        for (var listener : listeners) {
            String told = listener.take();
            assertThat(told).containsOnlyOnce("crdt:k\r\n").containsOnlyOnce("$1\r\nk\r\n").containsOnlyOnce("crdt:later\r\n");
            assertThat(told.split("message", -1)).hasSize(4);
        }
    }
}
