package dev.meridian.server.consensus;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What a region's Ratis server remembers of elections, in the file {@code raft-meta}: the term, and for whom it has voted. A write that fails, on a full
 * disk, leaves the file without them, and the server would never start again (Ratis 3.3).
 */
final class VoteFile {
    /** 2020-01-01, before the first election of any control group. */
    private static final long EPOCH_MS = 1_577_836_800_000L;

    /** No election takes less. */
    private static final long ELECTION_MS = 100;

    private VoteFile() {}

    /**
     * Gives files that have lost their content a term in which the region cannot have voted yet, and a vote for itself in it: of two votes in one
     * term one would be forgotten. There were not as many terms as a tenth of a second has passed since 2020, whatever the clocks of others
     * show; the others follow to the new term.
     *
     * @return the files that were mended
     */
    static List<Path> mend(Path directory, String region, long wallMs) throws IOException {
        try (Stream<Path> groups = Files.list(directory)) {
            List<Path> lost = groups.map(group -> group.resolve("current").resolve("raft-meta"))
                    .filter(Files::exists)
                    .filter(VoteFile::isLost)
                    .toList();
            for (Path file : lost) {
                Properties kept = new Properties();
                kept.setProperty("term", Long.toString(Math.max(1, (wallMs - EPOCH_MS) / ELECTION_MS)));
                kept.setProperty("votedFor", region);
                Path written = file.resolveSibling("raft-meta.mended");
                try (Writer out = Files.newBufferedWriter(written)) {
                    kept.store(out, null);
                }
                DurableFiles.replace(written, file);
            }
            return lost;
        }
    }

    private static boolean isLost(Path file) {
        Properties kept = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            kept.load(in);
            return kept.getProperty("votedFor") == null || Long.parseLong(kept.getProperty("term", "")) < 0;
        } catch (IOException | IllegalArgumentException e) {
            return true;
        }
    }
}
