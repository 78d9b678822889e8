package dev.meridian.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data of this type are kept in these regions only.
 *
 * @param remoteAccess null when the rule leaves it to the datasets
 */
public record Residency(
        String type, List<String> allowedRegions, @Nullable RemoteAccess remoteAccess) {}
