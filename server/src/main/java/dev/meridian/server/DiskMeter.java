package dev.meridian.server;

import dev.meridian.server.admin.NodeView.DiskFigures;
import dev.meridian.store.RegionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much of the disk a node uses. Measured by one thread, read by any. */
final class DiskMeter {
    private static final Logger LOG = LoggerFactory.getLogger(DiskMeter.class);
    private static final long DATA_MEASURED_NS = 5_000_000_000L;

    private final RegionStore store;
    private final Path dataDirectory;
    private volatile @Nullable DiskFigures figures;
    private long dataMeasuredNs;

    DiskMeter(RegionStore store, Path dataDirectory) {
        this.store = store;
        this.dataDirectory = dataDirectory;
    }

    /** As last measured; null before. */
    @Nullable
    DiskFigures figures() {
        return figures;
    }

    /** Measures anew; the files are counted every few seconds only. */
    void measure() {
        DiskFigures before = figures;
        long data = before == null ? 0 : before.data();
        if (before == null || System.nanoTime() - dataMeasuredNs > DATA_MEASURED_NS) {
            dataMeasuredNs = System.nanoTime();
            try (Stream<Path> files = Files.walk(dataDirectory)) {
                data = files.mapToLong(file -> file.toFile().length()).sum();
            } catch (IOException | UncheckedIOException e) {
                // Files come and go while they are counted; the next count is as good.
                LOG.debug("the data directory was not measured", e);
            }
        }
        figures = new DiskFigures(data, store.endLsn() - store.startLsn(), store.usableBytes());
    }
}
