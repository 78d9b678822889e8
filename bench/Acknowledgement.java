import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three regions, 40 ms and 80 ms of round trip from the one where the client is: how long a write waits under each rule of
 * acknowledgement, how many are acknowledged a second with thousands outstanding, and how long a strong read takes; beside a three-node
 * etcd over ways of the same delays.
 */
final class Acknowledgement {
    private static final List<String> REGIONS = List.of("near", "middle", "far");
    private static final List<String> RULES = List.of("semi", "quorum", "strong");
    private static final String FILE = """
            multi_region:
              name: bench
              regions:
                - {name: near, primary: true}
                - {name: middle}
                - {name: far}
              datasets:
                - {name: semi, topology: active-passive, replication: semi-sync}
                - {name: quorum, consistency: quorum}
                - {name: strong, consistency: strong}
            """;
    /** One way between two regions, in ms: 40 and 80 ms of round trip from the nearest, 80 between the others. */
    private static final Map<String, Integer> DELAY_MS =
            Map.of("near middle", 20, "near far", 40, "middle far", 40);
    /** Of a relay in front of each etcd: what it sends and gets passes its own or another's, which adds up to the same round trips. */
    private static final Map<String, Integer> ETCD_DELAY_MS = Map.of("near", 20, "middle", 20, "far", 60);

    private static final Pattern ETCD_RATE = Pattern.compile("([0-9.]+) writes/s");

    private final Path home;
    private final Path work;
    private final int probes;
    private final int seconds;

    Acknowledgement(Path home, Path work, List<String> options) {
        this.home = home;
        this.work = work;
        probes = Bench.option(options, "probes", 200);
        seconds = Bench.option(options, "seconds", 10);
    }

    void run() throws Exception {
        Map<String, Server> meridian = meridian();
        int etcd = etcd();
        Server near = meridian.get("near");
        System.out.printf("%none write at a time, of which 40 ms are the round trip to the nearest other region and 80 to the other, p50 / p99 ms; %d probes, in turns%n", probes);
        Map<String, List<Double>> waits = new LinkedHashMap<>();
        try (Resp client = new Resp(near.port)) {
            HttpClient http = HttpClient.newHttpClient();
            for (int i = -20; i < probes; i++) {
                for (String rule : RULES) {
                    int key = i;
                    measure(waits, rule, i, () -> client.ask("SET", rule + ":k" + Math.floorMod(key, 100), "x".repeat(100)));
                }
                int key = i;
                measure(waits, "etcd", i, () -> put(http, etcd, key));
            }
        }
        waits.forEach((what, took) -> System.out.printf(
                Locale.ROOT, "| %s | %s | %.3f of the round trip |%n", what, Figures.of(took).halfAndMost(), Figures.of(took).median() / 40));
        reads(meridian);
        System.out.printf("%nacknowledged a second, %d s each after as many to warm up%n", seconds);
        for (int outstanding : List.of(64, 1_024, 8_192)) {
            for (String rule : RULES) {
                outstanding(near.port, rule, outstanding, seconds);
                System.out.printf(
                        "| %s | %d outstanding | %d/s |%n", rule, outstanding, outstanding(near.port, rule, outstanding, seconds));
            }
        }
        System.out.printf("| etcd | etcdctl check perf --load=xl, 1,000 clients | %s |%n", etcdRate(etcd));
        System.out.println("load after: " + Machine.load());
    }

    private interface Write {
        void run() throws IOException, InterruptedException;
    }

    private static void measure(Map<String, List<Double>> waits, String what, int i, Write write)
            throws IOException, InterruptedException {
        long sentNs = System.nanoTime();
        write.run();
        if (i >= 0) {
            waits.computeIfAbsent(what, w -> new ArrayList<>()).add((System.nanoTime() - sentNs) / 1e6);
        }
    }

    /** Reads of keys that nobody writes meanwhile, where the level lets a region answer by itself. */
    private void reads(Map<String, Server> meridian) throws IOException {
        System.out.printf("%nreads of keys that nobody writes, p50 / p99 ms%n");
        for (String region : REGIONS) {
            for (String level : List.of("strong", "quorum")) {
                List<Double> took = new ArrayList<>();
                try (Resp client = new Resp(meridian.get(region).port)) {
                    for (int i = 0; i < probes; i++) {
                        long sentNs = System.nanoTime();
                        client.ask("GET", level + ":k" + i % 100);
                        took.add((System.nanoTime() - sentNs) / 1e6);
                    }
                }
                System.out.printf("| %s in %s | %s |%n", level, region, Figures.of(took).halfAndMost());
            }
        }
    }

