package dev.meridian.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP as bytes: what is let in, and what everything else is told (bad input of the HTTP API, as far as it has one). */
class HttpServerTest {
    private static final HttpLimits QUICK = new HttpLimits(8 << 10, 16 << 10, 4, 2, 10_000, 10_000, 1);

    private static final long PATIENCE_NS = 30_000_000_000L;

    private final EventLog log = new EventLog("eu-west-1", "00000000000000aa");
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final class Echo implements Routes {
        @Override
        public boolean open(String path) {
            return path.equals("/livez");
        }

        @Override
        public CompletionStage<Answer> answer(Request request) {
            return switch (request.path()) {
                case "/livez", "/good" ->
                    CompletableFuture.completedFuture(Answer.text("text/plain", "you asked " + request.query()));
                case "/broken" -> CompletableFuture.failedFuture(new IllegalStateException("told to fail"));
                default -> null;
            };
        }

        @Override
        public EventLog events(Request request) {
            return request.path().equals("/events") ? log : null;
        }
    }

    private InetSocketAddress serve(String password, HttpLimits limits) throws IOException {
        HttpServer server = new HttpServer(new Echo(), password, limits);
        opened.add(server);
        return server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.connect(address);
        socket.setSoTimeout(20_000);
        opened.add(socket);
        return socket;
    }

