package dev.meridian.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How links between regions are protected.
 *
 * @param files null: links are plain
 * @param privateNetwork the file vouches that nobody but the regions reaches the link ports
 */
public record LinkProtection(@Nullable Files files, KeyExchange keyExchange, boolean privateNetwork) {
    private static final String REGION = "{region}";

    /**
     * Where a region finds what it shows others and checks them by.
     *
     * @param certificate with {@code {region}} for the region's name, as the key
     * @param revoked serial numbers; null: none is revoked
     */
    public record Files(
            String certificate,
            String key,
            Path authority,
            @Nullable Path revoked) {
        public Path certificate(String region) {
            return Path.of(certificate.replace(REGION, region));
        }

        public Path key(String region) {
            return Path.of(key.replace(REGION, region));
        }
    }
}
