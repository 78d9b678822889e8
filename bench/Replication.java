import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Two regions of Meridian, and a Redis with its replica, over the same emulated way: how long after a write was sent
 * a reader on the other side sees it, and how many bytes the way carries for the same commands.
 */
final class Replication {
    private static final String FILE = """
            multi_region:
              name: bench
              regions:
                - name: us-east-1
                - name: eu-west-1
            """;
    private static final long SEEN_NS = 30_000_000_000L;

    /** A writer and a reader of the same data, and the ways between them. */
    private record Pair(Server writer, Server reader, List<DelayRelay> ways) {
        long bytes() {
            return ways.stream().mapToLong(DelayRelay::bytes).sum();
        }
    }

    private final Path home;
    private final Path work;
    private final long delayMs;
    private final int probes;
    private final int writes;
    private final Random random = new Random(42);

    Replication(Path home, Path work, List<String> options) {
        this.home = home;
        this.work = work;
        delayMs = Bench.option(options, "delay-ms", 35);
        probes = Bench.option(options, "probes", 300);
        writes = Bench.option(options, "writes", 50_000);
    }

    void run() throws Exception {
        Pair meridian = meridian();
        Pair redis = redis();
        for (Pair pair : List.of(meridian, redis)) {
            awaitTogether(pair);
            try (Load warming = new Load(pair.writer.port, 10_000)) {
                lag(pair, 100, new ArrayList<>());
            }
        }
        System.out.printf(
                "%nlag: sent in one region, seen in the other, less the one-way delay of %d ms; %d probes, in turns%n",
                delayMs, probes);
        System.out.println("| beside it | Meridian p50 / p99 ms | Redis p50 / p99 ms |\n|---|---|---|");
        lagLine("nothing", meridian, redis, 0);
        lagLine("2,000 SET/s", meridian, redis, 2_000);
        lagLine("10,000 SET/s", meridian, redis, 10_000);

        System.out.printf("%nbytes on the way, both directions, for %d commands%n", writes);
        System.out.println("| commands | Meridian B/command | Redis B/command | ratio |\n|---|---|---|---|");
        bytesLine("SET key:N, 100 B of JSON", meridian, redis, 16, i -> new String[] {"SET", "key:" + i, json(i)});
        bytesLine("the same, one at a time", meridian, redis, 1, i -> new String[] {"SET", "key:" + i, json(i)});
        bytesLine(
                "SET key:N, 100 random B", meridian, redis, 16, i -> new String[] {"SET", "key:" + i, noise(100)});
        bytesLine(
                "INCR of 1,000 counters", meridian, redis, 16, i -> new String[] {"INCR", "counter:" + i % 1000});
        bytesLine(
                "HSET, a field of 20 B", meridian, redis, 16, i -> new String[] {
                    "HSET", "user:" + i % 1000, "field" + i % 20, noise(20)
                });
        long before = meridian.bytes();
        long beforeRedis = redis.bytes();
        TimeUnit.SECONDS.sleep(10);
        System.out.printf(
                "at rest: Meridian %d B/s, Redis %d B/s; load after: %s%n",
                (meridian.bytes() - before) / 10, (redis.bytes() - beforeRedis) / 10, Machine.load());
    }

    private Pair meridian() throws Exception {
        Path file = Files.writeString(work.resolve("two.yaml"), FILE);
        int us = Server.freePort();
        int eu = Server.freePort();
        DelayRelay toUs = new DelayRelay(us, delayMs * 1_000_000);
        DelayRelay toEu = new DelayRelay(eu, delayMs * 1_000_000);
        Server first = Server.meridian(home, work, file, "us-east-1", us, Map.of("eu-west-1", toEu.port()));
        Server second = Server.meridian(home, work, file, "eu-west-1", eu, Map.of("us-east-1", toUs.port()));
        return new Pair(first, second, List.of(toUs, toEu));
    }

    private Pair redis() throws Exception {
        Server first = Server.redis(work);
        DelayRelay toFirst = new DelayRelay(first.port, delayMs * 1_000_000);
        Server second = Server.redis(work, "--replicaof", "127.0.0.1 " + toFirst.port(), "--repl-diskless-sync-delay", "0");
        return new Pair(first, second, List.of(toFirst));
    }

    private void lagLine(String load, Pair meridian, Pair redis, int perSecond) throws Exception {
        Map<Pair, List<Double>> lags = new HashMap<>(Map.of(meridian, new ArrayList<>(), redis, new ArrayList<>()));
        for (int turn = 0; turn < 6; turn++) {
            Pair pair = turn % 2 == 0 ? meridian : redis;
            try (Load beside = new Load(pair.writer.port, perSecond)) {
                lag(pair, probes / 3, lags.get(pair));
            }
        }
        System.out.printf(
                "| %s | %s | %s |%n",
                load, Figures.of(lags.get(meridian)).halfAndMost(), Figures.of(lags.get(redis)).halfAndMost());
    }

