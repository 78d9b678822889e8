package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.placement.Dataset;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Rows at rest. Key of a row: varint length of the Redis key, the key, the type's code, the element. Value:
 * flags, then as flagged the register's stamp and value, siblings, contributions. Origins stand as indices of
 * {@link Origins}; whoever reads rows of another node passes a table that translates them.
 */
public final class RowCodec {
    private static final int VALUE = 1;
    private static final int STAMP = 2;
    private static final int SIBLINGS = 4;
    private static final int CONTRIBUTIONS = 8;

    /** Names the dataset of a Redis key; null for rows that do not belong here. */
    public interface DatasetOf {
        @Nullable
        Dataset of(byte[] key);
    }

    /** Writes all rows of a key: i32 length of the row's key, i32 length of its value, key, value. */
    public void rows(Key key, ByteWriter out) {
        if (key.clearedHlc != 0) {
            int at = out.reserve(8);
            key(key, out);
            int keyEnd = out.size();
            value(key, out);
            lengths(out, at, keyEnd);
        }
        row(key.string, out);
        row(key.expiry, out);
        for (Collection c = key.collections; c != null; c = c.other) {
            c.table.forEach(cell -> row(cell, out));
        }
    }

    private void row(@Nullable Cell cell, ByteWriter out) {
        if (cell != null) {
            int at = out.reserve(8);
            key(cell, out);
            int keyEnd = out.size();
            value(cell, out);
            lengths(out, at, keyEnd);
        }
    }

    private static void lengths(ByteWriter out, int at, int keyEnd) {
        out.i32At(at, keyEnd - at - 8);
        out.i32At(at + 4, out.size() - keyEnd);
    }

    void key(Cell cell, ByteWriter out) {
        out.bytes(cell.key.id());
        out.u8(cell.type.ordinal());
        out.raw(cell.id(), 0, cell.id().length);
    }

    void key(Key key, ByteWriter out) {
        out.bytes(key.id());
        out.u8(Type.HEADER.ordinal());
    }

    void value(Key key, ByteWriter out) {
        out.varint(key.clearedOrigin);
        out.varint(key.clearedSeq);
        out.i64(key.clearedHlc);
    }

