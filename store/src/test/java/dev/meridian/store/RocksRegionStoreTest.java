package dev.meridian.store;

import static dev.meridian.store.Appending.OPTIONS;
import static dev.meridian.store.Appending.append;
import static dev.meridian.store.Appending.checkpoint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.log.LogFormat;
import dev.meridian.store.Appending.Contents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksRegionStoreTest {

    @TempDir
    Path directory;

    @Test
    void newStoreIsEmptyAndKeepsTheIdentityThatItWasGiven() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            Contents contents = Contents.of(store);
            assertThat(contents.meta()).isEmpty();
            assertThat(contents.rows()).isEmpty();
            assertThat(contents.records()).isEmpty();
            assertThat(store.endLsn()).isZero();
        }
        StoreOptions again = StoreOptions.of("shop", "eu-west-1", new UUID(1, 2));
        try (RegionStore store = RocksRegionStore.open(directory, again)) {
            assertThat(store.identity()).isEqualTo(new StoreIdentity(Appending.STORE_ID, "shop", "eu-west-1"));
        }
    }

    @Test
    void everythingComesBackAfterAnOrderlyEnd_D1() {
        long cut;
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            append(store, "one", "two");
            cut = append(store, "three");
            store.writeCheckpoint(checkpoint(cut, "vector 3", "a=1", "b=2", "c=3"));
            append(store, "four");
        }
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            Contents contents = Contents.of(store);
            assertThat(contents.meta()).contains("vector 3");
            assertThat(contents.rows()).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
            assertThat(contents.records()).containsExactly("four");
            assertThat(contents.report().checkpointLsn()).isEqualTo(cut);
            assertThat(contents.report().tornTailBytes()).isZero();
            assertThat(store.durableLsn()).isEqualTo(store.endLsn());
            assertThat(Contents.of(store, 0).records()).containsExactly("one", "two", "three", "four");
        }
    }

    @Test
    void laterCheckpointsOverwriteAndDeleteRows() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            store.writeCheckpoint(checkpoint(0, "first", "a=1", "b=2"));
            store.writeCheckpoint(checkpoint(append(store, "x"), "second", "a=11", "b", "c=", "d=1", "d"));
            Contents contents = Contents.of(store);
            assertThat(contents.meta()).contains("second");
            assertThat(contents.rows()).isEqualTo(Map.of("a", "11", "c", ""));
        }
    }

    @Test
    void rowsAndRecordsOfAnySizeComeBack() {
        String key = "key".repeat(1000);
        String value = "value".repeat(100_000);
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS.withSegmentBytes(1 << 20))) {
            long cut = append(store, value.repeat(8), "small");
            store.writeCheckpoint(checkpoint(cut, "m", "a=1", key + "=" + value, "z="));
            Contents contents = Contents.of(store, 0);
            assertThat(contents.rows()).isEqualTo(Map.of("a", "1", key, value, "z", ""));
            assertThat(contents.records()).containsExactly(value.repeat(8), "small");
            assertThat(store.read(0, 100).length()).isEqualTo(8 * value.length() + 8);
        }
    }

    @Test
    void checkpointIsDurableOnceFlushedAndNotBefore_D1() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            long cut = append(store, "x");
            store.writeCheckpoint(checkpoint(cut, "m", "a=1"));
            assertThat(store.durableCheckpoint()).isEmpty();
            store.flush();
            assertThat(store.durableCheckpoint().orElseThrow().lsn()).isEqualTo(cut);
            store.writeCheckpoint(checkpoint(append(store, "y"), "n", "a=2"));
            assertThat(store.durableCheckpoint().orElseThrow().meta()).isEqualTo("m".getBytes(UTF_8));
        }
    }

    @Test
    void rowsNeverGetAheadOfTheDurableLog_D1() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            long cut = append(store, "x");
            assertThat(store.durableLsn()).isZero();
            store.writeCheckpoint(checkpoint(cut, "m", "a=1"));
            assertThat(store.durableLsn()).isEqualTo(cut);
            assertThatThrownBy(() -> store.writeCheckpoint(checkpoint(cut + 1, "m")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the log ends at lsn " + cut);
        }
    }

    @Test
    void aCutThatKnowsItsPlaceRoughlyNeverPutsRowsBeforeALogThatIsTrimmed_D3() {
        StoreOptions options = OPTIONS.withSegmentBytes(100);
        long first;
        long second;
        try (RegionStore store = RocksRegionStore.open(directory, options)) {
            first = append(store, "x".repeat(80));
            append(store, "y".repeat(80));
            append(store, "y".repeat(80));
            second = append(store, "z");
            store.writeCheckpoint(checkpoint(second, "m", "a=1"));
            store.flush();
            store.writeCheckpoint(checkpoint(first, "n", "a=2"));
            store.trim(second);
            store.flush();
        }
        try (RegionStore store = RocksRegionStore.open(directory, options)) {
            assertThat(store.startLsn()).isGreaterThan(first);
            assertThat(store.durableCheckpoint().orElseThrow().lsn()).isEqualTo(second);
            assertThat(Contents.of(store).rows()).isEqualTo(Map.of("a", "2"));
        }
    }

    @Test
    void readGivesWholeRecordsAcrossSegments() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS.withSegmentBytes(100))) {
            List<String> written = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                written.add("record " + i + "-".repeat(i * 3));
                append(store, written.getLast());
            }
            for (int maxBytes : new int[] {1, 60, 300, 100_000}) {
                List<String> read = new ArrayList<>();
                for (long lsn = 0; lsn < store.endLsn(); ) {
                    LogSlice slice = store.read(lsn, maxBytes);
                    payloads(slice, read);
                    lsn = slice.nextLsn();
                }
                assertThat(read).isEqualTo(written);
            }
            assertThat(store.read(store.endLsn(), 100).length()).isZero();
        }
    }

    private static void payloads(LogSlice slice, List<String> into) {
        for (int at = 0; at < slice.length(); ) {
            int length = LogFormat.check(slice.bytes(), at, slice.length(), slice.lsn() + at);
            assertThat(length).isPositive();
            into.add(new String(slice.bytes(), at + 8, length, UTF_8));
            at += 8 + length;
        }
    }

    @Test
    void trimLetsGoOfWholeSegmentsThatAreAtRestAndOfNoOthers() throws Exception {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS.withSegmentBytes(100))) {
            for (int i = 0; i < 10; i++) {
                append(store, "-".repeat(60));
            }
            long cut = store.endLsn();
            append(store, "-".repeat(60));
            assertThat(store.trim(cut)).as("nothing is at rest").isZero();
            store.writeCheckpoint(checkpoint(cut, "m", "a=1"));
            store.flush();
            assertThat(store.trim(Long.MAX_VALUE)).isEqualTo(cut);
            assertThatThrownBy(() -> store.read(0, 100))
                    .isInstanceOf(LogTrimmedException.class)
                    .hasMessageContaining("begins at lsn " + cut);
            assertThat(store.read(cut, 100).length()).isEqualTo(68);
            try (var files = Files.list(directory.resolve("log"))) {
                assertThat(files).hasSize(1);
            }
        }
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            assertThat(Contents.of(store).records()).hasSize(1);
        }
    }

    @Test
    void snapshotStaysAsItWasAndHoldsItsLog() throws Exception {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS.withSegmentBytes(100))) {
            append(store, "-".repeat(60));
            long cut = append(store, "-".repeat(60));
            store.writeCheckpoint(checkpoint(cut, "m", "a:1=1", "b:1=1", "b:2=2", "b:3=3", "c:1=1"));
            store.flush();
            try (StoreSnapshot snapshot = store.snapshot()) {
                append(store, "-".repeat(60));
                append(store, "-".repeat(60));
                store.writeCheckpoint(checkpoint(store.endLsn(), "n", "b:2", "b:9=9", "b:1=changed"));
                store.flush();
                assertThat(store.trim(Long.MAX_VALUE)).isEqualTo(cut);
                assertThat(snapshot.checkpoint().lsn()).isEqualTo(cut);
                assertThat(snapshot.checkpoint().meta()).isEqualTo("m".getBytes(UTF_8));
                assertThat(rows(snapshot, "b:", "")).containsExactly("b:1=1", "b:2=2", "b:3=3");
                assertThat(rows(snapshot, "b:", "b:2")).containsExactly("b:3=3");
                assertThat(rows(snapshot, "b:", "b:25")).containsExactly("b:3=3");
                assertThat(rows(snapshot, "", "")).hasSize(5);
            }
            assertThat(store.trim(Long.MAX_VALUE)).isGreaterThan(cut);
        }
    }

    @Test
    void everySnapshotIsOneCutWhileCheckpointsGoOn() throws Exception {
        StoreOptions small = OPTIONS.withWriteBufferBytes(64 << 10).withSegmentBytes(4096);
        try (RegionStore store = RocksRegionStore.open(directory, small)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean done = new AtomicBoolean();
            Thread writer = Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, e) -> failure.set(e))
                    .start(() -> {
                        for (int i = 1; !done.get(); i++) {
                            String[] rows = new String[100];
                            for (int row = 0; row < rows.length; row++) {
                                rows[row] = "row " + row + "=" + i;
                            }
                            store.writeCheckpoint(checkpoint(append(store, "record " + i), Integer.toString(i), rows));
                            store.trim(store.endLsn());
                        }
                    });
            Set<String> cuts = new HashSet<>();
            while (cuts.size() < 50 && failure.get() == null) {
                try (StoreSnapshot snapshot = store.snapshot()) {
                    String meta = new String(snapshot.checkpoint().meta(), UTF_8);
                    List<String> rows = rows(snapshot, "row ", "");
                    assertThat(rows).hasSize(meta.isEmpty() ? 0 : 100).allMatch(row -> row.endsWith("=" + meta));
                    assertThat(store.startLsn())
                            .isLessThanOrEqualTo(snapshot.checkpoint().lsn());
                    cuts.add(meta);
                }
            }
            done.set(true);
            writer.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void storeWithAnOpenSnapshotStaysOpenAndAClosedOneRefusesEverything() {
        RegionStore store = RocksRegionStore.open(directory, OPTIONS);
        StoreSnapshot snapshot = store.snapshot();
        assertThatThrownBy(store::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open snapshots");
        append(store, "still open");
        snapshot.close();
        store.close();
        store.close();
        assertThatThrownBy(store::durableCheckpoint).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(store::snapshot).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(store::flush).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> append(store, "x")).isInstanceOf(RuntimeException.class);
    }

    private static List<String> rows(StoreSnapshot snapshot, String prefix, String afterKey) {
        List<String> rows = new ArrayList<>();
        try (StoreSnapshot.Cursor cursor = snapshot.rows(prefix.getBytes(UTF_8), afterKey.getBytes(UTF_8))) {
            while (cursor.next()) {
                rows.add(new String(cursor.key(), UTF_8) + "=" + new String(cursor.value(), UTF_8));
            }
        }
        return rows;
    }

    @Test
    void appendElsewhereThanAtTheEndIsRefused() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            byte[] batch = Appending.batch(5, "x");
            assertThatThrownBy(() -> store.append(5, batch, 0, batch.length))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("append at lsn 5: the log ends at lsn 0");
        }
    }

    @Test
    void secondStoreOnOneDirectoryIsRefusedAndHarmsNothing() {
        try (RegionStore store = RocksRegionStore.open(directory, OPTIONS)) {
            assertThatThrownBy(() -> RocksRegionStore.open(directory, OPTIONS))
                    .isInstanceOf(StoreLockedException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            append(store, "still works");
        }
        RocksRegionStore.open(directory, OPTIONS).close();
    }

    @Test
    void directoryOfAnotherClusterOrRegionIsRefused() {
        RocksRegionStore.open(directory, OPTIONS).close();
        assertThatThrownBy(() -> RocksRegionStore.open(directory, StoreOptions.of("shop", "us-east-1", new UUID(1, 2))))
                .isInstanceOf(StoreMismatchException.class)
                .hasMessageContaining("belongs to region 'eu-west-1', not to 'us-east-1'");
        assertThatThrownBy(() -> RocksRegionStore.open(directory, StoreOptions.of("bank", "eu-west-1", new UUID(1, 2))))
                .isInstanceOf(StoreMismatchException.class)
                .hasMessageContaining("belongs to cluster 'shop', not to 'bank'");
    }
}