    private void lag(Pair pair, int count, List<Double> lags) throws IOException, InterruptedException {
        try (Resp writer = new Resp(pair.writer.port);
                Resp reader = new Resp(pair.reader.port)) {
            for (int i = 0; i < count; i++) {
                String mark = Long.toHexString(random.nextLong());
                long sentNs = System.nanoTime();
                writer.ask("SET", "mark", mark);
                // Nobody can see it earlier, so nobody takes the servers' time by asking.
                TimeUnit.NANOSECONDS.sleep(sentNs + delayMs * 1_000_000 - 1_000_000 - System.nanoTime());
                awaitSeen(reader, "mark", mark, sentNs);
                lags.add((System.nanoTime() - sentNs) / 1e6 - delayMs);
                TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000));
            }
        }
    }

    /** Until a first write has crossed the way; before, both may answer that they are being filled. */
    private static void awaitTogether(Pair pair) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + SEEN_NS;
        boolean seen = false;
        while (!seen) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException(pair.writer.name + " does not replicate");
            }
            TimeUnit.MILLISECONDS.sleep(100);
            try (Resp writer = new Resp(pair.writer.port);
                    Resp reader = new Resp(pair.reader.port)) {
                writer.ask("SET", "mark", "first");
                seen = reader.ask("GET", "mark").equals("first");
            } catch (Resp.Refused e) {
                // Not yet.
                continue;
            }
        }
    }

    private static void awaitSeen(Resp reader, String key, String value, long sinceNs) throws IOException {
        while (!reader.ask("GET", key).equals(value)) {
            if (System.nanoTime() - sinceNs > SEEN_NS) {
                throw new IOException(key + " did not arrive in 30 s");
            }
        }
    }

    private interface Command {
        String[] of(int i);
    }

    private void bytesLine(String what, Pair meridian, Pair redis, int pipeline, Command command) throws IOException {
        int count = pipeline == 1 ? writes / 10 : writes;
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(command.of(i));
        }
        double ours = bytes(meridian, commands, pipeline) / (double) count;
        double theirs = bytes(redis, commands, pipeline) / (double) count;
        System.out.printf(
                Locale.ROOT, "| %s, pipeline %d | %.1f | %.1f | **%.2f** |%n", what, pipeline, ours, theirs, ours / theirs);
    }

    private long bytes(Pair pair, List<String[]> commands, int pipeline) throws IOException {
        try (Resp writer = new Resp(pair.writer.port);
                Resp reader = new Resp(pair.reader.port)) {
            long before = pair.bytes();
            for (int i = 0; i < commands.size(); i += pipeline) {
                int end = Math.min(commands.size(), i + pipeline);
                for (int k = i; k < end; k++) {
                    writer.send(commands.get(k));
                }
                for (int k = i; k < end; k++) {
                    writer.answer();
                }
            }
            String mark = Long.toHexString(random.nextLong());
            long sentNs = System.nanoTime();
            writer.ask("SET", "mark", mark);
            awaitSeen(reader, "mark", mark, sentNs);
            return pair.bytes() - before;
        }
    }

    private String json(int i) {
        return String.format(
                Locale.ROOT,
                "{\"id\":%d,\"name\":\"user-%d\",\"balance\":%d,\"city\":\"%s\",\"token\":\"%s\"}",
                i,
                random.nextInt(100_000),
                random.nextInt(10_000),
                List.of("Dublin", "Lagos", "Lima", "Osaka").get(random.nextInt(4)),
                noise(16));
    }

    private String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(94)));
        }
        return text.toString();
    }

    /** Writers of 100 bytes at a steady rate, in batches each 2 ms. */
    private static final class Load implements AutoCloseable {
        private volatile boolean ended;
        private final Thread thread;

        Load(int port, int perSecond) {
            thread = Thread.ofPlatform().daemon().start(() -> run(port, perSecond / 500));
        }

        private void run(int port, int batch) {
            try (Resp connection = new Resp(port)) {
                long dueNs = System.nanoTime();
                for (int i = 0; !ended && batch > 0; i += batch) {
                    for (int k = 0; k < batch; k++) {
                        connection.send("SET", "load:" + (i + k) % 100_000, "x".repeat(100));
                    }
                    for (int k = 0; k < batch; k++) {
                        connection.answer();
                    }
                    dueNs += 2_000_000;
                    TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
                }
            } catch (IOException e) {
                System.err.println("load: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }
}
