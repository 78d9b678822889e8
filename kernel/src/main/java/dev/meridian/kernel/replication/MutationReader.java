package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.RowForm;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.data.Write;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies mutations that were made elsewhere, or earlier: each once, after everything that its origin had seen.
 * {@link #read} looks at a record without changing anything; {@link #apply} then takes it whole. A malformed record
 * throws before anything is changed. Not thread-safe.
 */
public final class MutationReader {
    /** What may be done with a record. */
    public enum Verdict {
        /** Its turn has come. */
        READY,
        /** Applied before. */
        KNOWN,
        /** Something that its origin had seen is not here yet, or an earlier mutation of the origin. */
        WAITS,
        /** An origin that was never introduced. */
        STRANGER,
        /** A group that this region does not keep. */
        MISPLACED
    }

    private record Operation(
            int opcode,
            byte[] key,
            Type type,
            byte[] element,
            byte @Nullable [] value,
            Contribution.@Nullable Kind kind,
            long startSeq,
            @Nullable Number before,
            @Nullable Number sum,
            long limitHlc,
            List<Floor> floors) {}

    private record Floor(
            Type type, byte[] element, int origin, Contribution.Kind kind, long startSeq, long seq, Number sum) {}

    private static final byte[] NO_ELEMENT = {};

    private final Placement placement;
    private final Keyspace keyspace;
    private final Origins origins;
    private final Group[] groups;
    private final ByteReader in = new ByteReader();
    private final Write write = new Write();
    private final List<Operation> operations = new ArrayList<>();
    private int[] seenOrigins = new int[8];
    private long[] seenSeqs = new long[8];
    private int seenCount;

    private int group;
    private int origin;
    private long seq;
    private long hlc;

    public MutationReader(Placement placement, Keyspace keyspace, Group[] groups) {
        this.placement = placement;
        this.keyspace = keyspace;
        this.origins = keyspace.origins();
        this.groups = groups;
    }

    /** The group of the record read last, an index. */
    public int group() {
        return group;
    }

    public int origin() {
        return origin;
    }

    public long seq() {
        return seq;
    }

    /** The HLC of the first operation of the record read last. */
    public long hlc() {
        return hlc;
    }

    /** Reads a record of kind {@link MutationCodec#MUTATION} from its payload, as one that has just come. */
    public Verdict read(byte[] bytes, int offset, int length) {
        return read(bytes, offset, length, false);
    }

    /** @param accepted whether the record is in the log here already and is to take effect now, on what the rows contain */
    Verdict read(byte[] bytes, int offset, int length, boolean accepted) {
        in.wrap(bytes, offset, length);
        if (in.u8() != MutationCodec.MUTATION) {
            throw new MalformedBytesException("not a mutation");
        }
        group = placement.groupOf(in.i32());
        long originId = in.i64();
        seq = in.i64();
        hlc = in.i64();
        if (group < 0 || !groups[group].kept()) {
            return Verdict.MISPLACED;
        }
        origin = origins.find(originId);
        if (origin < 0) {
            return Verdict.STRANGER;
        }
        Group g = groups[group];
        VersionVector has = accepted ? g.shown() : g.applied();
        long last = has.get(origin);
        if (seq <= last) {
            return Verdict.KNOWN;
        }
        seenCount = in.count();
        if (seenCount > in.remaining() / MutationCodec.SEEN_BYTES_MIN) {
            throw new MalformedBytesException("a vector of " + seenCount + " origins in " + in.remaining() + " bytes");
        }
        if (seenCount > seenOrigins.length) {
            seenOrigins = new int[seenCount];
            seenSeqs = new long[seenCount];
        }
        boolean ready = seq == last + 1;
        for (int i = 0; i < seenCount; i++) {
            int o = origins.find(in.i64());
            long s = in.varint();
            if (s <= 0) {
                throw new MalformedBytesException("sequence number " + s + " in a vector");
            }
            seenOrigins[i] = o;
            seenSeqs[i] = s;
            ready &= o >= 0 && has.get(o) >= s;
        }
        return ready ? Verdict.READY : Verdict.WAITS;
    }

    /** Why the record read last has to wait, for a person. */
    public String waitsFor() {
        Group g = groups[group];
        StringBuilder text = new StringBuilder(g.policy().id() + " " + origins.region(origin) + "/" + origin + " seq "
                + seq + " after " + g.applied().get(origin));
        for (int i = 0; i < seenCount; i++) {
            int o = seenOrigins[i];
            text.append(" saw ").append(o).append('@').append(seenSeqs[i]);
            text.append(o < 0 ? " (unknown)" : " of " + g.applied().get(o));
        }
        return text.toString();
    }

    /** Applies the record that {@link #read} has just found READY. */
    public void apply() {
        Group g = groups[group];
        parse();
        VersionVector seen = g.seenBy(origin);
        for (int i = 0; i < seenCount; i++) {
            seen.set(seenOrigins[i], seenSeqs[i]);
        }
        write.begin(origin, seq, hlc, seen);
        boolean first = true;
        for (Operation op : operations) {
            if (!first) {
                write.nextOperation();
            }
            first = false;
            if (g.held()) {
                perform(op);
            }
        }
        operations.clear();
        g.shown().set(origin, seq);
        g.applied().raise(origin, seq);
        g.remote++;
        g.dropped += write.dropped;
        write.dropped = 0;
    }

    /** One operation of a mutation, for a person: {@code value} is what it sets or adds, null where it removes. */
    public record Change(String what, byte[] key, String type, byte[] element, byte @Nullable [] value) {}

    /** Takes the operations of a mutation, one after the other, to make others of them. */
    public interface Changes {
        Key key(byte[] id);

        MutationWriter to();
    }

    /** What a mutation does, whether or not it may be applied here. */
    public List<Change> changes(byte[] record) {
        open(record);
        List<Change> changes = new ArrayList<>();
        for (Operation op : operations) {
            Number added = added(op);
            byte[] value = added == null ? op.value : added.toString().getBytes(StandardCharsets.US_ASCII);
            String what = switch (op.opcode) {
                case MutationCodec.PUT -> "set";
                case MutationCodec.REMOVE -> "remove";
                case MutationCodec.ADD -> "add";
                case MutationCodec.END -> "expire";
                default -> "delete";
            };
            changes.add(new Change(what, op.key, op.type.redisName(), op.element, value));
        }
        operations.clear();
        return changes;
    }

    /** Makes a new mutation that does what this one did: sets what it set, removes what it removed, and adds what it added. */
    public void again(byte[] record, Changes changes) {
        open(record);
        for (Operation op : List.copyOf(operations)) {
            MutationWriter to = changes.to();
            Key key = changes.key(op.key);
            Number added = added(op);
            switch (op.opcode) {
                case MutationCodec.PUT -> {
                    byte[] value = op.value;
                    if (value != null) {
                        to.put(key, op.type, op.element, value);
                    }
                }
                case MutationCodec.REMOVE -> to.remove(key, op.type, op.element);
                case MutationCodec.ADD -> {
                    Contribution.Kind kind = op.kind;
                    if (added != null && kind != null) {
                        to.add(key, op.type, op.element, kind, added);
                    }
                }
                case MutationCodec.CLEAR -> to.clear(key);
                // Every region judges by the time whether a key has ended.
                default -> {}
            }
        }
        operations.clear();
    }

    private @Nullable Number added(Operation op) {
        Number before = before(op);
        return switch (op.sum) {
            case null -> null;
            case Long sum -> before == null ? sum : (Number) (sum - before.longValue());
            case BigDecimal sum -> before == null ? sum : sum.subtract((BigDecimal) before);
            case Number sum -> before == null ? sum : (Number) (sum.doubleValue() - before.doubleValue());
        };
    }

    /** What the sum was that the operation tells of; one that began in the same mutation is told by what stands before it there. */
    private @Nullable Number before(Operation op) {
        Number before = op.before;
        for (Operation earlier : operations) {
            if (earlier == op) {
                break;
            }
            if (op.before == null
                    && op.kind != null
                    && op.kind == earlier.kind
                    && op.startSeq == earlier.startSeq
                    && op.type == earlier.type
                    && Arrays.equals(op.key, earlier.key)
                    && Arrays.equals(op.element, earlier.element)) {
                before = earlier.sum;
            }
        }
        return before;
    }

    private void open(byte[] record) {
        in.wrap(record, 0, record.length);
        in.skip(1);
        group = placement.groupOf(in.i32());
        in.skip(8);
        seq = in.i64();
        hlc = in.i64();
        for (int n = in.count(); n > 0; n--) {
            in.skip(8);
            in.varint();
        }
        parse();
    }

    /**
     * The record that {@link #read} has just found READY is to take effect later: from now on this node has it. Answers the keys that it
     * changes.
     */
    List<byte[]> accept() {
        parse();
        write.begin(origin, seq, hlc + Math.max(0, operations.size() - 1), groups[group].seenBy(origin));
        List<byte[]> keys = operations.stream().map(op -> op.key).toList();
        operations.clear();
        groups[group].applied().set(origin, seq);
        return keys;
    }

    /** The HLC of the last operation applied or accepted. */
    public long lastHlc() {
        return write.hlc();
    }

    private void perform(Operation op) {
        Key key = keyspace.obtain(op.key, placement.datasetOf(op.key));
        for (Floor f : op.floors) {
            keyspace.floor(key, f.type, f.element, f.origin, f.kind, f.startSeq, f.seq, f.sum);
        }
        switch (op.opcode) {
            case MutationCodec.PUT -> {
                byte[] value = op.value;
                if (value != null) {
                    keyspace.put(key, op.type, op.element, value, write);
                }
            }
            case MutationCodec.REMOVE -> keyspace.remove(key, op.type, op.element, write);
            case MutationCodec.ADD -> {
                Contribution.Kind kind = op.kind;
                Number sum = op.sum;
                if (kind != null && sum != null) {
                    keyspace.add(key, op.type, op.element, kind, op.startSeq, op.before, sum, write);
                }
            }
            case MutationCodec.END -> keyspace.end(key, op.limitHlc, write);
            default -> keyspace.clear(key, write);
        }
    }

    /** Parses every operation, so that a malformed one is found before any has taken effect. */
    private void parse() {
        operations.clear();
        while (in.remaining() > 0) {
            int opcode = in.u8();
            byte[] key = in.bytes();
            Dataset dataset = placement.datasetOf(key);
            if (dataset.group() != group) {
                throw new MalformedBytesException("a key of another group");
            }
            List<Floor> floors = List.of();
            if (opcode == MutationCodec.CLEAR || opcode == MutationCodec.END) {
                long limit = opcode == MutationCodec.END ? in.i64() : 0;
                if (limit < 0 || limit > hlc + operations.size()) {
                    throw new MalformedBytesException("an end later than the operation that tells of it");
                }
                int cells = in.count();
                floors = new ArrayList<>();
                for (int i = 0; i < cells; i++) {
                    Type type = MutationCodec.type(in);
                    byte[] element = MutationCodec.hasElement(type) ? in.bytes() : NO_ELEMENT;
                    floors(type, element, floors);
                }
                operations.add(
                        new Operation(opcode, key, Type.HEADER, NO_ELEMENT, null, null, 0, null, null, limit, floors));
                continue;
            }
            Type type = MutationCodec.type(in);
            byte[] element = MutationCodec.hasElement(type) ? in.bytes() : NO_ELEMENT;
            switch (opcode) {
                case MutationCodec.PUT, MutationCodec.REMOVE -> {
                    if (in.remaining() == 0) {
                        throw new MalformedBytesException("an operation without its counters");
                    }
                    if (in.array()[in.position()] != 0) {
                        floors = new ArrayList<>();
                        floors(type, element, floors);
                    } else {
                        in.skip(1);
                    }
                    byte[] value = opcode == MutationCodec.PUT ? in.bytes() : null;
                    if (value != null) {
                        RowForm.checkValue(type, value);
                    }
                    RowForm.check(type, element, value);
                    operations.add(new Operation(opcode, key, type, element, value, null, 0, null, null, 0, floors));
                }
                case MutationCodec.ADD -> {
                    Contribution.Kind kind = MutationCodec.kind(in);
                    RowForm.checkKind(type, kind);
                    long startSeq = in.varint();
                    Number before = startSeq == seq ? null : MutationCodec.number(in, kind);
                    Number sum = MutationCodec.number(in, kind);
                    operations.add(
                            new Operation(opcode, key, type, element, null, kind, startSeq, before, sum, 0, floors));
                }
                default -> throw new MalformedBytesException("unknown operation " + opcode);
            }
        }
    }

    private void floors(Type type, byte[] element, List<Floor> into) {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            int o = origins.find(in.i64());
            Contribution.Kind kind = MutationCodec.kind(in);
            long startSeq = in.varint();
            long s = in.varint();
            Number sum = MutationCodec.number(in, kind);
            if (o >= 0) {
                into.add(new Floor(type, element, o, kind, startSeq, s, sum));
            }
        }
    }
}
