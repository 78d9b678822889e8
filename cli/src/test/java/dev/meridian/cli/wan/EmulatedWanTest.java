package dev.meridian.cli.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.wan.EmulatedWan.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The emulated WAN over real sockets: two regions, of which the second runs an echo server. */
@Timeout(60)
class EmulatedWanTest {
    private static final Pair FORTH = new Pair("us", "eu");
    private static final Pair BACK = new Pair("eu", "us");
    /** A thread a task: each may block until another goes on. */
    private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

    private EchoServer echo;
    private EmulatedWan wan;

    @BeforeEach
    void open() throws IOException {
        echo = new EchoServer();
        wan = EmulatedWan.between(Map.of("us", echo.address(), "eu", echo.address()));
    }

    @AfterEach
    void close() throws IOException {
        wan.close();
        echo.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "5, 15", "38, 38", "75, 72", "120, 110"})
    void roundTripIsTheConfiguredOneWithinTwoMillisecondsOrFivePercent_G3(long forthMs, long backMs)
            throws IOException {
        wan.change(FORTH, now -> now.withDelay(Duration.ofMillis(forthMs)));
        wan.change(BACK, now -> now.withDelay(Duration.ofMillis(backMs)));
        double configuredMs = forthMs + backMs;
        try (Socket socket = dial()) {
            double leastMs = leastRoundTripMs(socket, 5);
            assertThat(leastMs).isBetween(configuredMs - 1, configuredMs + Math.max(2, configuredMs * 0.05));
        }
    }

    @Test
    void delayChangesWhileAConnectionIsOpen() throws IOException {
        try (Socket socket = dial()) {
            assertThat(leastRoundTripMs(socket, 3)).isLessThan(50);
            delayBoth(30);
            assertThat(leastRoundTripMs(socket, 3)).isGreaterThan(59);
            delayBoth(0);
            assertThat(leastRoundTripMs(socket, 3)).isLessThan(50);
        }
    }

    @Test
    void aNewConnectionTakesOneRoundTripBeforeItsBytesTravel() throws IOException {
        delayBoth(40);
        long started = System.nanoTime();
        try (Socket socket = dial()) {
            roundTrip(socket);
            assertThat(millisSince(started)).isGreaterThan(159);
        }
    }

    @Test
    void bytesArriveUnchangedAndInOrderUnderJitterLossAndDelay() throws Exception {
        for (Pair pair : new Pair[] {FORTH, BACK}) {
            wan.change(
                    pair,
                    now -> now.withDelay(Duration.ofMillis(5))
                            .withJitter(Duration.ofMillis(5))
                            .withLoss(0.0005));
        }
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (Socket socket = dial()) {
            CompletableFuture<byte[]> received =
                    CompletableFuture.supplyAsync(() -> read(socket, sent.length), THREADS);
            socket.getOutputStream().write(sent);
            assertThat(Arrays.equals(received.get(), sent)).isTrue();
        }
    }

    @Test
    void aCutHoldsBytesAndDeliversThemAfterTheHealOnTheSameConnection() throws IOException {
        try (Socket socket = dial()) {
            roundTrip(socket);
            change(now -> now.withCut(true));
            socket.getOutputStream().write("held".getBytes());
            assertNothingArrives(socket);
            change(now -> now.withCut(false));
            assertThat(new String(read(socket, 4))).isEqualTo("held");
        }
    }

    @Test
    void aOneWayCutLetsTheOtherDirectionPass() throws IOException {
        try (Socket socket = dial()) {
            roundTrip(socket);
            wan.change(BACK, now -> now.withCut(true));
            long echoedBefore = echo.received.get();
            socket.getOutputStream().write("once".getBytes());
            await().until(() -> echo.received.get() == echoedBefore + 4);
            assertNothingArrives(socket);
            wan.change(BACK, now -> now.withCut(false));
            assertThat(new String(read(socket, 4))).isEqualTo("once");
        }
    }

    @Test
    void aConnectionDialledDuringACutCompletesAfterTheHeal() throws IOException {
        change(now -> now.withCut(true));
        int acceptedBefore = echo.accepted();
        try (Socket socket = dial()) {
            socket.getOutputStream().write("late".getBytes());
            assertNothingArrives(socket);
            assertThat(echo.accepted()).isEqualTo(acceptedBefore);
            change(now -> now.withCut(false));
            assertThat(new String(read(socket, 4))).isEqualTo("late");
        }
    }

    @Test
    void aCutHidesTheEndOfAConnectionUntilTheHeal() throws IOException {
        Socket socket = dial();
        roundTrip(socket);
        change(now -> now.withCut(true));
        socket.close();
        await().during(Duration.ofMillis(150)).until(() -> echo.open() == 1);
        change(now -> now.withCut(false));
        await().until(() -> echo.open() == 0);
    }

    @Test
    void aFloodIntoACutStopsAtTheWindowAndTheSenderWaits() throws Exception {
        try (Socket socket = dial()) {
            roundTrip(socket);
            change(now -> now.withCut(true));
            byte[] flood = new byte[32 << 20];
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(socket, flood), THREADS);
            await().until(() -> held(FORTH) >= 8 << 20);
            await().during(Duration.ofMillis(200)).until(() -> held(FORTH) < 9 << 20 && !writer.isDone());
            CompletableFuture<byte[]> received =
                    CompletableFuture.supplyAsync(() -> read(socket, flood.length), THREADS);
            change(now -> now.withCut(false));
            assertThat(received.get()).hasSize(flood.length);
        }
    }

    @Test
    void bandwidthIsSharedAndHeldWithinATenth() throws Exception {
        wan.change(FORTH, now -> now.withRate(4_000_000));
        byte[] bytes = new byte[1_000_000];
        try (Socket one = dial();
                Socket two = dial()) {
            long started = System.nanoTime();
            var first = CompletableFuture.runAsync(() -> write(one, bytes), THREADS);
            var second = CompletableFuture.runAsync(() -> write(two, bytes), THREADS);
            var firstRead = CompletableFuture.supplyAsync(() -> read(one, bytes.length), THREADS);
            read(two, bytes.length);
            firstRead.get();
            CompletableFuture.allOf(first, second).get();
            assertThat(millisSince(started)).isGreaterThan(450);
        }
    }

    @Test
    void liftingASlowRateFreesWhatWaitsForIt() throws Exception {
        wan.change(FORTH, now -> now.withRate(1_000));
        byte[] bytes = new byte[20_000];
        try (Socket socket = dial()) {
            write(socket, bytes);
            assertNothingArrivesFor(socket, 100);
            wan.change(FORTH, now -> now.withRate(LinkConditions.UNLIMITED));
            assertThat(read(socket, bytes.length)).hasSize(bytes.length);
        }
    }

    @Test
    void aRefusedConnectionEndsTheDialAndTheWanGoesOn() throws IOException {
        InetSocketAddress address = echo.address();
        echo.close();
        // Held but not listened on: nobody else can be met there.
        try (Socket held = new Socket()) {
            held.setReuseAddress(true);
            await().ignoreExceptions().untilAsserted(() -> held.bind(address));
            try (Socket socket = dial()) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
        await().until(() -> wan.view().stream().allMatch(view -> view.connections() == 0));
    }

    @Test
    void endedConnectionsLeaveNothingBehind() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = dial()) {
                roundTrip(socket);
            }
        }
        await().until(() -> echo.open() == 0);
        await().until(() -> wan.view().stream().allMatch(view -> view.connections() == 0 && view.heldBytes() == 0));
    }

    @Test
    void aPairThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> wan.door("us", "us")).hasMessage("no way from us to us");
        assertThatThrownBy(() -> wan.change(new Pair("us", "mars"), now -> now)).hasMessageContaining("us to mars");
    }

    private void change(UnaryOperator<LinkConditions> change) {
        wan.change(FORTH, change);
        wan.change(BACK, change);
    }

    private void delayBoth(long delayMs) {
        change(now -> now.withDelay(Duration.ofMillis(delayMs)));
    }

    private long held(Pair pair) {
        return wan.view().stream()
                .filter(view -> view.pair().equals(pair))
                .findFirst()
                .orElseThrow()
                .heldBytes();
    }

    private Socket dial() throws IOException {
        var socket = new Socket();
        socket.connect(wan.door("us", "eu"));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static double leastRoundTripMs(Socket socket, int times) throws IOException {
        double least = Double.MAX_VALUE;
        roundTrip(socket);
        for (int i = 0; i < times; i++) {
            long started = System.nanoTime();
            roundTrip(socket);
            least = Math.min(least, millisSince(started));
        }
        return least;
    }

    private static void roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write(1);
        assertThat(socket.getInputStream().read()).isEqualTo(1);
    }

    private static void assertNothingArrives(Socket socket) throws IOException {
        assertNothingArrivesFor(socket, 150);
    }

    private static void assertNothingArrivesFor(Socket socket, int waitMs) throws IOException {
        socket.setSoTimeout(waitMs);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(20_000);
    }

    private static double millisSince(long startedNs) {
        return (System.nanoTime() - startedNs) / 1e6;
    }

    private static byte[] read(Socket socket, int bytes) {
        try {
            return socket.getInputStream().readNBytes(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers every byte with itself. */
    private static final class EchoServer {
        final AtomicLong received = new AtomicLong();
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicLong opened = new AtomicLong();
        private final AtomicLong ended = new AtomicLong();

        EchoServer() throws IOException {
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    try {
                        Socket socket = server.accept();
                        opened.incrementAndGet();
                        Thread.ofPlatform().daemon().start(() -> echo(socket));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        int accepted() {
            return opened.intValue();
        }

        int open() {
            return opened.intValue() - ended.intValue();
        }

        void close() throws IOException {
            server.close();
        }

        private void echo(Socket socket) {
            try (socket) {
                socket.setTcpNoDelay(true);
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                byte[] buffer = new byte[64 << 10];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    received.addAndGet(n);
                    out.write(buffer, 0, n);
                }
            } catch (IOException e) {
                // The other side went away in the middle: an end like any other.
                Thread.yield();
            } finally {
                ended.incrementAndGet();
            }
        }
    }
}
