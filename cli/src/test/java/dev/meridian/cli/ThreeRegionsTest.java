package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.meridian.cli.repository.Repository;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import tools.jackson.databind.JsonNode;

/** The shop of the examples in three real processes, through real clients: what is promised at first sight holds. */
class ThreeRegionsTest {
    private static final String US = "us-east-1";
    private static final String EU = "eu-west-1";
    private static final String AP = "ap-southeast-1";

    /** A second dataset that stays in Ireland, but may be used from elsewhere. */
    private static final String HEALTH = """
                - name: health
                  topology: geo-partitioned
                  type: health_records
                  remote_access: read_write
            """;

    @TempDir
    private static Path directory;

    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        String shop = Files.readString(Repository.ROOT.resolve("examples/shop.yaml"));
        String file = shop.replace("\n  replication:", "\n" + HEALTH + "\n  replication:")
                .replace(
                        "    data_residency:\n",
                        "    data_residency:\n      - type: health_records\n        allowed_regions: [eu-west-1]\n");
        up = new UpProcess(directory, file, List.of());
    }

    @AfterAll
    static void end() {
        up.close();
    }

    @Test
    void whatIsWrittenOnBothSidesOfACutIsMergedWhenItHeals_V1() {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU);
                Jedis ap = up.client(AP)) {
            us.set("profiles:1", "ada");
            await().atMost(UpProcess.PATIENCE).until(() -> "ada".equals(eu.get("profiles:1")));
            await().atMost(UpProcess.PATIENCE).until(() -> "ada".equals(ap.get("profiles:1")));

            assertThat(up.run("wan", "cut", US, EU).exitCode()).isZero();
            assertThat(up.run("wan", "cut", EU, AP).exitCode()).isZero();
            us.sadd("carts:7", "apples");
            us.incrBy("carts:7:visits", 2);
            us.set("profiles:1", "london");
            eu.sadd("carts:7", "pears");
            eu.incr("carts:7:visits");
            eu.set("profiles:1", "paris");
            assertThat(us.smembers("carts:7")).containsExactly("apples");
            assertThat(eu.smembers("carts:7")).containsExactly("pears");

            assertThat(up.run("wan", "heal").exitCode()).isZero();
            for (Jedis region : List.of(us, eu, ap)) {
                await().atMost(UpProcess.PATIENCE).untilAsserted(() -> {
                    assertThat(region.smembers("carts:7")).containsExactlyInAnyOrder("apples", "pears");
                    assertThat(region.get("carts:7:visits")).isEqualTo("3");
                    assertThat(region.get("profiles:1")).isEqualTo("paris");
                });
            }
            assertThat(up.run("cli", US, "MERIDIAN.INSPECT", "carts:7:visits").out())
                    .contains("\"counted\"", "us-east-1/", "eu-west-1/");
            assertThat(up.run("verify", "carts").out()).containsPattern("carts +equal ");
        }
    }

    @Test
    void aRegionKilledUnderLoadHasAllThatItAcknowledgedAndCatchesUpAndStatusSaysSo_D1() throws Exception {
        var acknowledged = new AtomicInteger();
        Thread load = Thread.ofPlatform().start(() -> writeUntilItDies(acknowledged));
        await().atMost(UpProcess.PATIENCE).until(() -> acknowledged.get() >= 500);
        assertThat(up.run("kill", EU).out()).isEqualTo("eu-west-1 killed\n");
        load.join();
        assertThat(state(EU)).isEqualTo("down");

        for (String other : List.of(US, AP)) {
            assertThat(up.run("wan", "set", other, EU, "--rate", "300kB/s").exitCode())
                    .isZero();
        }
        try (Jedis us = up.client(US)) {
            writeMeanwhile(us);
        }
        assertThat(up.run("start", EU).exitCode()).isZero();
        await().atMost(UpProcess.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> state(EU).equals("catching_up"));
        try (Jedis eu = up.client(EU)) {
            for (int i = 1; i <= acknowledged.get(); i++) {
                assertThat(eu.get("load:" + i))
                        .as("load:%d of %d", i, acknowledged.get())
                        .isEqualTo("value " + i);
            }
            await().atMost(UpProcess.PATIENCE).until(() -> eu.exists("meanwhile:1999"));
        }
        await().atMost(UpProcess.PATIENCE).until(() -> state(EU).equals("serving"));
        assertThat(up.run("verify", "default").out()).containsPattern("default +equal ");
    }

    @Test
    void dataWithAResidencyIsNowhereElseAndRefusedThere_R1_R2() throws IOException {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU);
                Jedis ap = up.client(AP)) {
            eu.set("user_pii:lovelace-4711", "value-byron-4711");
            for (Jedis elsewhere : List.of(us, ap)) {
                assertThatThrownBy(() -> elsewhere.get("user_pii:lovelace-4711"))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageStartingWith("RESIDENCY ")
                        .hasMessageContaining("eu-west-1")
                        .hasMessageNotContaining("lovelace");
                assertThatThrownBy(() -> elsewhere.set("user_pii:lovelace-4711", "value-other"))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageStartingWith("RESIDENCY ");
            }
            us.set("profiles:seen", "marker-4711");
            await().atMost(UpProcess.PATIENCE).until(() -> "marker-4711".equals(ap.get("profiles:seen")));
            assertThat(placesOf("lovelace-4711")).containsExactly("data/eu-west-1");
            assertThat(placesOf("value-byron-4711")).containsExactly("data/eu-west-1");
            assertThat(placesOf("marker-4711")).contains("data/us-east-1", "data/ap-southeast-1");
        }
    }

    @Test
    void withRemoteAccessARegionForwardsAndKeepsNothing_R3() throws IOException {
        try (Jedis us = up.client(US);
                Jedis eu = up.client(EU)) {
            assertThat(us.set("health:hopper-0815", "value-pulse-0815")).isEqualTo("OK");
            assertThat(us.get("health:hopper-0815")).isEqualTo("value-pulse-0815");
            assertThat(eu.get("health:hopper-0815")).isEqualTo("value-pulse-0815");
            assertThat(us.keys("health:*")).isEmpty();
            assertThat(placesOf("hopper-0815")).containsExactly("data/eu-west-1");
            assertThat(placesOf("value-pulse-0815")).containsExactly("data/eu-west-1");
        }
    }

    @Test
    void logsHoldNoKeyNoValueAndNoSecretWhateverIsSent_R1() throws IOException {
        List<String> doors = new ArrayList<>();
        up.state()
                .regions()
                .forEach(region -> doors.addAll(List.of(
                        region.respText(),
                        region.httpUrl().substring("http://".length()),
                        "127.0.0.1:" + region.link())));
        try (Jedis us = up.client(US)) {
            us.set("logged-key", "logged-value");
            us.hset("logged-hash", "logged-field", "logged-value");
            for (String[] wrong : new String[][] {
                {"INCR", "logged-hash"}, {"NOSUCH", "logged-word"}, {"SET", "logged-key"}, {"AUTH", "logged-secret"}
            }) {
                assertThatThrownBy(() -> us.sendCommand(
                                () -> wrong[0].getBytes(StandardCharsets.UTF_8),
                                java.util.Arrays.copyOfRange(wrong, 1, wrong.length)))
                        .isInstanceOf(JedisDataException.class);
            }
        }
        for (String door : doors) {
            send(door, "GET /logged-path?logged-query HTTP/1.1\r\nHost: logged-host\r\n\r\n");
            send(door, "*2\r\n$3\r\nGET\r\n$-7\r\nlogged-garbage\r\n");
        }
        assertThat(placesOf("logged-")).isNotEmpty().noneMatch(place -> place.startsWith("log/"));
    }

    /** Sends text and reads until the other side ends the connection, or has said all it will for now. */
    private static void send(String door, String text) throws IOException {
        int colon = door.lastIndexOf(':');
        try (var socket = new Socket(door.substring(0, colon), Integer.parseInt(door.substring(colon + 1)))) {
            socket.setSoTimeout(500);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException | SocketTimeoutException e) {
            // Cut off, or kept open without a word: either way it was read.
            return;
        }
    }

    private static void writeUntilItDies(AtomicInteger acknowledged) {
        try (Jedis eu = up.client(EU)) {
            for (int i = 1; ; i++) {
                eu.set("load:" + i, "value " + i);
                acknowledged.set(i);
            }
        } catch (JedisConnectionException e) {
            // The end of the region is what the load waits for; what was acknowledged is counted.
            return;
        }
    }

    /** About a megabyte that does not compress. */
    private static void writeMeanwhile(Jedis us) {
        var random = new SplittableRandom(7);
        var noise = new byte[500];
        Pipeline pipeline = us.pipelined();
        for (int i = 0; i < 2_000; i++) {
            random.nextBytes(noise);
            pipeline.set(("meanwhile:" + i).getBytes(StandardCharsets.UTF_8), noise.clone());
        }
        pipeline.sync();
    }

    private static String state(String region) {
        for (JsonNode each : up.run("status", "-o", "json").json().path("regions")) {
            if (each.path("region").asString().equals(region)) {
                JsonNode status = each.path("status");
                return status.isObject() ? status.path("state").asString() : "down";
            }
        }
        throw new AssertionError("status does not know " + region);
    }

    /** Which parts of the deployment's directory hold the text, raw: {@code data/REGION} or {@code log/FILE}. */
    private static TreeSet<String> placesOf(String text) throws IOException {
        Path home = up.state().directory();
        List<Path> files;
        try (Stream<Path> all = Files.walk(home)) {
            files = new ArrayList<>(all.filter(Files::isRegularFile).toList());
        }
        var places = new TreeSet<String>();
        for (Path file : files) {
            try {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    places.add(home.relativize(file).subpath(0, 2).toString());
                }
            } catch (NoSuchFileException e) {
                // The store has replaced it meanwhile; the successor is in the next listing.
                continue;
            }
        }
        return places;
    }
}
