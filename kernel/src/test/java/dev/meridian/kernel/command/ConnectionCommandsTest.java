package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import org.junit.jupiter.api.Test;

class ConnectionCommandsTest {
    private static final String NO_AUTH = "-NOAUTH Authentication required.";
    private static final String WRONG = "-WRONGPASS invalid username-password pair or user is disabled.";

    @Test
    void helloAnswersWhatClientsReadFromIt() {
        var c = new KernelWorld().connect("a");
        assertThat(c.ask("HELLO"))
                .isEqualTo("*14 $6 server $5 redis $7 version $5 7.2.0 $5 proto :2 $2 id :1 $4 mode $10 standalone"
                        + " $4 role $6 master $7 modules *0");
        assertThat(c.ask("HELLO", "3", "SETNAME", "shop"))
                .startsWith("%7 $6 server")
                .contains("$5 proto :3");
        assertThat(c.ask("CLIENT", "GETNAME")).isEqualTo("$4 shop");
        assertThat(c.ask("HELLO", "2")).startsWith("*14 ");
    }

    @Test
    void badHellosAreRefusedInRedisWordsAndChangeNothing() {
        var c = new KernelWorld().connect("a");
        assertThat(c.ask("HELLO", "4")).isEqualTo("-NOPROTO unsupported protocol version");
        assertThat(c.ask("HELLO", "1")).isEqualTo("-NOPROTO unsupported protocol version");
        assertThat(c.ask("HELLO", "abc")).isEqualTo("-ERR Protocol version is not an integer or out of range");
        assertThat(c.ask("HELLO", "3", "AUTH", "x")).isEqualTo("-ERR Syntax error in HELLO option 'AUTH'");
        assertThat(c.ask("HELLO", "3", "SETNAME")).isEqualTo("-ERR Syntax error in HELLO option 'SETNAME'");
        assertThat(c.ask("HELLO", "3", "SETNAME", "a b"))
                .isEqualTo("-ERR Client names cannot contain spaces, newlines or special characters.");
        assertThat(c.ask("HELLO", "3", "NEWS")).isEqualTo("-ERR Syntax error in HELLO option 'NEWS'");
        assertThat(c.client.out.protocol()).isEqualTo(2);
    }

    @Test
    void aWrongNameAndAWrongPasswordGetTheSameAnswer_X4() {
        var world = new KernelWorld(options -> options.withPassword("secret"));
        var c = world.connect("a");
        String answer = c.ask("AUTH", "default", "wrong");
        assertThat(answer).isEqualTo(WRONG);
        assertThat(c.ask("AUTH", "nobody", "wrong")).isEqualTo(answer);
        assertThat(c.ask("AUTH", "nobody", "secret")).isEqualTo(answer);
        assertThat(c.ask("HELLO", "2", "AUTH", "nobody", "secret")).isEqualTo(answer);
        assertThat(c.ask("AUTH", "")).isEqualTo(answer);
        assertThat(c.client.passwordsRefused).isEqualTo(5);
        assertThat(c.client.authenticated).isFalse();
    }

    @Test
    void nothingIsServedBeforeTheRightPassword_X1() {
        var world = new KernelWorld(options -> options.withPassword("s\u00e9cret"));
        var c = world.connect("a");
        assertThat(c.ask("GET", "k")).isEqualTo(NO_AUTH);
        assertThat(c.ask("PING")).isEqualTo(NO_AUTH);
        assertThat(c.ask("MULTI")).isEqualTo(NO_AUTH);
        assertThat(c.ask("HELLO", "3"))
                .startsWith("-NOAUTH HELLO must be called with the client already authenticated,");
        assertThat(c.ask("AUTH", "nope")).isEqualTo(WRONG);
        assertThat(c.ask("AUTH", "somebody", "s\u00c3\u00a9cret")).isEqualTo(WRONG);
        assertThat(c.ask("HELLO", "3", "AUTH", "default", "nope")).isEqualTo(WRONG);
        assertThat(c.client.passwordsRefused).isEqualTo(3);
        assertThat(c.ask("AUTH", "a", "b", "c")).isEqualTo("-ERR syntax error");
        assertThat(c.ask("HELLO", "3", "AUTH", "default", "s\u00c3\u00a9cret", "SETNAME", "n"))
                .startsWith("%7 ");
        assertThat(c.ask("RESET")).isEqualTo("+RESET");
        assertThat(c.ask("GET", "k")).isEqualTo(NO_AUTH);
        assertThat(c.ask("AUTH", "s\u00c3\u00a9cret")).isEqualTo("+OK");
        assertThat(c.ask("CLIENT", "GETNAME")).isEqualTo("$-1");
        var other = world.connect("a");
        assertThat(other.ask("AUTH", "default", "s\u00c3\u00a9cret")).isEqualTo("+OK");
        assertThat(other.ask("PING")).isEqualTo("+PONG");
    }

