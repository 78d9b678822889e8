package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.data.VersionVector;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Records of the log and of links. A mutation: kind 1, u32 group, u64 origin, u64 sequence number, u64 HLC of its first
 * operation; then how the origin's view of the group changed since its previous mutation (varint count; u64
 * origin, varint sequence number each); then operations to the end. An origin's introduction: kind 2, u64
 * origin, its region. Ids are global, so a record means the same on every node and travels unchanged.
 */
final class MutationCodec {
    static final int MUTATION = 1;
    static final int ORIGIN = 2;

    static final int PUT = 1;
    static final int REMOVE = 2;
    static final int ADD = 3;
    static final int CLEAR = 4;
    static final int END = 5;

    /** Bytes of a mutation up to its sequence number: they name it for ever. */
    static final int DOT_BYTES = 1 + 4 + 8 + 8;

    /** Bytes of a mutation before its vector. */
    static final int HEADER_BYTES = 1 + 4 + 8 + 8 + 8;

    /** Bytes of one entry of a mutation's vector, at least. */
    static final int SEEN_BYTES_MIN = 8 + 1;

    private MutationCodec() {}

    static void header(ByteWriter w, int group, long origin, long seq, long hlc) {
        w.u8(MUTATION);
        w.i32(group);
        w.i64(origin);
        w.i64(seq);
        w.i64(hlc);
    }

    static void origin(ByteWriter w, long id, String region) {
        w.u8(ORIGIN);
        w.i64(id);
        w.text(region);
    }

    /** Writes what {@code applied} has beyond {@code announced}, the writer's own entry left out, and announces it. */
    static void seen(ByteWriter w, VersionVector announced, VersionVector applied, int self, Origins origins) {
        int width = origins.size();
        int count = 0;
        for (int o = 0; o < width; o++) {
            if (o != self && applied.get(o) != announced.get(o)) {
                count++;
            }
        }
        w.varint(count);
        if (count > 0) {
            for (int o = 0; o < width; o++) {
                if (o != self && applied.get(o) != announced.get(o)) {
                    w.i64(origins.id(o));
                    w.varint(applied.get(o));
                    announced.set(o, applied.get(o));
                }
            }
        }
    }

    static boolean hasElement(Type type) {
        return type != Type.STRING && type != Type.EXPIRY;
    }

    static void floor(ByteWriter w, Contribution c, Origins origins) {
        w.i64(origins.id(c.origin()));
        w.u8(c.kind().ordinal());
        w.varint(c.startSeq());
        w.varint(c.seq());
        number(w, c.kind(), c.sum());
    }

    static void number(ByteWriter w, Contribution.Kind kind, Number n) {
        switch (kind) {
            case INTEGER -> w.i64(n.longValue());
            case DOUBLE -> w.f64(n.doubleValue());
            case DECIMAL -> w.text(n.toString());
        }
    }

    static Number number(ByteReader in, Contribution.Kind kind) {
        return switch (kind) {
            case INTEGER -> in.i64();
            case DOUBLE -> {
                double n = in.f64();
                if (Double.isNaN(n)) {
                    throw new MalformedBytesException("not a number");
                }
                yield n;
            }
            case DECIMAL -> {
                BigDecimal n = Cell.decimal(in.text().getBytes(StandardCharsets.ISO_8859_1));
                if (n == null) {
                    throw new MalformedBytesException("not a decimal");
                }
                yield n;
            }
        };
    }

    static Type type(ByteReader in) {
        Type type = Type.of(in.u8());
        if (type == null || !type.isWritten()) {
            throw new MalformedBytesException("unknown type of row");
        }
        return type;
    }

    static Contribution.Kind kind(ByteReader in) {
        Contribution.Kind kind = Contribution.Kind.of(in.u8());
        if (kind == null) {
            throw new MalformedBytesException("unknown kind of counter");
        }
        return kind;
    }
}
