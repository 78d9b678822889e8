package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.bytes.Sha256;
import dev.meridian.kernel.placement.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which cells wait for a person, and what the rules of {@link Resolution#CUSTOM} make of siblings. Follows from the cells alone,
 * so it is the same after a restart and in every region that has the same of them. Costs nothing where there are no
 * siblings. Not thread-safe.
 */
public final class Conflicts {
    /** Marks of cells, beside those of {@link Keyspace}. */
    static final int LISTED = 16;

    private static final int QUARANTINED = 32;

    /** The longest answer of a rule: as the longest string that a command makes. */
    private static final int ANSWER_BYTES_MAX = 32 << 20;

    private static final int TOKEN_BYTES = 8;

    private static final Comparator<Cell> ORDER = (a, b) -> {
        int byKey = Arrays.compareUnsigned(a.key.id(), b.key.id());
        int byType = byKey != 0 ? byKey : a.type.compareTo(b.type);
        return byType != 0 ? byType : Arrays.compareUnsigned(a.id(), b.id());
    };

    /**
     * What a rule made of a cell's siblings.
     *
     * @param value what readers see; null when the rule has no answer: they then see the newest
     * @param quarantine why there is no answer; null when there is one
     */
    public record Outcome(byte @Nullable [] value, @Nullable String quarantine) {}

    private static final class OfDataset {
        final @Nullable ConflictRule rule;
        final boolean records;
        final TreeSet<Cell> waiting = new TreeSet<>(ORDER);
        final DroppedValues dropped;
        int quarantined;

        OfDataset(@Nullable ConflictRule rule, boolean records, DirtyRows dirty) {
            this.rule = rule;
            this.records = records;
            this.dropped = new DroppedValues(dirty);
        }
    }

    private final Origins origins;
    private final DirtyRows dirty;
    private final List<ConflictPolicy> policies;
    private final ArrayList<@Nullable OfDataset> byDataset = new ArrayList<>();
    private final RowCodec rows = new RowCodec();

    Conflicts(Origins origins, DirtyRows dirty, List<ConflictPolicy> policies) {
        this.origins = origins;
        this.dirty = dirty;
        this.policies = List.copyOf(policies);
    }

    private OfDataset of(Dataset dataset) {
        while (byDataset.size() <= dataset.index()) {
            byDataset.add(null);
        }
        OfDataset known = byDataset.get(dataset.index());
        if (known == null) {
            ConflictRule rule = null;
            boolean records = dataset.resolution().countsByWriting();
            for (ConflictPolicy policy : policies) {
                if (policy.dataset().equals(dataset.name())) {
                    rule = policy.rule();
                    records |= policy.recordDropped();
                }
            }
            known = new OfDataset(rule, records, dirty);
            byDataset.set(dataset.index(), known);
        }
        return known;
    }

    /** A cell that has siblings or is listed has changed. */
    void settled(Cell cell) {
        OfDataset dataset = of(cell.key.dataset);
        if ((cell.marks & LISTED) != 0) {
            dataset.waiting.remove(cell);
            dataset.quarantined -= (cell.marks & QUARANTINED) != 0 ? 1 : 0;
            cell.marks &= ~(LISTED | QUARANTINED);
        }
        Resolution resolution = cell.key.dataset.resolution();
        Cell.Sibling head = cell.siblings;
        if (head == null || !resolution.countsByWriting()) {
            return;
        }
        boolean quarantined = false;
        if (resolution == Resolution.CUSTOM && cell.type.holdsText()) {
            Outcome outcome = outcome(cell, dataset.rule);
            head.outcome = outcome;
            quarantined = outcome.quarantine != null;
        }
        if (quarantined || resolution == Resolution.MANUAL && differ(cell)) {
            dataset.waiting.add(cell);
            dataset.quarantined += quarantined ? 1 : 0;
            cell.marks |= quarantined ? LISTED | QUARANTINED : LISTED;
        }
    }

    /** Whether the siblings are different values of the key: lifetimes are none, and the same value twice is agreement. */
    private static boolean differ(Cell cell) {
        if (cell.type == Type.EXPIRY || cell.type.mergesByNature()) {
            return false;
        }
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            if (!Arrays.equals(s.value, cell.value)) {
                return true;
            }
        }
        return false;
    }

    /** Asks the rule twice, each time with copies, and believes it when it says the same. */
    private Outcome outcome(Cell cell, @Nullable ConflictRule rule) {
        if (rule == null) {
            return new Outcome(null, "the dataset has no rule");
        }
        byte[] first;
        byte[] second;
        try {
            first = rule.resolve(cell.key.id().clone(), copies(cell));
            second = rule.resolve(cell.key.id().clone(), copies(cell));
        } catch (RuntimeException | StackOverflowError e) {
            String message = e.getMessage();
            return new Outcome(null, message == null ? e.getClass().getSimpleName() : message);
        }
        if (!Arrays.equals(first, second)) {
            return new Outcome(null, "the rule gave two answers for the same siblings");
        }
        if (first.length > ANSWER_BYTES_MAX) {
            return new Outcome(null, "the rule's answer has " + first.length + " bytes, more than " + ANSWER_BYTES_MAX);
        }
        return new Outcome(first, null);
    }

    private List<ConflictRule.Version> copies(Cell cell) {
        List<ConflictRule.Version> copies = new ArrayList<>();
        for (Cell.Sibling s : cell.versions()) {
            copies.add(new ConflictRule.Version(s.value.clone(), Hlc.ms(s.hlc), origins.region(s.origin)));
        }
        return copies;
    }

    // ---- what is not seen any more ----

    /** Whether the dataset has conflicts to wait for a person, or keeps records of dropped values. */
    public boolean records(Dataset dataset) {
        return of(dataset).records;
    }

    /** A value lost to a concurrent write, or to a removal, with this stamp. */
    void dropped(
            Cell cell,
            byte[] value,
            int origin,
            long seq,
            long hlc,
            DroppedValue.Reason reason,
            long winnerHlc,
            int winnerOrigin) {
        OfDataset dataset = of(cell.key.dataset);
        if (dataset.records) {
            Cell.Sibling dropped = new Cell.Sibling(value, origin, seq, hlc, null);
            dataset.dropped.add(DroppedValue.of(cell, dropped, reason, winnerHlc, winnerOrigin, origins), false);
        }
    }

    /** A write is about to take the place of those of the cell's siblings that it has seen. */
    void replaced(Cell cell, Write w, byte @Nullable [] value) {
        OfDataset dataset = of(cell.key.dataset);
        if (dataset.records && cell.type != Type.EXPIRY && !cell.type.mergesByNature()) {
            for (Cell.Sibling s : cell.versions()) {
                if (w.saw(s.origin, s.seq) && !Arrays.equals(s.value, value)) {
                    dataset.dropped.add(
                            DroppedValue.of(cell, s, DroppedValue.Reason.RESOLVED, w.hlc, w.origin, origins), false);
                }
            }
        }
    }

    /** A write to a key is about to remove a value of a type that another has hidden. */
    public void hidden(Cell cell, long hlc, int by) {
        OfDataset dataset = of(cell.key.dataset);
        if (dataset.records) {
            for (Cell.Sibling s : cell.versions()) {
                dataset.dropped.add(DroppedValue.of(cell, s, DroppedValue.Reason.HIDDEN, hlc, by, origins), false);
            }
        }
    }

    void restored(DroppedValue record, boolean atRest) {
        of(record.key.dataset).dropped.add(record, atRest);
    }

    /** How many dropped values are on record here. */
    public int recorded(Dataset dataset) {
        return of(dataset).dropped.size();
    }

    /** How many records have made room for later ones since the start. */
    public long forgotten(Dataset dataset) {
        return of(dataset).dropped.forgotten();
    }

    /** Up to {@code limit} records, the oldest value first. {@code after} is a {@link #position}, or null. */
    public List<DroppedValue> droppedPage(Dataset dataset, byte @Nullable [] after, int limit) {
        return of(dataset).dropped.page(after == null ? null : (DroppedValue) at(dataset, after, true), limit);
    }

    // ---- the queue ----

    /** How many cells of the dataset wait for a person, those in quarantine included. */
    public int open(Dataset dataset) {
        return of(dataset).waiting.size();
    }

    /** How many of them wait because the rule has no answer. */
    public int quarantined(Dataset dataset) {
        return of(dataset).quarantined;
    }

    /** Up to {@code limit} of the cells that wait, in the order of their keys. {@code after} is a {@link #position}, or null. */
    public List<Cell> page(Dataset dataset, byte @Nullable [] after, int limit) {
        SortedSet<Cell> from = of(dataset).waiting;
        if (after != null) {
            from = of(dataset).waiting.tailSet(at(dataset, after, false), false);
        }
        List<Cell> page = new ArrayList<>();
        for (Cell cell : from) {
            if (page.size() == limit) {
                break;
            }
            page.add(cell);
        }
        return page;
    }

    /** The cells of the key that wait for a person. */
    public List<Cell> of(Key key) {
        List<Cell> mine = new ArrayList<>();
        for (Cell cell : of(key.dataset).waiting.tailSet(new Cell(key, Type.HEADER, Cell.NO_ID))) {
            if (cell.key != key) {
                break;
            }
            mine.add(cell);
        }
        return mine;
    }

    /** Names a place in the order of {@link #page}, whether the cell is there still or not. */
    public byte[] position(Cell cell) {
        ByteWriter out = new ByteWriter(64);
        rows.key(cell, out);
        return out.toByteArray();
    }

    private static Cell at(Dataset dataset, byte[] position, boolean dropped) {
        ByteReader in = new ByteReader(position);
        byte[] key = in.bytes();
        Type type = Type.of(in.u8());
        if (type == null || (type == Type.DROPPED) != dropped) {
            throw new MalformedBytesException("no position in a list of conflicts");
        }
        byte[] element = new byte[in.remaining()];
        System.arraycopy(position, in.skip(element.length), element, 0, element.length);
        Key named = new Key(key, dataset);
        return type == Type.DROPPED ? DroppedValue.at(named, element) : new Cell(named, type, element);
    }

    /** Names the cell's siblings: another set of siblings has another token, and the same set the same in every region. */
    public String token(Cell cell) {
        ByteWriter out = new ByteWriter(128);
        rows.key(cell, out);
        for (Cell.Sibling s : cell.versions()) {
            out.i64(origins.id(s.origin));
            out.i64(s.seq);
            out.i64(s.hlc);
        }
        return HexFormat.of().formatHex(new Sha256().of(out.array(), 0, out.size()), 0, TOKEN_BYTES);
    }
}
