package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the certificates of links are, and whether their keys are kept well. Whether they are any good a node finds out. */
final class LinkDerivation {
    private static final String PREFIX = "links.";
    private static final List<String> TOGETHER = List.of("certificate", "key", "authority");

    private final Problems problems;
    private final Recorder recorder;
    private final Section section;
    private final @Nullable Path directory;

    LinkDerivation(Problems problems, Recorder recorder, Section section, @Nullable Path directory) {
        this.problems = problems;
        this.recorder = recorder;
        this.section = section;
        this.directory = directory;
    }

    LinkProtection derive(List<String> regions) {
        String certificate = path("certificate", "default: none, so links are plain and only on loopback");
        String key = path("key", "default: none");
        String authority = path("authority", "default: none");
        String revoked = path("revoked", "default: none");
        KeyExchange exchange = recorder.take(section, "key_exchange", PREFIX, KeyExchange.HYBRID_PREFERRED, "default");
        boolean isPrivate = recorder.take(section, "private_network", PREFIX, false, "default");
        LinkProtection.Files files = certificate == null || key == null || authority == null
                ? null
                : new LinkProtection.Files(
                        certificate, key, Path.of(authority), revoked == null ? null : Path.of(revoked));
        if (files == null) {
            incomplete(exchange);
        } else {
            regions.forEach(region -> keyOf(region, files));
        }
        return new LinkProtection(files, exchange, isPrivate);
    }

    private @Nullable String path(String key, String reason) {
        String given = recorder.takeOptional(section, key, PREFIX, reason);
        Found<String> found = section.find(key);
        if (given == null || found == null) {
            return null;
        }
        try {
            return directory == null
                    ? Path.of(given).toString()
                    : directory.resolve(given).normalize().toString();
        } catch (InvalidPathException e) {
            problems.error(ErrorCodes.LINK_FILES, found.span(), "this is not a path: " + given, null, "name a file");
            return null;
        }
    }

    private void incomplete(KeyExchange exchange) {
        List<String> missing =
                TOGETHER.stream().filter(key -> !section.mentions(key)).toList();
        boolean asked = missing.size() < TOGETHER.size()
                || section.mentions("revoked")
                || exchange == KeyExchange.HYBRID_REQUIRED;
        if (asked && !missing.isEmpty()) {
            problems.error(
                    ErrorCodes.LINK_FILES,
                    section.span(),
                    "links name no " + String.join(" and no ", missing),
                    "encrypted links need certificate, key and authority",
                    "`meridian certificates init FILE` makes them; or take the other keys of `links` out");
        }
    }

    private void keyOf(String region, LinkProtection.Files files) {
        Found<String> found = section.find("key");
        if (found != null && FileAccess.readableByOthers(files.key(region))) {
            problems.error(
                    ErrorCodes.SECRET_READABLE,
                    found.span(),
                    "everybody on this machine can read the key " + files.key(region),
                    null,
                    "chmod 600 that file; if others may have read it, make a new one and revoke its certificate");
        }
    }
}