    @Test
    void withoutAPasswordAuthTellsOfIt() {
        var c = new KernelWorld().connect("a");
        assertThat(c.ask("AUTH", "x"))
                .isEqualTo("-ERR AUTH <password> called without any password configured for the default user. Are you"
                        + " sure your configuration is correct?");
        assertThat(c.ask("AUTH", "default", "x")).isEqualTo("+OK");
        assertThat(c.ask("AUTH", "other", "x")).isEqualTo(WRONG);
    }

    @Test
    void theOnlyDatabaseIsZero() {
        var c = new KernelWorld().connect("a");
        assertThat(c.ask("SELECT", "0")).isEqualTo("+OK");
        assertThat(c.ask("SELECT", "1")).isEqualTo("-ERR DB index is out of range");
        assertThat(c.ask("SELECT", "x")).isEqualTo("-ERR value is not an integer or out of range");
    }

    @Test
    void resetReturnsToTheBeginning() {
        var c = new KernelWorld().connect("a");
        c.run("HELLO", "3", "SETNAME", "n");
        c.run("SUBSCRIBE", "news");
        c.run("WATCH", "led:k");
        c.run("MULTI");
        assertThat(c.ask("RESET")).isEqualTo("+RESET");
        assertThat(c.client.inMulti).isFalse();
        assertThat(c.client.subscriptions()).isZero();
        assertThat(c.client.out.protocol()).isEqualTo(2);
        assertThat(c.ask("EXEC")).isEqualTo("-ERR EXEC without MULTI");
    }

    @Test
    void quitAnswersAndEnds() {
        var c = new KernelWorld().connect("a");
        c.run("MULTI");
        assertThat(c.ask("QUIT")).isEqualTo("+OK");
        assertThat(c.client.closing).isTrue();
    }

