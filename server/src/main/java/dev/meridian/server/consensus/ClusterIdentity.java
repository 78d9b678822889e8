package dev.meridian.server.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** To which control group a data directory belongs: kept beside its log, and compared with what the log says. */
final class ClusterIdentity {
    private final Path file;

    ClusterIdentity(Path directory) {
        file = directory.resolve("cluster");
    }

    /** What is wrong with taking part in this control group; null when nothing is. Kept from then on. */
    @Nullable
    String check(long cluster) throws IOException {
        if (cluster == 0) {
            return null;
        }
        String text = HexFormat.of().toHexDigits(cluster);
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            Path written = file.resolveSibling("cluster.new");
            Files.writeString(written, text);
            DurableFiles.replace(written, file);
            return null;
        }
        String kept = Files.readString(file).strip();
        return kept.equals(text)
                ? null
                : "this data directory belongs to control group " + kept + ", the other regions are control group "
                        + text + ": correct the addresses, or start this region with an empty data directory";
    }
}