    /** What is acknowledged a second where as many commands are always on their way, from 64 connections at most. */
    private static long outstanding(int port, String rule, int outstanding, int seconds) throws Exception {
        int connections = Math.min(64, outstanding);
        int pipeline = outstanding / connections;
        AtomicLong answered = new AtomicLong();
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
            int first = c;
            all.add(CompletableFuture.runAsync(() -> load(port, rule, first, pipeline, endNs, answered), task ->
                    Thread.ofPlatform().daemon().start(task)));
        }
        for (CompletableFuture<Void> one : all) {
            one.get(seconds + 60, TimeUnit.SECONDS);
        }
        return answered.get() / seconds;
    }

    private static void load(int port, String rule, int connection, int pipeline, long endNs, AtomicLong answered) {
        String value = "x".repeat(100);
        try (Resp client = new Resp(port)) {
            for (int i = 0; i < pipeline; i++) {
                client.send("SET", rule + ":c" + connection + ":" + i, value);
            }
            int sent = pipeline;
            int got = 0;
            while (got < sent) {
                client.answer();
                got++;
                if (System.nanoTime() < endNs) {
                    answered.incrementAndGet();
                    client.send("SET", rule + ":c" + connection + ":" + sent++ % 1_000, value);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Map<String, Server> meridian() throws Exception {
        Path file = Files.writeString(work.resolve("three.yaml"), FILE);
        Map<String, Integer> links = new HashMap<>();
        Map<String, Integer> controls = new HashMap<>();
        for (String region : REGIONS) {
            links.put(region, Server.freePort());
            controls.put(region, Server.freePort());
        }
        Map<String, Server> servers = new LinkedHashMap<>();
        for (String region : REGIONS) {
            Map<String, Integer> peers = new LinkedHashMap<>();
            List<String> control = new ArrayList<>(List.of("--control=127.0.0.1:" + controls.get(region)));
            for (String other : REGIONS) {
                if (!other.equals(region)) {
                    long delayNs = 1_000_000L
                            * DELAY_MS.getOrDefault(
                                    region + " " + other, DELAY_MS.getOrDefault(other + " " + region, 0));
                    peers.put(other, new DelayRelay(links.get(other), delayNs).port());
                    int door = new DelayRelay(controls.get(other), delayNs).port();
                    control.add("--control-peer=" + other + "=127.0.0.1:" + door);
                }
            }
            servers.put(region, Server.meridian(home, work, file, region, links.get(region), peers, control));
        }
        for (String rule : RULES) {
            awaitWritable(servers.get("near"), rule);
        }
        return servers;
    }

    private static void awaitWritable(Server near, String rule) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (true) {
            try (Resp client = new Resp(near.port)) {
                client.ask("SET", rule + ":first", "1");
                return;
            } catch (Resp.Refused e) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException(rule + " takes no writes: " + e.getMessage(), e);
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /** Starts etcd in three places with the leader near the client; the port of that one for clients. */
    private int etcd() throws Exception {
        Map<String, Integer> clients = new LinkedHashMap<>();
        Map<String, Integer> doors = new LinkedHashMap<>();
        Map<String, Integer> relays = new LinkedHashMap<>();
        for (String region : REGIONS) {
            clients.put(region, Server.freePort());
            doors.put(region, Server.freePort());
            relays.put(region, new DelayRelay(doors.get(region), ETCD_DELAY_MS.get(region) * 1_000_000L).port());
        }
        List<String> cluster = REGIONS.stream()
                .map(region -> region + "=http://127.0.0.1:" + relays.get(region))
                .toList();
        for (String region : REGIONS) {
            Path directory = Files.createTempDirectory(work, "etcd");
            Server.remember(new ProcessBuilder(
                            "etcd", "--name", region, "--data-dir", directory.toString(), "--initial-cluster",
                            String.join(",", cluster), "--initial-cluster-state", "new", "--listen-peer-urls",
                            "http://127.0.0.1:" + doors.get(region), "--initial-advertise-peer-urls",
                            "http://127.0.0.1:" + relays.get(region), "--listen-client-urls",
                            "http://127.0.0.1:" + clients.get(region), "--advertise-client-urls",
                            "http://127.0.0.1:" + clients.get(region), "--heartbeat-interval", "250",
                            "--election-timeout", "2500", "--quota-backend-bytes", "8000000000", "--log-level", "error")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out.log").toFile())
                    .start());
        }
        int near = clients.get("near");
        long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (!leads(near)) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("etcd does not let the nearest lead");
            }
            lead(clients, near);
            TimeUnit.MILLISECONDS.sleep(1_000);
        }
        return near;
    }

    private static boolean leads(int port) throws IOException, InterruptedException {
        String[] fields = etcdctl(port, "endpoint", "status").split(", ");
        return fields.length > 4 && fields[4].equals("true");
    }

    private static void lead(Map<String, Integer> clients, int near) throws IOException, InterruptedException {
        String[] fields = etcdctl(near, "endpoint", "status").split(", ");
        for (int port : clients.values()) {
            if (fields.length > 1 && port != near && leads(port)) {
                etcdctl(port, "move-leader", fields[1]);
            }
        }
    }

    private static String etcdctl(int port, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("etcdctl", "--endpoints=127.0.0.1:" + port));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static String etcdRate(int port) throws IOException, InterruptedException {
        Matcher rate = ETCD_RATE.matcher(etcdctl(port, "check", "perf", "--load=xl"));
        return rate.find() ? rate.group(1) + "/s" : "no figure";
    }

    private static void put(HttpClient http, int port, int key) throws IOException, InterruptedException {
        Base64.Encoder base64 = Base64.getEncoder();
        String body = "{\"key\":\"" + base64.encodeToString(("k" + Math.floorMod(key, 100)).getBytes()) + "\",\"value\":\""
                + base64.encodeToString("x".repeat(100).getBytes()) + "\"}";
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/kv/put"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("etcd: " + answer.body());
        }
    }
}
