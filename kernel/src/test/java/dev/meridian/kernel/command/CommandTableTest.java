package dev.meridian.kernel.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTableTest {
    private final CommandTable<String> table = new CommandTable<>();

    @Test
    void everyCommandIsFoundInAnyCase() {
        for (CommandSpec spec : table.all()) {
            if (!spec.isSubcommand()) {
                for (String name : List.of(spec.name(), spec.name().toUpperCase(), mixed(spec.name()))) {
                    byte[] bytes = ("x" + name + "y").getBytes(UTF_8);
                    assertThat(table.find(bytes, 1, name.length())).isSameAs(spec);
                }
            }
        }
        assertThat(table.find("GETT".getBytes(UTF_8), 0, 4)).isNull();
        assertThat(table.find(new byte[0], 0, 0)).isNull();
    }

    @Test
    void onlyWhatIsBoundIsServed() {
        assertThat(table.find(Args.of("GET", "k"))).isNull();
        table.bind("GET", "get");
        table.bind("CLIENT|LIST", "client list");
        CommandSpec get = table.find(Args.of("get", "k"));
        assertThat(get.writes()).isFalse();
        assertThat(table.handler(get)).isEqualTo("get");
        assertThat(table.handler(table.find(Args.of("Client", "List", "TYPE")))).isEqualTo("client list");
        assertThat(table.find(Args.of("CLIENT", "KILL"))).isNull();
        assertThat(table.find(Args.of("CLIENT")).accepts(1)).isFalse();
        assertThat(table.served()).extracting(CommandSpec::name).containsExactly("get", "client");
        assertThat(table.servedSubcommands(table.named("client")))
                .extracting(CommandSpec::name)
                .containsExactly("client|list");
    }

    @Test
    void aSecondHandlerOrAnUnknownNameIsRefused() {
        table.bind("GET", "one");
        assertThatThrownBy(() -> table.bind("get", "two")).hasMessageContaining("has a handler already");
        assertThatThrownBy(() -> table.bind("GETT", "x")).hasMessageContaining("no command is named");
    }

    @Test
    void unknownCommandsAreToldAsRedisDoes() {
        table.bind("CLIENT|LIST", "x");
        assertThat(unknown("FOO", "a", "b")).isEqualTo("ERR unknown command 'FOO', with args beginning with: 'a' 'b' ");
        assertThat(unknown("CLIENT", "x")).isEqualTo("ERR unknown subcommand 'x'. Try CLIENT HELP.");
        assertThat(unknown("HELLO", "3", "AUTH", "user", "secret"))
                .isEqualTo("ERR unknown command 'HELLO', with args beginning with: ");
        assertThat(unknown("F".repeat(200), "a".repeat(120), "b".repeat(10), "c"))
                .isEqualTo("ERR unknown command '" + "F".repeat(128) + "', with args beginning with: '"
                        + "a".repeat(120) + "' 'bbbbb' ");
    }

    @Test
    void keysAreFoundWhereverTheyAre() {
        assertThat(keys("GET", "a")).containsExactly("a");
        assertThat(keys("MSET", "a", "1", "b", "2")).containsExactly("a", "b");
        assertThat(keys("DEL", "a", "b", "c")).containsExactly("a", "b", "c");
        assertThat(keys("BLPOP", "a", "b", "0")).containsExactly("a", "b");
        assertThat(keys("BITOP", "AND", "d", "a", "b")).containsExactly("d", "a", "b");
        assertThat(keys("ZUNIONSTORE", "d", "2", "a", "b", "WEIGHTS", "1", "2")).containsExactly("d", "a", "b");
        assertThat(keys("ZDIFF", "2", "a", "b", "WITHSCORES")).containsExactly("a", "b");
        assertThat(keys("BZMPOP", "0", "1", "a", "MIN")).containsExactly("a");
        assertThat(keys("EVAL", "return 1", "0", "x")).isEmpty();
        assertThat(keys("EVALSHA", "abc", "2", "a", "b", "x")).containsExactly("a", "b");
        assertThat(keys("SORT", "a", "BY", "STORE", "GET", "w_*", "STORE", "d")).containsExactly("a", "d");
        assertThat(keys("SORT", "a", "LIMIT", "0", "STORE", "DESC")).containsExactly("a");
        assertThat(keys("PING")).isEmpty();
        assertThat(keys("SUBSCRIBE", "c")).isEmpty();
        assertThat(keys("SSUBSCRIBE", "c")).isEmpty();
        assertThat(keys("MERIDIAN.INSPECT", "a")).containsExactly("a");
        CommandSpec zunion = table.named("zunion");
        assertThat(zunion.keys().count(Args.of("ZUNION", "5", "a"))).isEqualTo(-1);
        assertThat(zunion.keys().count(Args.of("ZUNION", "x", "a"))).isEqualTo(-1);
    }

    @Test
    void aCommandIsDescribedWithItsSubcommandsThatAreServed() {
        table.bind("CONFIG|GET", "x");
        ReplyWriter out = new ReplyWriter();
        table.describe(table.named("config"), out);
        String text = new String(out.buffer(), 0, out.size(), UTF_8);
        assertThat(text)
                .startsWith("*10\r\n$6\r\nconfig\r\n:-2\r\n*0\r\n:0\r\n:0\r\n:0\r\n*1\r\n+@slow\r\n")
                .contains("$10\r\nconfig|get\r\n:-3\r\n*4\r\n+admin\r\n+noscript\r\n+loading\r\n+stale\r\n")
                .doesNotContain("config|set");
        ReplyWriter docs = new ReplyWriter();
        table.document(table.named("config"), docs);
        assertThat(new String(docs.buffer(), 0, docs.size(), UTF_8))
                .startsWith("$6\r\nconfig\r\n*8\r\n$7\r\nsummary\r\n")
                .contains("$11\r\nsubcommands\r\n*2\r\n$10\r\nconfig|get\r\n*6\r\n");
    }

    private String unknown(String... words) {
        return new String(table.unknown(Args.of(words)), ISO_8859_1);
    }

    private List<String> keys(String... words) {
        Args args = Args.of(words);
        KeyRule rule = table.find(args.buffer(), args.offset(0), args.length(0)).keys();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < rule.count(args); i++) {
            keys.add(args.text(rule.at(args, i)));
        }
        return keys;
    }

    private static String mixed(String name) {
        return name.substring(0, 1).toUpperCase() + name.substring(1);
    }
}
