package dev.meridian.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A file to begin with, commented, and the schema that editors complete it by. */
public final class StarterFile {
    /** Three coasts: enough for a majority, and an ocean between any two. */
    public static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");

    private StarterFile() {}

    /**
     * The text of the file. It loads without a problem if name and regions are well-formed names and
     * the regions are known ones.
     *
     * @param schema where the editor finds the schema: a path relative to the file, or a URL
     */
    public static String render(String name, List<String> regions, String schema) {
        StringBuilder places = new StringBuilder();
        for (String region : regions) {
            places.append("    - name: ").append(region).append('\n');
        }
        return """
                # yaml-language-server: $schema=%s
                #
                # meridian validate FILE                  every error at once
                # meridian up FILE                        all regions on this machine, with an emulated ocean between them
                # meridian config show --effective FILE   what this comes to, and why
                multi_region:
                  name: %s

                  regions:                      # known names bring place, cloud and law with them
                %s
                  datasets:                     # `sessions:42` belongs to `sessions`; all other keys to `default`
                    - name: sessions
                      consistency: session      # strong, quorum, bounded(2s), session, causal, monotonic_read, eventual
                      ttl: 30m
                    - name: counters
                      conflict_resolution: crdt # both sides of a cut link keep what they counted

                  replication:                  # what datasets take that say nothing else
                    strategy: async             # async, semi-sync, sync
                    consistency: eventual
                    conflict_resolution: last_write_wins
                    lag_threshold: 5s           # how much a lost region may take with it

                  # data_governance:            # data that may live in some regions only
                  #   data_residency:
                  #     - type: user_pii
                  #       allowed_regions: [%s]

                  # security:                   # without a password only this machine is served
                  #   password: ${MERIDIAN_PASSWORD}
                """.formatted(schema, name, places, regions.getLast());
    }

    /** The JSON Schema of configuration files. */
    public static String schema() {
        try (InputStream in = StarterFile.class.getResourceAsStream("meridian.schema.json")) {
            if (in == null) {
                throw new IllegalStateException("meridian.schema.json is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("meridian.schema.json cannot be read", e);
        }
    }
}
