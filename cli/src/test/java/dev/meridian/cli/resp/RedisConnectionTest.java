package dev.meridian.cli.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedisConnectionTest {
    @Test
    void repliesPrintAsRedisCliPrintsThem() throws IOException {
        assertThat(answer("+OK\r\n").lines()).containsExactly("OK");
        assertThat(answer("-ERR no\r\n").lines()).containsExactly("(error) ERR no");
        assertThat(answer(":42\r\n").lines()).containsExactly("(integer) 42");
        assertThat(answer("$-1\r\n").lines()).containsExactly("(nil)");
        assertThat(answer("$7\r\na\"b\\\r\n\u0001\r\n").lines()).containsExactly("\"a\\\"b\\\\\\r\\n\\x01\"");
        assertThat(answer("*0\r\n").lines()).containsExactly("(empty array)");
        assertThat(answer("*3\r\n:1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n+OK\r\n").lines())
                .containsExactly("1) (integer) 1", "2) 1) \"a\"", "   2) \"b\"", "3) OK");
    }

    @Test
    void aCommandIsSentAsBulkStrings() throws IOException {
        var sent = new CompletableFuture<String>();
        try (var server = serve("+OK\r\n", sent)) {
            try (var connection = new RedisConnection(address(server), 5_000)) {
                connection.call(List.of("SET", "k", "ä b"));
            }
            assertThat(sent.join()).isEqualTo("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\nä b\r\n");
        }
    }

    @Test
    void whatIsNotRespOrBreaksOffIsAnError() {
        assertThatThrownBy(() -> answer("HTTP/1.1 400\r\n")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> answer(":x\r\n")).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> answer("$9\r\nabc")).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> answer("*1\r\n".repeat(40))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void wordsFollowTheQuotesOfRedisCli() {
        assertThat(Words.of(" set  k \"a \\\"b\\\"\\n\" 'c d' e\"f\""))
                .containsExactly("set", "k", "a \"b\"\n", "c d", "ef");
        assertThat(Words.of("set k \"\"")).containsExactly("set", "k", "");
        assertThatThrownBy(() -> Words.of("get 'k")).hasMessage("a quote is not closed");
    }

    private static Reply answer(String bytes) throws IOException {
        try (var server = serve(bytes, new CompletableFuture<>());
                var connection = new RedisConnection(address(server), 5_000)) {
            return connection.call(List.of("PING"));
        }
    }

    private static InetSocketAddress address(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Answers the first command of the first connection and closes it. */
    private static ServerSocket serve(String bytes, CompletableFuture<String> sent) throws IOException {
        var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket socket = server.accept()) {
                var request = new byte[4096];
                int read = socket.getInputStream().read(request);
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
                sent.complete(new String(request, 0, read, StandardCharsets.UTF_8));
            } catch (IOException e) {
                sent.completeExceptionally(e);
            }
        });
        return server;
    }
}