    /** Everything until the other side ends the connection. */
    private String answer(InetSocketAddress address, String request) throws IOException {
        try (Socket socket = connect(address)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", headers)
                + "Connection: close\r\n\r\n";
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void requestsInOneGoAreAnsweredInTheirOrder() throws Exception {
        String answers = answer(
                serve(null, QUICK),
                "GET /good?1 HTTP/1.1\r\nHost: [::1]:80\r\n\r\nHEAD /good?2 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                        + get("/good?3"));

        assertThat(answers).containsSubsequence("200 OK", "you asked 1", "200 OK", "200 OK", "you asked 3");
        assertThat(answers).doesNotContain("you asked 2").contains("Connection: close".toLowerCase());
    }

    @Test
    void whatIsNoRequestGetsOneClearAnswerAndTheEnd() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        Map<String, String> expected = new java.util.LinkedHashMap<>();
        expected.put("GET /good HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "400");
        expected.put("GET /good HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400");
        expected.put("GET /good HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", "4");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde", "413");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x10\r\n", "413");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nBad Header : x\r\n\r\n", "400");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", "400");
        expected.put("GET /good HTTP/1.1\r\n\r\n", "400");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "400");
        expected.put("GET /good HTTP/2.0\r\nHost: localhost\r\n\r\n", "400");
        expected.put("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(17_000) + "\r\n\r\n", "431");
        expected.put("GET /good HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(101) + "\r\n", "431");
        expected.put("POST /good HTTP/1.1\r\nHost: localhost\r\n\r\n", "405");
        expected.put("TRACE /good HTTP/1.1\r\nHost: localhost\r\n\r\n", "405");
        expected.put("CONNECT evil:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", "405");
        for (var each : expected.entrySet()) {
            String found = answer(address, each.getKey());
            String shown = each.getKey().substring(0, Math.min(80, each.getKey().length()));
            assertThat(found)
                    .as(shown)
                    .startsWith("HTTP/1.1 " + each.getValue())
                    .contains("\"code\":\"MRD-42");
            assertThat(found.split("HTTP/1.1 [0-9]{3}", -1)).as(shown).hasSize(2);
        }
        assertThat(answer(address, get("/good?still"))).contains("you asked still");
    }

    @Test
    void onlyTheExactPathIsServed() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        for (String path : List.of("/", "//good", "/good/", "/./good", "/x/../good", "/%67ood", "/good%00", "/Good")) {
            assertThat(answer(address, get(path)))
                    .as(path)
                    .startsWith("HTTP/1.1 404")
                    .contains("MRD-4207");
        }
    }

    @Test
    void aQuestionThatFailsIsAnsweredWithoutItsReason() throws Exception {
        assertThat(answer(serve(null, QUICK), get("/broken")))
                .startsWith("HTTP/1.1 500")
                .contains("MRD-4211")
                .doesNotContain("told to fail");
    }

    @Test
    void withoutAPasswordNoNameOfAWebPageReachesIt() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        String rebound = "GET /good HTTP/1.1\r\nHost: evil.example:17011\r\nConnection: close\r\n\r\n";

        assertThat(answer(address, rebound)).startsWith("HTTP/1.1 421").contains("MRD-4204");
        assertThat(answer(address, rebound.replace("/good", "/livez"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void onlyTheRightPasswordOpens() throws Exception {
        InetSocketAddress address = serve("secret", QUICK);
        for (String wrong : List.of(
                "",
                "Authorization: Bearer secre\r\n",
                "Authorization: Bearer secrett\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Basic ???\r\n",
                "Authorization: Basic c2VjcmV0\r\n",
                "Authorization: Digest secret\r\n",
                "X-Forwarded-For: 127.0.0.1\r\n")) {
            assertThat(answer(address, get("/good", wrong)))
                    .as(wrong)
                    .startsWith("HTTP/1.1 401")
                    .containsIgnoringCase("www-authenticate: Bearer")
                    .contains("MRD-4208");
        }
        assertThat(answer(address, get("/good", "Authorization: bearer secret\r\n")))
                .startsWith("HTTP/1.1 200");
        assertThat(answer(address, get("/good", "Authorization: Basic OnNlY3JldA==\r\n")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void oneConnectionTooManyIsToldSoAndTheOthersGoOn() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            idle.add(connect(address));
            idle.getLast().getOutputStream().write("GET ".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(answer(address, get("/good"))).startsWith("HTTP/1.1 503").contains("MRD-4210");

        idle.getFirst().getOutputStream().write(get("/good").substring(4).getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(idle.getFirst().getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 200");
        await().untilAsserted(() -> assertThat(answer(address, get("/good"))).startsWith("HTTP/1.1 200"));
    }

    @Test
    void aClientThatSendsItsRequestTooSlowlyIsCutOff() throws Exception {
        InetSocketAddress address = serve(null, new HttpLimits(8 << 10, 16 << 10, 4, 2, 300, 10_000, 1));
        Socket slow = connect(address);
        slow.getOutputStream().write("GET /good HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));

        assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }

    // ---- events ----

    private static String until(InputStream in, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        long beganNs = System.nanoTime();
        while (read.length() < text.length()
                || !read.substring(read.length() - text.length()).equals(text)) {
            int b = in.read();
            assertThat(b).as("a byte before the end of the stream").isNotEqualTo(-1);
            assertThat(System.nanoTime() - beganNs).as("waiting for %s", text).isLessThan(PATIENCE_NS);
            read.append((char) b);
        }
        return read.toString();
    }

    private InputStream stream(InetSocketAddress address, String... headers) throws IOException {
        Socket socket = connect(address);
        socket.getOutputStream().write(get("/events", headers).getBytes(StandardCharsets.US_ASCII));
        InputStream in = new BufferedInputStream(socket.getInputStream());
        until(in, ": events of this node");
        return in;
    }

    @Test
    void eventsArriveAsTheyHappenAndAStreamGoesOnWhereItBrokeOff() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        log.publish("before", Map.of());
        InputStream first = stream(address);
        log.publish("link_up", Map.of("peer", "us-east-1"));
        log.publish("link_down", Map.of("peer", "us-east-1"));
        String seen = until(first, "\"event\":\"link_down\"");
        assertThat(seen)
                .contains("id: 00000000000000aa:2\nevent: link_up\ndata: {\"schema\":\"meridian.event/1\"")
                .contains("\"peer\":\"us-east-1\"")
                .doesNotContain("before");

        InputStream resumed = stream(address, "Last-Event-ID: 00000000000000aa:1\r\n");
        assertThat(until(resumed, "\"event\":\"link_down\""))
                .contains("event: link_up")
                .doesNotContain("reset");
    }

    @Test
    void aStreamThatCannotGoOnWhereItBrokeOffIsTold() throws Exception {
        InetSocketAddress address = serve(null, new HttpLimits(8 << 10, 16 << 10, 32, 32, 10_000, 10_000, 1));
        for (int i = 0; i < EventLog.KEPT + 10; i++) {
            log.publish("link_up", Map.of());
        }
        for (String unknown : List.of(
                "00000000000000bb:5", "00000000000000aa:3", "00000000000000aa:99999", "00000000000000aa:-1", "x", "")) {
            InputStream in = stream(address, "Last-Event-ID: " + unknown + "\r\n");
            until(in, "event: reset\n");
            log.publish("after", Map.of());
            until(in, "event: after\n");
        }
    }

    @Test
    void aStreamThatReadsTooLittleIsCutOffAndTheOthersMissNothing() throws Exception {
        InetSocketAddress address = serve(null, new HttpLimits(8 << 10, 16 << 10, 8, 8, 10_000, 300, 1));
        InputStream slow = stream(address);
        InputStream quick = stream(address);
        String text = "x".repeat(20_000);
        for (int i = 1; i <= 150; i++) {
            log.publish("long", Map.of("text", text));
            log.publish("mark" + i, Map.of());
            until(quick, "event: mark" + i + "\n");
        }
        await().untilAsserted(() -> assertThat(log.readers()).isEqualTo(1));
        log.publish("after", Map.of());
        until(quick, "event: after\n");
        assertThat(slow.readAllBytes().length).isLessThan(150 * 20_000);
    }

    @Test
    void thereIsABoundOnStreams() throws Exception {
        InetSocketAddress address = serve(null, QUICK);
        stream(address);
        stream(address);

        assertThat(answer(address, get("/events"))).startsWith("HTTP/1.1 503");
    }
}
