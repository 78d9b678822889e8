package dev.meridian.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.meridian.server.StagedNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class NodeMetricsTest {
    private static final Pattern LINE = Pattern.compile(
            "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? (-?[0-9.]+(E-?[0-9]+)?|NaN)");
    private static final String FILE = """
            multi_region:
              name: shop
              regions:
                - { name: eu-west-1, services: [api, database] }
                - { name: us-east-1, services: [api, database] }
            """;

    @TempDir
    Path directory;

    private static Set<String> names(String text, String pattern) {
        Set<String> names = new TreeSet<>();
        var matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test
    void everyFigureIsRealWellFormedAndDocumented() throws Exception {
        try (StagedNodes nodes = new StagedNodes(directory, FILE, null, List.of("eu-west-1", "us-east-1"))
                .withControl()
                .startAll()) {
            try (Jedis redis = nodes.redis("eu-west-1")) {
                redis.get("b");
                assertThatThrownBy(() -> redis.auth("somebody", "guessed")).hasMessageStartingWith("WRONGPASS");
                // A write from before the other region asked for records goes there with the rows.
                await().untilAsserted(() -> {
                    redis.set("a", "1");
                    assertThat(nodes.http("eu-west-1", "/metrics").body()).contains("reason=\"replication\"} ");
                });
                redis.get("a");
            }
            await().untilAsserted(
                            () -> assertThat(nodes.http("us-east-1", "/metrics").body())
                                    .contains("redis_db_keys{db=\"db0\"} 1\n")
                                    .contains("meridian_mutations_remote_total{group=\"")
                                    .contains("meridian_link_up{peer=\"eu-west-1\"} 1\n"));
            var answer = nodes.http("eu-west-1", "/metrics");
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            String text = answer.body();
            assertThat(text.lines()).allMatch(line -> LINE.matcher(line).matches());
            assertThat(text)
                    .contains("redis_commands_total{cmd=\"get\"} 2\n")
                    .contains("redis_keyspace_hits_total 1\n")
                    .contains("redis_keyspace_misses_total 1\n")
                    .contains("redis_up 1\n")
                    .contains("redis_acl_access_denied_auth_total 1\n")
                    .containsPattern("redis_net_input_bytes_total [1-9]")
                    .containsPattern("redis_net_output_bytes_total [1-9]")
                    .containsPattern("meridian_rtt_seconds\\{peer=\"us-east-1\"} [0-9.E-]+\n")
                    .containsPattern("meridian_link_group_bytes_total\\{peer=\"us-east-1\",group=\"[^\"]+\"} [1-9]")
                    .containsPattern(
                            "meridian_link_frame_bytes_total\\{peer=\"us-east-1\",reason=\"replication\"} [1-9]")
                    .containsPattern("meridian_turn_duration_seconds_count [1-9]");
            String documented = Files.readString(Path.of("../docs/metrics.md"))
                    .replaceAll("(?m)^.* Only with certificates \\|$", "");
            assertThat(names(documented, "^\\| `([a-z_]+)[`{]")).isEqualTo(names(text, "^# TYPE ([a-z_]+) "));
        }
    }
}
