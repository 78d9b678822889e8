package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LogIndex;
import dev.meridian.kernel.replication.MutationLog;
import dev.meridian.kernel.replication.MutationReader;
import dev.meridian.kernel.replication.MutationWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The data layer of one region alone: rows, the writer and the reader of mutations, a clock. Its mutations are
 * handed over as records by {@link #take}.
 */
public final class DataNode {
    static final int REGIONS = 5;
    static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    /** All values in their order; none where one of them is a 3. */
    public static final ConflictRule JOINED = (key, siblings) -> {
        StringBuilder joined = new StringBuilder();
        for (ConflictRule.Version version : siblings) {
            String value = new String(version.value(), StandardCharsets.ISO_8859_1);
            if (value.equals("3")) {
                throw new IllegalStateException("no threes");
            }
            joined.append(value).append('<');
        }
        return bytes(joined.toString());
    };

    public final Origins origins = new Origins();
    public final Keyspace keyspace;
    public final Group group;
    public final Placement placement;
    public final MutationReader reader;
    public final Hlc hlc = new Hlc(Long.MAX_VALUE / 4);
    public final int region;
    public MutationWriter writer;
    public long wallMs = 1_000;
    private final MutationLog log = new MutationLog(1 << 20);

    /** A node of region 0 to 4 that knows the given origins, in this order; its own is {@code self}. */
    public DataNode(int region, long self, long... known) {
        this(region, JOINED, self, known);
    }

    /** The same with another rule for the dataset "custom". */
    DataNode(int region, ConflictRule rule, long self, long... known) {
        this.region = region;
        GroupPolicy policy = new GroupPolicy("g", NAMES, null, 0, GroupPolicy.LagAction.WARN);
        placement = new Placement(
                NAMES.get(region),
                NAMES,
                List.of(policy),
                List.of(
                        dataset(Placement.DEFAULT, 0, Resolution.LAST_WRITE_WINS),
                        dataset("crdt", 1, Resolution.CRDT),
                        dataset("manual", 2, Resolution.MANUAL),
                        dataset("custom", 3, Resolution.CUSTOM),
                        dataset("record", 4, Resolution.LAST_WRITE_WINS)));
        for (long id : known) {
            introduce(id);
        }
        keyspace = new Keyspace(
                origins,
                1,
                List.of(new ConflictPolicy("custom", rule, false), new ConflictPolicy("record", null, true)));
        group = new Group(0, policy, NAMES.get(region));
        reader = new MutationReader(placement, keyspace, new Group[] {group});
        writer = writer(self);
    }

    /** Takes the next run of this region's process: a new origin. */
    public MutationWriter writer(long self) {
        group.self(introduce(self));
        writer = new MutationWriter(keyspace, hlc, log, new Group[] {group}, new LogIndex(1));
        return writer;
    }

    /** Origins' identities name their region in their last digit, so that everyone agrees. */
    public int introduce(long id) {
        return origins.add(id, NAMES.get((int) Long.remainderUnsigned(id, 10)));
    }

    private static Dataset dataset(String name, int index, Resolution resolution) {
        return new Dataset(
                name,
                index,
                0,
                resolution,
                true,
                Dataset.RemoteAccess.NONE,
                false,
                Dataset.ReadLevel.EVENTUAL,
                0,
                NAMES);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public Key key(String name) {
        byte[] id = bytes(name);
        return keyspace.obtain(id, placement.datasetOf(id));
    }

    /** Closes the open mutation and gives its record. */
    public byte[] take() {
        if (!writer.commit()) {
            throw new IllegalStateException("no mutation is open");
        }
        List<byte[]> records = new ArrayList<>();
        log.drain((lsn, array, offset, length) -> {
            for (int at = offset; at < offset + length; ) {
                int payload = LogFormat.check(array, at, offset + length, lsn + at - offset);
                byte[] record = new byte[payload];
                System.arraycopy(array, at + LogFormat.HEADER_BYTES, record, 0, payload);
                records.add(record);
                at += LogFormat.HEADER_BYTES + payload;
            }
        });
        if (records.size() != 1) {
            throw new IllegalStateException(records.size() + " records of one mutation");
        }
        return records.getFirst();
    }

    /** Applies the record if its turn has come. */
    public MutationReader.Verdict receive(byte[] record) {
        MutationReader.Verdict verdict = reader.read(record, 0, record.length);
        if (verdict == MutationReader.Verdict.READY) {
            hlc.adopt(reader.hlc());
            reader.apply();
            hlc.adopt(reader.lastHlc());
        }
        return verdict;
    }

    /** The canonical state before anything has ended. */
    public byte[] canonical() {
        return canonical(0);
    }

    public byte[] canonical(long nowMs) {
        ByteWriter out = new ByteWriter(1024);
        CanonicalState.write(keyspace, nowMs, out);
        return out.toByteArray();
    }

    /** Whether the keyspace's derived structures say what its cells say; an error text, or null. */
    public String inconsistency() {
        String[] found = {null};
        int[] live = {0};
        List<String> waiting = new ArrayList<>();
        keyspace.forEach(key -> {
            forEachCell(key, cell -> {
                boolean differ = cell.type != Type.EXPIRY
                        && !cell.type.mergesByNature()
                        && cell.versions().stream().anyMatch(v -> !Arrays.equals(v.value, cell.value));
                boolean refused = cell.outcome() != null && cell.outcome().quarantine() != null;
                if (key.dataset.resolution() == Resolution.MANUAL && differ || refused) {
                    waiting.add(name(cell));
                }
            });
            if (key.blank()) {
                found[0] = "a blank key stayed";
            }
            boolean any = key.string != null && key.string.present();
            for (Collection c = key.collections; c != null; c = c.other) {
                int[] present = {0};
                Collection collection = c;
                c.table.forEach(cell -> {
                    if (cell.blank()) {
                        found[0] = "a blank cell stayed in " + collection.type;
                    }
                    if (cell.present()) {
                        present[0]++;
                    }
                    if (cell instanceof ScoredCell s && cell.present() && s.score() != s.computedScore()) {
                        found[0] = "a score is stale";
                    }
                });
                if (present[0] != c.size()) {
                    found[0] = c.type + " counts " + c.size() + " of " + present[0];
                }
                if (c.type == Type.ZSET && c.byScore().size() != present[0]
                        || c.type == Type.LIST && c.byPosition().size() != present[0]) {
                    found[0] = c.type + " orders another number of elements than are present";
                }
                any |= present[0] > 0;
            }
            if (any) {
                live[0]++;
            }
            long end = key.expiry == null || key.expiry.value == null ? 0 : Cell.instant(key.expiry.value);
            if (end != key.expireAtMs()) {
                found[0] = "the end is stale";
            }
        });
        List<String> listed = new ArrayList<>();
        for (Dataset dataset : placement.datasets()) {
            keyspace.conflicts().page(dataset, null, Integer.MAX_VALUE).forEach(cell -> listed.add(name(cell)));
        }
        Collections.sort(waiting);
        Collections.sort(listed);
        if (!listed.equals(waiting)) {
            found[0] = "conflicts listed " + listed + " of " + waiting;
        }
        if (live[0] != keyspace.size()) {
            found[0] = "size is " + keyspace.size() + " of " + live[0];
        }
        return found[0];
    }

    private static String name(Cell cell) {
        return new String(cell.key.id(), StandardCharsets.ISO_8859_1) + " " + cell.type + " "
                + new String(cell.id(), StandardCharsets.ISO_8859_1);
    }

    private static void forEachCell(Key key, Consumer<Cell> visitor) {
        if (key.string != null) {
            visitor.accept(key.string);
        }
        if (key.expiry != null) {
            visitor.accept(key.expiry);
        }
        for (Collection c = key.collections; c != null; c = c.other) {
            c.table.forEach(visitor::accept);
        }
    }

    /** How many removals the cells and keys themselves remember. */
    int tombstonesStanding() {
        int[] count = {0};
        keyspace.forEach(key -> {
            count[0] += key.clearedHlc != 0 ? 1 : 0;
            count(key.string, count);
            count(key.expiry, count);
            for (Collection c = key.collections; c != null; c = c.other) {
                c.table.forEach(cell -> count(cell, count));
            }
        });
        return count[0];
    }

    private static void count(Cell cell, int[] count) {
        count[0] += cell != null && cell.hlc != 0 && cell.value == null ? 1 : 0;
    }
}
