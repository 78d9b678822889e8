package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/** Operators move primaries between real processes, under clients. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorTest {
    @TempDir
    private static Path directory;

    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        up = new UpProcess(
                directory, Files.readString(Repository.ROOT.resolve("examples/active-passive.yaml")), List.of());
        await().atMost(UpProcess.PATIENCE).until(() -> up.ping("us-west-2").equals("PONG"));
        await().atMost(UpProcess.PATIENCE).until(() -> isLive("us-west-2"));
        await().atMost(UpProcess.PATIENCE)
                .until(() -> !up.run("audit", "-o", "json").json().path("lines").isEmpty()
                        || decided("undrain", "us-west-2", "--yes"));
    }

    @AfterAll
    static void end() {
        up.close();
    }

    /** Whether it counts in every group, as the primary sees it: before that it is not handed anything. */
    private static boolean isLive(String region) {
        JsonNode groups = up.run("status", "-o", "json")
                .json()
                .path("regions")
                .path(0)
                .path("status")
                .path("groups");
        for (JsonNode group : groups) {
            if (!group.path("live").toString().contains(region)) {
                return false;
            }
        }
        return !groups.isEmpty();
    }

    private static boolean decided(String... command) {
        return up.run(command).exitCode() == ExitCode.DONE;
    }

    private static String primary(String dataset) {
        for (JsonNode region : up.run("status", "-o", "json").json().path("regions")) {
            for (JsonNode group : region.path("status").path("groups")) {
                for (JsonNode each : group.path("datasets")) {
                    if (each.asString().equals(dataset)
                            && group.path("takes_writes").asBoolean()) {
                        return region.path("region").asString();
                    }
                }
            }
        }
        return "nobody";
    }

    /** Writes one after the other until it is told to stop; what failed, and the longest wait. */
    private static final class Writer extends Thread {
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicLong done = new AtomicLong();
        final List<String> failures = new ArrayList<>();
        private final String region;
        private final String key;
        private final boolean isBlock;
        volatile long longestNs;

        Writer(String region, String key, boolean isBlock) {
            this.region = region;
            this.key = key;
            this.isBlock = isBlock;
        }

        @Override
        public void run() {
            try (Jedis client = up.client(region)) {
                while (!stop.get()) {
                    long beganNs = System.nanoTime();
                    try {
                        if (isBlock) {
                            var block = client.multi();
                            block.incr(key);
                            block.exec();
                        } else {
                            client.incr(key);
                        }
                        done.incrementAndGet();
                    } catch (RuntimeException e) {
                        failures.add(e.toString());
                        return;
                    }
                    longestNs = Math.max(longestNs, System.nanoTime() - beganNs);
                }
            }
        }
    }

    @Test
    @Order(1)
    void aSwitchoverUnderLoadLosesNothingAndFailsNothing_F1_D1() throws Exception {
        List<Writer> writers = List.of(
                new Writer("us-east-1", "orders:east", false),
                new Writer("us-west-2", "orders:west", false),
                new Writer("us-east-1", "orders:block", true));
        writers.forEach(writer -> writer.setDaemon(true));
        writers.forEach(Thread::start);
        await().atMost(UpProcess.PATIENCE).until(() -> writers.stream().allMatch(writer -> writer.done.get() > 20));
        // The first writes of a deployment wait for its first lease.
        writers.forEach(writer -> writer.longestNs = 0);
        for (String to : List.of("us-west-2", "us-east-1")) {
            long before =
                    writers.stream().mapToLong(writer -> writer.done.get()).sum();
            CommandLineRun run = up.run("switchover", "orders", "--to", to, "--yes");
            assertThat(run.exitCode()).as(run.err()).isZero();
            await().atMost(UpProcess.PATIENCE).until(() -> primary("orders").equals(to));
            await().atMost(UpProcess.PATIENCE)
                    .until(() -> writers.stream()
                                    .mapToLong(writer -> writer.done.get())
                                    .sum()
                            > before + 60);
        }
        for (Writer writer : writers) {
            writer.stop.set(true);
            writer.join();
        }
        for (Writer writer : writers) {
            assertThat(writer.failures).as(writer.key).isEmpty();
            try (Jedis client = up.client("us-east-1")) {
                assertThat(client.get(writer.key)).as(writer.key).isEqualTo(Long.toString(writer.done.get()));
            }
            System.out.printf(
                    "%s: %d writes, the longest %d ms%n", writer.key, writer.done.get(), writer.longestNs / 1_000_000);
        }
    }

    @Test
    @Order(2)
    void anOperationTakesEffectOnceAndIsInTheAudit_F6() {
        String[] move = {"switchover", "orders", "--to", "us-west-2", "--yes", "--operation", "monday"};
        assertThat(up.run(move).exitCode()).isZero();
        await().atMost(UpProcess.PATIENCE).until(() -> primary("orders").equals("us-west-2"));
        assertThat(decided("switchover", "orders", "--to", "us-east-1", "--yes"))
                .isTrue();
        await().atMost(UpProcess.PATIENCE).until(() -> primary("orders").equals("us-east-1"));
        assertThat(up.run(move).exitCode()).isZero();
        assertThat(primary("orders")).isEqualTo("us-east-1");
        assertThat(up.run("audit").out()).contains("monday");
    }

    @Test
    @Order(3)
    void withoutConsentNothingMoves() {
        CommandLineRun run = up.run("switchover", "orders", "--to", "us-west-2");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("orders", "us-east-1", "us-west-2", "error[MRD-3092]", "--yes");
        assertThat(primary("orders")).isEqualTo("us-east-1");
    }

    @Test
    @Order(4)
    void whatCannotBeIsRefusedWithItsReason() {
        assertThat(up.run("switchover", "ordrs", "--to", "us-west-2", "--yes").err())
                .contains("error[MRD-3090]", "did you mean orders?");
        assertThat(up.run("switchover", "orders", "--to", "us-wst-2", "--yes").err())
                .contains("error[MRD-3012]", "did you mean us-west-2?");
        assertThat(up.run("switchover", "orders", "--to", "us-east-2", "--yes").err())
                .contains("error[MRD-3091]", "choose one of us-east-1, us-west-2");
        assertThat(up.run("failover", "orders", "--to", "us-west-2", "--yes").err())
                .contains("error[MRD-3093]", "meridian switchover");
        assertThat(up.run("switchover", "orders", "--to", "us-west-2", "--operation", "../x")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(primary("orders")).isEqualTo("us-east-1");
    }

    @Test
    @Order(5)
    void aDrainedRegionLeadsNothingAndTheLastOneStays() {
        CommandLineRun drain = up.run("drain", "us-east-1", "--yes", "-o", "json");
        assertThat(drain.exitCode()).as(drain.err()).isZero();
        assertThat(drain.json().path("moves").size()).isPositive();
        await().atMost(UpProcess.PATIENCE).until(() -> primary("orders").equals("us-west-2"));
        assertThat(primary("sessions")).isEqualTo("us-west-2");
        CommandLineRun both = up.run("drain", "us-west-2", "--yes");
        assertThat(both.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(primary("orders")).isEqualTo("us-west-2");
        assertThat(up.run("switchover", "orders", "--to", "us-east-1", "--yes").err())
                .contains("drained or isolated");
        assertThat(decided("undrain", "us-east-1", "--yes")).isTrue();
        await().atMost(UpProcess.PATIENCE).until(() -> decided("switchover", "orders", "--to", "us-east-1", "--yes"));
    }

    /** The regions that others say they have a link with. */
    private static List<String> linked(String region) {
        List<String> linked = new ArrayList<>();
        for (JsonNode each : up.run("status", "-o", "json").json().path("regions")) {
            for (JsonNode peer : each.path("status").path("peers")) {
                boolean between = each.path("region").asString().equals(region)
                        || peer.path("region").asString().equals(region);
                if (between && peer.path("connected").asBoolean()) {
                    linked.add(each.path("region").asString());
                }
            }
        }
        return linked;
    }

    @Test
    @Order(6)
    void anIsolatedRegionHasNoLinksUntilItIsReadmittedNotEvenAfterARestart_F4() {
        await().atMost(UpProcess.PATIENCE).until(() -> !linked("us-west-2").isEmpty());
        for (String dataset : List.of("orders", "sessions")) {
            await().atMost(UpProcess.PATIENCE)
                    .until(() -> decided("switchover", dataset, "--to", "us-east-1", "--yes")
                            && primary(dataset).equals("us-east-1"));
        }
        CommandLineRun both = up.run("isolate", "us-west-2", "--override", "regions_on", "-o", "json");
        assertThat(both.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(linked("us-west-2")).isNotEmpty();

        CommandLineRun isolate = up.run("isolate", "us-west-2", "--yes");
        assertThat(isolate.exitCode()).as(isolate.err()).isZero();
        await().atMost(UpProcess.PATIENCE).until(() -> linked("us-west-2").isEmpty());
        try (Jedis east = up.client("us-east-1")) {
            // Confirmed by the witness, whose link stands.
            assertThat(east.set("orders:meanwhile", "confirmed")).isEqualTo("OK");
            east.set("sessions:meanwhile", "written");
        }
        assertThat(up.run("kill", "us-west-2").exitCode()).isZero();
        assertThat(up.run("start", "us-west-2").exitCode()).isZero();
        try (Jedis west = up.client("us-west-2")) {
            assertThat(west.get("sessions:meanwhile")).isNull();
            assertThat(linked("us-west-2")).isEmpty();

            assertThat(decided("readmit", "us-west-2", "--yes")).isTrue();
            await().atMost(UpProcess.PATIENCE).until(() -> "written".equals(west.get("sessions:meanwhile")));
            await().atMost(UpProcess.PATIENCE).until(() -> !linked("us-west-2").isEmpty());
        }
    }
}
