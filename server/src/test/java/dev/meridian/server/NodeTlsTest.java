package dev.meridian.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.certificate.StagedCertificates;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Whole nodes whose links are encrypted. */
class NodeTlsTest {
    private static final String YAML = "multi_region:\n  name: shop\n  regions:\n    - name: us-east-1\n"
            + "    - name: eu-west-1\n" + StagedCertificates.YAML + "    key_exchange: hybrid_required\n";
    private static final int KEYS = 20_000;

    @TempDir
    Path directory;

    private StagedNodes nodes() throws Exception {
        new StagedCertificates(directory, "shop", "us-east-1", "eu-west-1");
        return new StagedNodes(directory, YAML, null, List.of("eu-west-1", "us-east-1")); // who is tapped listens first
    }

    @Test
    void whatIsWrittenInOneRegionIsReadInTheOtherAndBytesOnTheWayTellNothing() throws Exception {
        try (StagedNodes nodes = nodes();
                TappedLink tap = new TappedLink(nodes.link("eu-west-1"))) {
            nodes.detour("us-east-1", "eu-west-1", tap.address());
            nodes.startAll();
            try (Jedis us = nodes.redis("us-east-1");
                    Jedis eu = nodes.redis("eu-west-1")) {
                Pipeline writes = us.pipelined();
                for (int i = 0; i < KEYS; i++) {
                    writes.set("basket:" + i, "a secret of somebody " + i);
                }
                writes.sync();
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(eu.dbSize()).isEqualTo(KEYS));
                assertThat(eu.get("basket:77")).isEqualTo("a secret of somebody 77");
            }
            String seen = new String(tap.dialler(), StandardCharsets.ISO_8859_1);
            assertThat(seen).doesNotContain("MERIDIAN", "secret", "basket");
            String metrics = nodes.http("us-east-1", "/metrics").body();
            assertThat(metrics)
                    .contains("meridian_link_key_exchange{peer=\"eu-west-1\",key_exchange=\"X25519MLKEM768\"} 1")
                    .containsPattern("meridian_link_certificate_expires_seconds 3\\d{7}");
        }
    }

    @Test
    void aRecordedSessionPlayedAgainIsRefused() throws Exception {
        try (StagedNodes nodes = nodes();
                TappedLink tap = new TappedLink(nodes.link("eu-west-1"))) {
            nodes.detour("us-east-1", "eu-west-1", tap.address());
            nodes.startAll();
            try (Jedis us = nodes.redis("us-east-1");
                    Jedis eu = nodes.redis("eu-west-1")) {
                us.set("k", "v");
                await().untilAsserted(() -> assertThat(eu.get("k")).isEqualTo("v"));
            }
            byte[] recorded = tap.dialler();
            nodes.stop("us-east-1");
            await().until(() ->
                    !nodes.peer("us-east-1", "eu-west-1").path("connected").asBoolean());
            InetSocketAddress link = nodes.link("eu-west-1");
            try (Socket again = new Socket(link.getAddress(), link.getPort())) {
                again.setSoTimeout(10_000);
                try {
                    again.getOutputStream().write(recorded);
                    while (again.getInputStream().read() >= 0) {
                        continue;
                    }
                } catch (java.net.SocketException cut) {
                    assertThat(cut).hasMessageNotContaining("refused");
                }
            }
            await().untilAsserted(
                            () -> assertThat(nodes.http("eu-west-1", "/metrics").body())
                                    .contains("meridian_link_faults_total{reason=\"handshake\"} 1"));
            assertThat(nodes.peer("us-east-1", "eu-west-1").path("connected").asBoolean())
                    .isFalse();
        }
    }
}
