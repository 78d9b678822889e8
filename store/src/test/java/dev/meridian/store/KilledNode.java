package dev.meridian.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meridian.kernel.log.RowBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process that counts for ever: record n sets the row {@code n mod} {@link #ROWS} to n. One thread appends, one syncs, one
 * writes checkpoints and trims. Says on standard output how far it is, and waits to be killed.
 */
final class KilledNode {

    static final int ROWS = 500;

    /** Small, so that a second of work rolls, flushes, compacts and trims many times. */
    static final StoreOptions OPTIONS = Appending.OPTIONS
            .withSegmentBytes(64 << 10)
            .withWriteBufferBytes(64 << 10)
            .withLogBytesBeforeFlush(256 << 10);

    /** Said when rows have come to rest and the log has been let go below them. */
    static final String LET_GO = "let go";

    private record Cut(long lsn, long number, TreeMap<String, Long> rows) {}

    private static TreeMap<String, Long> dirty = new TreeMap<>();
    private static volatile Cut next;

    private KilledNode() {}

    static String key(long number) {
        return "row " + number % ROWS;
    }

    public static void main(String[] args) {
        RegionStore store = RocksRegionStore.open(Path.of(args[0]), OPTIONS);
        Appending.Contents contents = Appending.Contents.of(store);
        long number = contents.meta().map(Long::parseLong).orElse(0L);
        for (String record : contents.records()) {
            number = Long.parseLong(record);
            dirty.put(key(number), number);
        }
        Thread.ofPlatform().daemon().start(() -> syncForEver(store));
        Thread.ofPlatform().daemon().start(() -> checkpointForEver(store));
        while (true) {
            String[] batch = new String[20];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = Long.toString(++number);
                dirty.put(key(number), number);
            }
            Appending.append(store, batch);
            System.out.println("appended " + number);
            if (next == null) {
                next = new Cut(store.endLsn(), number, dirty);
                dirty = new TreeMap<>();
            }
        }
    }

    private static void syncForEver(RegionStore store) {
        while (true) {
            store.sync();
        }
    }

    private static void checkpointForEver(RegionStore store) {
        while (true) {
            Cut cut = next;
            if (cut == null) {
                Thread.onSpinWait();
                continue;
            }
            RowBatch rows = new RowBatch(1 << 14);
            for (Map.Entry<String, Long> row : cut.rows.entrySet()) {
                rows.put(row.getKey().getBytes(UTF_8), row.getValue().toString().getBytes(UTF_8));
            }
            store.writeCheckpoint(
                    new Checkpoint(cut.lsn, Long.toString(cut.number).getBytes(UTF_8), rows));
            if (store.trim(cut.lsn) > 0) {
                System.out.println(LET_GO);
            }
            next = null;
        }
    }

    /** The rows as they are after record {@code number}. */
    static Map<String, String> rowsAt(long number) {
        TreeMap<String, String> rows = new TreeMap<>();
        for (long n = Math.max(1, number - ROWS + 1); n <= number; n++) {
            rows.put(key(n), Long.toString(n));
        }
        return rows;
    }

    static List<String> command(Path directory) {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledNode.class.getName(),
                directory.toString());
    }
}