    @Test
    void aListeningClientOfResp2MayPing() {
        var c = new KernelWorld().connect("a");
        c.run("SUBSCRIBE", "news");
        assertThat(c.ask("PING")).isEqualTo("*2 $4 pong $0");
        assertThat(c.ask("PING", "x")).isEqualTo("*2 $4 pong $1 x");
        assertThat(c.ask("GET", "k"))
                .isEqualTo("-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                        + " allowed in this context");
    }

    @Test
    void clientsAreListedWithWhatTheySaidOfThemselves() {
        var world = new KernelWorld();
        var c = world.connect("a");
        var listener = world.connect("a");
        listener.run("SUBSCRIBE", "x");
        assertThat(c.ask("CLIENT", "SETNAME", "me")).isEqualTo("+OK");
        assertThat(c.ask("CLIENT", "SETINFO", "LIB-NAME", "jedis")).isEqualTo("+OK");
        assertThat(c.ask("CLIENT", "SETINFO", "lib-ver", "5.1")).isEqualTo("+OK");
        assertThat(c.ask("CLIENT", "SETINFO", "lib-ver", "5 1"))
                .isEqualTo("-ERR lib-ver cannot contain spaces, newlines or special characters.");
        assertThat(c.ask("CLIENT", "SETINFO", "colour", "5")).isEqualTo("-ERR Unrecognized option 'colour'");
        assertThat(c.ask("CLIENT", "INFO"))
                .contains("id=1 addr=127.0.0.1:50001 laddr=127.0.0.1:17010 ", " name=me ", " cmd=client|info ")
                .contains(" lib-name=jedis lib-ver=5.1");
        assertThat(c.run("CLIENT", "LIST")).contains("id=1 ", "id=2 ", " flags=P ", " sub=1 ");
        assertThat(c.run("CLIENT", "LIST", "TYPE", "pubsub")).contains("id=2 ").doesNotContain("id=1 ");
        assertThat(c.run("CLIENT", "LIST", "ID", "1", "7")).contains("id=1 ").doesNotContain("id=2 ");
        assertThat(c.ask("CLIENT", "LIST", "TYPE", "odd")).isEqualTo("-ERR Unknown client type 'odd'");
        assertThat(c.ask("CLIENT", "LIST", "ID", "x")).isEqualTo("-ERR Invalid client ID");
        assertThat(c.ask("CLIENT", "NOPE")).isEqualTo("-ERR unknown subcommand 'NOPE'. Try CLIENT HELP.");
        assertThat(c.run("CLIENT", "HELP")).startsWith("*").contains("+CLIENT <subcommand>", "+KILL\r\n");
    }

    @Test
    void clientsAreKilledByEveryFilter() {
        var world = new KernelWorld();
        var c = world.connect("a");
        var byAddress = world.connect("a");
        var byId = world.connect("a");
        var listener = world.connect("a");
        listener.run("SUBSCRIBE", "x");
        assertThat(c.ask("CLIENT", "KILL", byAddress.client.address)).isEqualTo("+OK");
        assertThat(byAddress.client.closing).isTrue();
        assertThat(c.ask("CLIENT", "KILL", "1.2.3.4:5")).isEqualTo("-ERR No such client");
        assertThat(c.ask("CLIENT", "KILL", "ID", "3")).isEqualTo(":1");
        assertThat(byId.client.closing).isTrue();
        assertThat(c.ask("CLIENT", "KILL", "ID", "0")).isEqualTo("-ERR client-id should be greater than 0");
        assertThat(c.ask("CLIENT", "KILL", "USER", "nobody")).isEqualTo("-ERR No such user 'nobody'");
        assertThat(c.ask("CLIENT", "KILL", "COLOUR", "red")).isEqualTo("-ERR syntax error");
        assertThat(c.ask("CLIENT", "KILL", "TYPE", "pubsub")).isEqualTo(":1");
        assertThat(listener.client.closing).isTrue();
        assertThat(c.ask("CLIENT", "KILL", "ADDR", c.client.address)).isEqualTo(":0");
        assertThat(c.client.closing).isFalse();
        assertThat(c.ask("CLIENT", "KILL", "ADDR", c.client.address, "SKIPME", "no"))
                .isEqualTo(":1");
        assertThat(c.client.closing).isTrue();
    }

    @Test
    void aClientThatWaitsIsLetGo() {
        var world = new KernelWorld();
        var c = world.connect("a");
        var waits = world.connect("a");
        waits.send("BLPOP", "led:q", "0");
        assertThat(c.ask("CLIENT", "UNBLOCK", "2")).isEqualTo(":1");
        assertThat(waits.take()).isEqualTo("*-1\r\n");
        waits.send("BLPOP", "led:q", "0");
        assertThat(c.ask("CLIENT", "UNBLOCK", "2", "ERROR")).isEqualTo(":1");
        assertThat(waits.take()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
        assertThat(c.ask("CLIENT", "UNBLOCK", "2")).isEqualTo(":0");
        assertThat(c.ask("CLIENT", "UNBLOCK", "2", "NOW"))
                .isEqualTo("-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }

    @Test
    void repliesAreSwitchedOffSkippedAndOn() {
        var c = new KernelWorld().connect("a");
        assertThat(c.run("CLIENT", "REPLY", "SKIP")).isEmpty();
        assertThat(c.run("SET", "k", "1")).isEmpty();
        assertThat(c.run("GET", "k")).isEqualTo("$1\r\n1\r\n");
        assertThat(c.run("CLIENT", "REPLY", "OFF")).isEmpty();
        assertThat(c.run("SET", "k", "2")).isEmpty();
        assertThat(c.run("BOGUS")).isEmpty();
        assertThat(c.run("SET", "bc:k", "2")).isEmpty();
        assertThat(c.run("CLIENT", "REPLY", "ON")).isEqualTo("+OK\r\n");
        assertThat(c.run("GET", "bc:k")).isEqualTo("$1\r\n2\r\n");
    }

    @Test
    void theTableTellsOfItself() {
        var c = new KernelWorld().connect("a");
        String count = c.ask("COMMAND", "COUNT");
        assertThat(c.run("COMMAND")).startsWith("*" + count.substring(1) + "\r\n*10\r\n");
        assertThat(c.run("COMMAND", "DOCS")).startsWith("*" + 2 * Integer.parseInt(count.substring(1)) + "\r\n");
        assertThat(c.ask("COMMAND", "INFO", "get", "nope", "client|id"))
                .startsWith("*3 *10 $3 get :2 ")
                .contains(" *-1 *10 $9 client|id");
        assertThat(c.ask("COMMAND", "GETKEYS", "MSET", "a", "1", "b", "2")).isEqualTo("*2 $1 a $1 b");
        assertThat(c.ask("COMMAND", "GETKEYS", "NOPE", "a")).isEqualTo("-ERR Invalid command specified");
        assertThat(c.ask("COMMAND", "GETKEYS", "PING", "a")).isEqualTo("-ERR The command has no key arguments");
        assertThat(c.ask("COMMAND", "GETKEYS", "GET", "a", "b"))
                .isEqualTo("-ERR Invalid number of arguments specified for command");
        assertThat(c.ask("COMMAND", "LIST", "FILTERBY", "PATTERN", "zunion*"))
                .isEqualTo("*2 $6 zunion $11 zunionstore");
        assertThat(c.run("COMMAND", "LIST", "FILTERBY", "ACLCAT", "geo")).isEqualTo("*0\r\n");
    }
}
