package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerCommandsTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection c = world.connect("a");

    @Test
    void infoHasTheFieldsThatClientsLookFor() {
        c.run("SET", "k", "v");
        c.run("SET", "t", "v", "EX", "100");
        String info = c.run("INFO");
        assertThat(info)
                .contains("# Server\r\nredis_version:7.2.0\r\nredis_mode:standalone\r\n", "run_id:00000000000000a0\r\n")
                .contains(
                        "uptime_in_seconds:",
                        "connected_clients:1\r\n",
                        "used_memory:",
                        "maxmemory_policy:noeviction\r\n")
                .contains("loading:0\r\n", "# Replication\r\nrole:master\r\nconnected_slaves:2\r\n")
                .contains("# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=0\r\n")
                .contains(
                        "# Meridian\r\nregion:a\r\norigin:00000000000000a0\r\n",
                        "group_all:held=1,primary=-,",
                        "peer_b:connected=1,");
        c.run("DEL", "t");
        assertThat(c.run("INFO", "keyspace")).contains("db0:keys=1,expires=0,");
    }

    @Test
    void infoGivesTheSectionsAskedFor() {
        assertThat(c.run("INFO", "replication", "Clients"))
                .contains("# Clients", "# Replication")
                .doesNotContain("# Server", "# Meridian");
        assertThat(c.run("INFO", "everything")).contains("# Server", "# Meridian");
        assertThat(c.run("INFO", "nonsense")).isEqualTo("$0\r\n\r\n");
        c.run("HELLO", "3");
        assertThat(c.run("INFO", "server")).matches("(?s)=\\d+\r\ntxt:# Server\r\n.*");
    }

    @Test
    void settingsAreThoseThatAreTrueHere() {
        assertThat(c.ask("CONFIG", "GET", "maxmemory*"))
                .isEqualTo("*4 $9 maxmemory $1 0 $16 maxmemory-policy $10 noeviction");
        assertThat(c.ask("CONFIG", "GET", "SAVE", "appendonly")).isEqualTo("*4 $10 appendonly $3 yes $4 SAVE $0");
        assertThat(c.ask("CONFIG", "GET", "nothing")).isEqualTo("*0");
        assertThat(c.ask("CONFIG", "SET", "maxmemory", "100"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - can't set immutable"
                        + " config");
        assertThat(c.ask("CONFIG", "SET", "maxmemory", "0")).isEqualTo("+OK");
        assertThat(c.ask("CONFIG", "SET", "colour", "red"))
                .isEqualTo("-ERR Unknown option or number of arguments for CONFIG SET - 'colour'");
        assertThat(c.ask("CONFIG", "SET", "notify-keyspace-events", "KEq"))
                .startsWith("-ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - ");
        assertThat(c.ask("CONFIG", "RESETSTAT")).isEqualTo("+OK");
    }

    @Test
    void keyspaceEventsAreSwitchedOnAndOff() {
        var listener = world.connect("a");
        listener.run("PSUBSCRIBE", "__key*__:*");
        assertThat(c.ask("CONFIG", "SET", "notify-keyspace-events", "KEA")).isEqualTo("+OK");
        assertThat(c.ask("CONFIG", "GET", "notify-keyspace-events")).isEqualTo("*2 $22 notify-keyspace-events $3 AKE");
        c.run("SET", "k", "v");
        assertThat(listener.take()).contains("__keyspace@0__:k\r\n$3\r\nset", "__keyevent@0__:set\r\n$1\r\nk");
        c.run("CONFIG", "SET", "notify-keyspace-events", "");
        c.run("SET", "k", "v");
        assertThat(listener.take()).isEmpty();
        c.run("CONFIG", "SET", "notify-keyspace-events", "Ex");
        c.run("SET", "k", "v", "PX", "5");
        world.rounds(50);
        assertThat(listener.take())
                .contains("__keyevent@0__:expired\r\n$1\r\nk")
                .doesNotContain("set");
    }

    @Test
    void waitCountsTheRegionsThatHaveTheWrite() {
        assertThat(c.ask("WAIT", "2", "100")).isEqualTo(":0");
        c.run("SET", "k", "v");
        assertThat(c.ask("WAIT", "0", "0")).isEqualTo(":0");
        assertThat(c.ask("WAIT", "2", "1000")).isEqualTo(":2");
        world.cut("a", "b");
        world.cut("a", "c");
        c.run("SET", "k", "w");
        assertThat(c.ask("WAIT", "1", "50")).isEqualTo(":0");
        c.run("MULTI");
        c.run("WAIT", "1", "0");
        assertThat(c.ask("EXEC")).isEqualTo("*1 :0");
        assertThat(c.ask("WAIT", "x", "0")).isEqualTo("-ERR value is not an integer or out of range");
        assertThat(c.ask("WAIT", "1", "x")).isEqualTo("-ERR timeout is not an integer or out of range");
        assertThat(c.ask("WAIT", "1", "-1")).isEqualTo("-ERR timeout is negative");
    }

    @Test
    void waitPromisesNothingForWritesThatOtherGroupsOrRegionsHold() {
        var b = world.connect("b");
        b.run("SET", "k", "v");
        assertThat(b.ask("WAIT", "2", "1000")).isEqualTo(":2");
        b.run("SET", "eu:k", "v");
        b.run("SET", "k", "w");
        assertThat(b.ask("WAIT", "1", "50")).isEqualTo(":0");
        c.run("SET", "k", "v");
        c.run("SET", "bc:k", "v");
        assertThat(c.ask("WAIT", "1", "50")).isEqualTo(":0");
    }

    @Test
    void whatIsNotThereIsSaidToBeEmptyOrUnknown() {
        assertThat(c.ask("ROLE")).startsWith("*3 $6 master :").endsWith(" *0");
        assertThat(c.ask("TIME")).matches("\\*2 \\$10 17\\d{8} \\$\\d \\d+");
        for (List<String> empty :
                List.of(List.of("SLOWLOG", "GET"), List.of("LATENCY", "LATEST"), List.of("MODULE", "LIST"))) {
            assertThat(c.ask(empty.toArray(String[]::new))).isEqualTo("*0");
        }
        assertThat(c.ask("SLOWLOG", "LEN")).isEqualTo(":0");
        assertThat(c.ask("ACL", "WHOAMI")).isEqualTo("$7 default");
        assertThat(c.ask("CLUSTER", "INFO")).isEqualTo("-ERR This instance has cluster support disabled");
        for (String unknown : List.of("EVAL", "SHUTDOWN", "SWAPDB", "DEBUG", "SAVE", "REPLICAOF")) {
            assertThat(c.ask(unknown, "1", "2"))
                    .isEqualTo("-ERR unknown command '" + unknown + "', with args beginning with: '1' '2'");
        }
    }
}
