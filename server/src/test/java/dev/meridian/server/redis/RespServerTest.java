package dev.meridian.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RespServerTest {
    private static final int MIB = 1024 * 1024;

    private KernelLoop loop = new KernelLoop("kernel");
    private SmallKernel kernel;
    private RespServer server;
    private int port;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        loop.close();
    }

    private void start(RespLimits limits, String password) throws IOException {
        kernel = new SmallKernel(password);
        server = new RespServer(loop, limits, !password.isEmpty(), kernel);
        kernel.server = server;
        port = server.start(new InetSocketAddress("127.0.0.1", 0)).getPort();
    }

    private void start() throws IOException {
        start(RespLimits.defaults(), "");
    }

    private String answer(String input) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send(input);
            wire.finish();
            return wire.readToEnd();
        }
    }

    private <T> T onLoop(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, loop).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*1048577", "*-2", "*9223372036854775808", "*+1", "*01", "*abc", "*", "* 1", "*1\n"})
    void aWrongNumberOfArgumentsEndsTheConnection_41_1(String header) throws IOException {
        start();
        assertThat(answer("PING\r\n" + header + "\r\n*1\r\n$4\r\nPING\r\n"))
                .isEqualTo("+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n");
    }

    @Test
    void whoHasNotLoggedInMaySendLittle_41_2() throws IOException {
        start(RespLimits.defaults(), "secret");
        assertThat(answer("*11\r\n")).isEqualTo("-ERR Protocol error: unauthenticated multibulk length\r\n");
        assertThat(answer("*2\r\n$4\r\nAUTH\r\n$16385\r\n"))
                .isEqualTo("-ERR Protocol error: unauthenticated bulk length\r\n");
        String argument = "$16384\r\n" + "x".repeat(16384) + "\r\n";
        assertThat(answer("*5\r\n" + argument.repeat(3) + "$16384\r\n"))
                .isEqualTo("-ERR Protocol error: unauthenticated bulk length\r\n");
        assertThat(answer("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*2\r\n$4\r\nECHO\r\n$16385\r\n" + "x".repeat(16385)
                        + "\r\n"))
                .hasSize(5 + 8 + 16385 + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$536870913\r\n",
                "$-5\r\n",
                "$-1\r\n",
                "$+3\r\nabc\r\n",
                "$03\r\nabc\r\n",
                "$ 3\r\nabc\r\n",
                "$3\nabc\r\n",
                "$\r\n"
            })
    void aWrongLengthEndsTheConnection_41_3(String bulk) throws IOException {
        start();
        assertThat(answer("*2\r\n$4\r\nECHO\r\n" + bulk)).isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
    }

    @Test
    void whatFollowsAWrongTerminatorIsNeverACommand_41_4() throws IOException {
        start();
        assertThat(answer("*2\r\n$4\r\nECHO\r\n$3\r\nabcd\r\n*1\r\n$4\r\nPING\r\n"))
                .isEqualTo("-ERR Protocol error: expected CRLF after bulk string\r\n");
    }

    @Test
    void aLineThatDoesNotEndIsRefused_41_5() throws IOException {
        start();
        assertThat(answer("x".repeat(64 * 1024 + 1))).isEqualTo("-ERR Protocol error: too big inline request\r\n");
        assertThat(answer("*" + "1".repeat(70_000))).isEqualTo("-ERR Protocol error: too big mbulk count string\r\n");
        assertThat(answer("*1\r\n$" + "1".repeat(70_000)))
                .isEqualTo("-ERR Protocol error: too big bulk count string\r\n");
    }

    @ParameterizedTest
    @CsvSource({"*1, *", "%1, %", ">1, >", "~1, ~", "|1, |", ":1, :", "_, _"})
    void onlyBulkStringsMakeACommand_41_6(String header, String type) throws IOException {
        start();
        assertThat(answer("*1\r\n" + header + "\r\n"))
                .isEqualTo("-ERR Protocol error: expected '$', got '" + type + "'\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "hOsT: evil\r\n",
                "*2\r\n$4\r\npost\r\n$1\r\n/\r\n"
            })
    void aBrowserIsCutOffBeforeItsBodyIsRead_41_7(String request) throws IOException {
        start();
        assertThat(answer(request + "SET stolen 1\r\n")).doesNotContain("+OK");
        assertThat(answer("GET stolen\r\n")).isEqualTo("$-1\r\n");
        assertThat(server.counters().crossProtocol).isEqualTo(1);
    }

    @Test
    void whoDoesNotReadItsRepliesIsNotReadFrom_41_8() throws IOException {
        start(RespLimits.defaults().withOutput(MIB, 64 * MIB, 64 * MIB), "");
        try (Wire slow = new Wire(port, 4096);
                Wire other = new Wire(port)) {
            int commands = 400;
            byte[] big = Wire.encode("BIG", "100000");
            for (int i = 0; i < commands; i++) {
                slow.send(big);
            }
            slow.sendCommand("PING");
            assertThat(other.call("PING")).isEqualTo("PONG");
            await().until(() -> onLoop(() -> kernel.clients.get(1L).out.sizeMax()) > MIB);
            assertThat(onLoop(() -> kernel.clients.get(1L).out.sizeMax())).isLessThan(2 * MIB);
            for (int i = 0; i < commands; i++) {
                assertThat((String) slow.read()).hasSize(100_000);
            }
            assertThat(slow.read()).isEqualTo("PONG");
        }
    }

    @Test
    void whoHasNotLoggedInIsOwedLittle_X1() throws IOException {
        start(RespLimits.defaults(), "secret");
        try (Wire slow = new Wire(port, 4096)) {
            int commands = 50_000;
            slow.send("GET k\r\n".repeat(commands));
            await().until(() -> onLoop(() -> kernel.clients.get(1L).out.sizeMax()) > 16 * 1024);
            for (int i = 0; i < commands; i++) {
                assertThat((String) slow.read()).startsWith("-NOAUTH");
            }
            assertThat(onLoop(() -> kernel.clients.get(1L).out.sizeMax())).isLessThan(64 * 1024);
        }
    }

    @Test
    void whoOwesTooMuchIsCutOffAndNobodyElseNotices_41_8() throws IOException {
        start(RespLimits.defaults().withOutput(MIB, 4 * MIB, 4 * MIB), "");
        try (Wire greedy = new Wire(port, 4096);
                Wire other = new Wire(port)) {
            greedy.sendCommand("BIG", "5000000");
            await().until(() -> onLoop(() -> server.counters().outputCutOffs == 1));
            assertThat(other.call("PING")).isEqualTo("PONG");
            await().until(() -> onLoop(() -> kernel.clients.size()) == 1);
        }
    }

    @Test
    void aSlowSubscriberIsCutOffAndTheOthersGetEveryMessage_41_8() throws IOException {
        start(RespLimits.defaults().withOutput(MIB, 256 * MIB, 2 * MIB), "");
        try (Wire slow = new Wire(port, 4096);
                Wire good = new Wire(port);
                Wire publisher = new Wire(port)) {
            assertThat(slow.call("SUBSCRIBE", "news")).isEqualTo("OK");
            assertThat(good.call("SUBSCRIBE", "news")).isEqualTo("OK");
            String message = "m".repeat(10_000);
            int sent = 0;
            for (; onLoop(() -> server.counters().outputCutOffs) == 0; sent++) {
                assertThat(sent).as("messages until the slow one is cut off").isLessThan(5000);
                publisher.call("PUBLISH", "news", message);
                assertThat(good.read()).isEqualTo(List.of("message", "news", message));
            }
            assertThat(publisher.call("PUBLISH", "news", "last")).isEqualTo(1L);
            assertThat(good.read()).isEqualTo(List.of("message", "news", "last"));
        }
    }

    @Test
    void guessingPasswordsGetsSlowerAndEnds_41_9() throws IOException {
        start(RespLimits.defaults(), "secret");
        try (Wire guesser = new Wire(port);
                Wire owner = new Wire(port)) {
            for (int i = 0; i < 10; i++) {
                guesser.sendCommand("AUTH", "wrong\0é" + i);
            }
            assertThat((String) guesser.read()).startsWith("-WRONGPASS");
            assertThat(owner.call("AUTH", "secret")).isEqualTo("OK");
            assertThat(owner.call("PING")).isEqualTo("PONG");
            assertThat(onLoop(() -> kernel.clients.get(1L).passwordsRefused)).isLessThan(10);
        }
        PasswordGuard guard = new PasswordGuard(RespLimits.defaults());
        var address = new InetSocketAddress("127.0.0.1", 1).getAddress();
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            delays.add(guard.refused(address, 1000));
        }
        assertThat(delays).containsExactly(0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L);
        assertThat(guard.refused(address, 100_000)).isZero();
    }

    @Test
    void tooManyWrongPasswordsEndTheConnection_41_9() throws IOException {
        start(new RespLimits(10, 1000, 1000, 1000, 10, 1000, 10_000, MIB, MIB, MIB, 10, 3, 1, 2), "secret");
        String wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
        assertThat(answer("AUTH a\r\nAUTH b\r\nAUTH c\r\nAUTH secret\r\nPING\r\n"))
                .isEqualTo(wrong.repeat(3));
        assertThat(server.counters().passwordsRefused).isEqualTo(3);
    }

    @Test
    void whoDoesNotLogInIsCutOff() throws IOException {
        start(RespLimits.defaults().withConnections(10, 50), "secret");
        try (Wire silent = new Wire(port)) {
            assertThat(silent.readToEnd()).isEmpty();
        }
    }

    @Test
    void whoHasLoggedInMayBeSilent() throws IOException {
        start(RespLimits.defaults().withConnections(10, 300), "secret");
        try (Wire quiet = new Wire(port);
                Wire silent = new Wire(port)) {
            assertThat(quiet.call("AUTH", "secret")).isEqualTo("OK");
            assertThat(silent.readToEnd()).isEmpty();
            assertThat(quiet.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws IOException {
        start(RespLimits.defaults().withConnections(1, 10_000), "");
        try (Wire first = new Wire(port)) {
            assertThat(first.call("PING")).isEqualTo("PONG");
            try (Wire second = new Wire(port)) {
                assertThat(second.readToEnd()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(first.call("PING")).isEqualTo("PONG");
        }
        await().until(() -> onLoop(() -> server.connections()) == 0);
        assertThat(answer("PING\r\n")).isEqualTo("+PONG\r\n");
    }

    @Test
    void withoutAPasswordOnlyThisMachineIsLetIn() throws IOException {
        start();
        assertThat(server.refusal(true)).isEmpty();
        assertThat(server.refusal(false)).startsWith("DENIED Meridian is running in protected mode");
        RespServer guarded = new RespServer(loop, RespLimits.defaults(), true, kernel);
        assertThat(guarded.refusal(false)).isEmpty();
    }

    @Test
    void repliesKeepTheOrderOfTheirCommands() throws IOException {
        start();
        try (Wire wire = new Wire(port)) {
            StringBuilder input = new StringBuilder();
            for (int i = 0; i < 50_000; i++) {
                input.append("*2\r\n$4\r\nECHO\r\n$5\r\n").append(10_000 + i).append("\r\n");
            }
            Thread sender = Thread.startVirtualThread(() -> wire.send(input.toString()));
            for (int i = 0; i < 50_000; i++) {
                assertThat(wire.read()).isEqualTo("" + (10_000 + i));
            }
            join(sender);
        }
        assertThat(onLoop(() -> kernel.turns)).isLessThan(50_000);
    }

    @Test
    void aBlockedClientsNextCommandsWaitAndKeepTheirOrder() throws IOException {
        start();
        try (Wire sleeper = new Wire(port);
                Wire waker = new Wire(port)) {
            Object id = sleeper.call("ID");
            sleeper.send("WAITFOR\r\nECHO 1\r\nECHO 2\r\n");
            sleeper.send("ECHO 3\r\n");
            await().until(() -> onLoop(() -> kernel.clients.get(id).blocked));
            assertThat(waker.call("WAKE", "" + id)).isEqualTo("OK");
            assertThat(List.of(sleeper.read(), sleeper.read(), sleeper.read(), sleeper.read()))
                    .containsExactly("AWAKE", "1", "2", "3");
        }
    }

    @Test
    void aBlockedClientThatGoesIsNoticed() throws IOException {
        start();
        try (Wire sleeper = new Wire(port)) {
            sleeper.send("WAITFOR\r\n");
            await().until(() -> onLoop(() -> !kernel.clients.isEmpty() && kernel.clients.get(1L).blocked));
        }
        await().until(() -> onLoop(() -> kernel.clients.isEmpty()));
    }

    @Test
    void repliesLeaveWhenTheirTurnIsReleasedAndNotBefore() throws IOException {
        start();
        try (Wire wire = new Wire(port)) {
            assertThat(wire.call("PING")).isEqualTo("PONG");
            onLoop(() -> kernel.holdTurns = true);
            wire.send("ECHO 1\r\n");
            await().until(() -> onLoop(() -> kernel.heldTurns.size()) == 1);
            wire.send("ECHO 2\r\n");
            await().until(() -> onLoop(() -> kernel.heldTurns.size()) == 2);
            assertThat(onLoop(() -> kernel.clients.get(1L).out.size())).isEqualTo(14);
            onLoop(() -> {
                kernel.heldTurns.removeFirst().flush();
                return null;
            });
            assertThat(wire.read()).isEqualTo("1");
            assertThat(onLoop(() -> kernel.clients.get(1L).out.size())).isEqualTo(7);
            onLoop(() -> {
                kernel.heldTurns.removeFirst().flush();
                return null;
            });
            assertThat(wire.read()).isEqualTo("2");
        }
    }

    @Test
    void quitAnswersAndEnds() throws IOException {
        start();
        assertThat(answer("PING\r\nQUIT\r\nPING\r\n")).isEqualTo("+PONG\r\n+OK\r\n");
        await().until(() -> onLoop(() -> kernel.clients.isEmpty()));
    }

    @Test
    void whoIsKilledAndDoesNotReadGoesAnyway() throws IOException {
        start();
        try (Wire deaf = new Wire(port, 4096);
                Wire killer = new Wire(port)) {
            Object id = deaf.call("ID");
            deaf.sendCommand("BIG", "30000000");
            await().until(() -> onLoop(() -> server.counters().commands == 2));
            assertThat(killer.call("KILL", "" + id)).isEqualTo("OK");
            await().until(() -> onLoop(() -> kernel.clients.size()) == 1);
            assertThat(killer.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void aCommandThatFailsEndsItsOwnConnectionOnly() throws IOException {
        start();
        try (Wire other = new Wire(port)) {
            assertThat(other.call("PING")).isEqualTo("PONG");
            assertThat(answer("PING\r\nFAULT\r\nPING\r\n"))
                    .isEqualTo("+PONG\r\n-ERR internal error, see the node's log\r\n");
            assertThat(other.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void aValueOfManyMegabytesGoesInAndOut() throws IOException {
        start();
        String value = "v".repeat(30 * MIB);
        try (Wire wire = new Wire(port)) {
            assertThat(wire.call("SET", "k", value)).isEqualTo("OK");
            assertThat((String) wire.call("GET", "k")).hasSize(30 * MIB);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        start();
        assertThatThrownBy(() -> new RespServer(loop, RespLimits.defaults(), false, kernel)
                        .start(new InetSocketAddress("127.0.0.1", port)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen for Redis clients on")
                .hasMessageContaining("" + port);
    }

    @Test
    void closingEndsEveryConnectionAndTellsTheHandler() throws IOException {
        start();
        try (Wire wire = new Wire(port)) {
            assertThat(wire.call("PING")).isEqualTo("PONG");
            server.close();
            assertThat(onLoop(() -> kernel.clients.isEmpty())).isTrue();
            assertThat(wire.readToEnd()).isEmpty();
            assertThatThrownBy(() -> new Wire(port)).isInstanceOfAny(IOException.class, UncheckedIOException.class);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