    void value(Cell cell, ByteWriter out) {
        byte[] value = cell.value;
        out.u8((value != null ? VALUE : 0)
                | (cell.hlc != 0 ? STAMP : 0)
                | (cell.siblings != null ? SIBLINGS : 0)
                | (cell.contributions != null ? CONTRIBUTIONS : 0));
        if (cell.hlc != 0) {
            stamp(cell.origin, cell.seq, cell.hlc, out);
        }
        if (value != null) {
            out.bytes(value);
        }
        if (cell.siblings != null) {
            int count = 0;
            for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
                count++;
            }
            out.varint(count);
            for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
                stamp(s.origin, s.seq, s.hlc, out);
                out.bytes(s.value);
            }
        }
        if (cell.contributions != null) {
            int count = 0;
            for (Contribution c = cell.contributions; c != null; c = c.next) {
                count++;
            }
            out.varint(count);
            for (Contribution c = cell.contributions; c != null; c = c.next) {
                out.u8(c.kind.ordinal());
                stamp(c.origin, c.seq, c.hlc, out);
                out.varint(c.startSeq);
                number(c.kind, c.sum, out);
                Number floor = c.floor;
                out.varint(floor == null ? 0 : c.floorSeq);
                if (floor != null) {
                    number(c.kind, floor, out);
                }
            }
        }
    }

    private static void stamp(int origin, long seq, long hlc, ByteWriter out) {
        out.varint(origin);
        out.varint(seq);
        out.i64(hlc);
    }

    static void number(Contribution.Kind kind, Number n, ByteWriter out) {
        switch (kind) {
            case INTEGER -> out.i64(n.longValue());
            case DOUBLE -> out.f64(n.doubleValue());
            case DECIMAL -> out.text(n.toString());
        }
    }

    static Number number(Contribution.Kind kind, ByteReader in) {
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

    /**
     * Loads one row. {@code origins} translates the indices of another node, whose rows are not at rest here; null when the row is
     * this node's own and came from its store.
     *
     * @return false when the row's key belongs to no dataset here
     */
    public boolean load(
            Keyspace keyspace, byte[] rowKey, byte[] rowValue, DatasetOf datasets, int @Nullable [] origins) {
        ByteReader key = new ByteReader(rowKey);
        byte[] id = key.bytes();
        Type type = Type.of(key.u8());
        if (type == null) {
            throw new MalformedBytesException("unknown row type");
        }
        Dataset dataset = datasets.of(id);
        if (dataset == null) {
            return false;
        }
        ByteReader in = new ByteReader(rowValue);
        if (type == Type.HEADER) {
            int clearedOrigin = origin(in, origins, keyspace);
            long clearedSeq = in.varint();
            long clearedHlc = in.i64();
            end(in);
            Key k = keyspace.obtain(id, dataset);
            k.clearedOrigin = clearedOrigin;
            k.clearedSeq = clearedSeq;
            k.clearedHlc = clearedHlc;
            keyspace.restored(k, origins == null);
            return true;
        }
        byte[] element = new byte[key.remaining()];
        System.arraycopy(rowKey, key.skip(element.length), element, 0, element.length);
        // Read whole before anything is put in its place: a row that is refused has changed nothing.
        Row row = new Row();
        read(row, type, element, in, origins, keyspace);
        if (type == Type.DROPPED) {
            Key of = new Key(id, dataset);
            keyspace.conflicts()
                    .restored(
                            DroppedValue.restored(of, element, row.value, row.origin, row.seq, row.hlc),
                            origins == null);
            return true;
        }
        Cell cell = keyspace.restoring(keyspace.obtain(id, dataset), type, element);
        cell.origin = row.origin;
        cell.seq = row.seq;
        cell.hlc = row.hlc;
        cell.value = row.value;
        cell.siblings = row.siblings;
        cell.contributions = row.contributions;
        keyspace.restored(cell, origins == null);
        return true;
    }

    private static final class Row {
        int origin;
        long seq;
        long hlc;
        byte @Nullable [] value;

        Cell.@Nullable Sibling siblings;

        @Nullable
        Contribution contributions;
    }

    private static void read(
            Row row, Type type, byte[] element, ByteReader in, int @Nullable [] origins, Keyspace keyspace) {
        int flags = in.u8();
        if ((flags & STAMP) != 0) {
            row.origin = origin(in, origins, keyspace);
            row.seq = in.varint();
            row.hlc = in.i64();
        }
        if ((flags & VALUE) != 0) {
            row.value = in.bytes();
        }
        RowForm.checkRow(type, element, row.value);
        if ((flags & SIBLINGS) != 0) {
            Cell.Sibling last = null;
            for (int n = in.count(); n > 0; n--) {
                int origin = origin(in, origins, keyspace);
                long seq = in.varint();
                long hlc = in.i64();
                Cell.Sibling s = new Cell.Sibling(value(type, element, in), origin, seq, hlc, null);
                if (last == null) {
                    row.siblings = s;
                } else {
                    last.next = s;
                }
                last = s;
            }
        }
        if ((flags & CONTRIBUTIONS) != 0) {
            Contribution last = null;
            for (int n = in.count(); n > 0; n--) {
                Contribution c = contribution(type, in, origins, keyspace);
                if (last == null) {
                    row.contributions = c;
                } else {
                    last.next = c;
                }
                last = c;
            }
        }
        end(in);
    }

    private static byte[] value(Type type, byte[] element, ByteReader in) {
        byte[] value = in.bytes();
        RowForm.checkRow(type, element, value);
        return value;
    }

    private static Contribution contribution(Type type, ByteReader in, int @Nullable [] origins, Keyspace keyspace) {
        Contribution.Kind kind = Contribution.Kind.of(in.u8());
        if (kind == null) {
            throw new MalformedBytesException("unknown kind of counter");
        }
        RowForm.checkKind(type, kind);
        int origin = origin(in, origins, keyspace);
        long seq = in.varint();
        long hlc = in.i64();
        long start = in.varint();
        Contribution c = new Contribution(origin, kind, start, seq, hlc, number(kind, in));
        c.floorSeq = in.varint();
        if (c.floorSeq != 0) {
            c.floor = number(kind, in);
        }
        return c;
    }

    private static void end(ByteReader in) {
        if (in.remaining() > 0) {
            throw new MalformedBytesException(in.remaining() + " bytes behind a row");
        }
    }

    private static int origin(ByteReader in, int @Nullable [] origins, Keyspace keyspace) {
        long index = in.varint();
        int known = origins == null ? keyspace.origins().size() : origins.length;
        if (index < 0 || index >= known) {
            throw new MalformedBytesException("origin " + index + " of " + known);
        }
        return origins == null ? (int) index : origins[(int) index];
    }
}
