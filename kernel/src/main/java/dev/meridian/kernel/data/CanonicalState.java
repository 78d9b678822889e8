package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of the state that regions with the same mutations share byte for byte: every live value and sibling
 * with its stamp and what a rule made of them, every counter with its origins, every lifetime; origins by identity, in the order of their bytes.
 * Left out is what regions forget at different moments: tombstones, and values of keys whose end has come.
 */
public final class CanonicalState {
    private CanonicalState() {}

    /** Writes the state of all keys that are visible at the instant, in the order of their names. */
    public static void write(Keyspace keyspace, long nowMs, ByteWriter out) {
        List<Key> keys = new ArrayList<>();
        keyspace.forEach(key -> {
            if (key.visibleAt(nowMs)) {
                keys.add(key);
            }
        });
        keys.sort((a, b) -> Arrays.compareUnsigned(a.id(), b.id()));
        for (Key key : keys) {
            write(key, keyspace.origins(), out);
        }
    }

    /** Writes one key. */
    public static void write(Key key, Origins origins, ByteWriter out) {
        out.bytes(key.id());
        cell(key.string, origins, out);
        cell(key.expiry, origins, out);
        List<Collection> collections = new ArrayList<>();
        for (Collection c = key.collections; c != null; c = c.other) {
            if (c.present > 0) {
                collections.add(c);
            }
        }
        collections.sort((a, b) -> a.type.compareTo(b.type));
        for (Collection c : collections) {
            if (c.type == Type.BITMAP) {
                out.u8(c.type.ordinal());
                Bitmap.canonical(c, out);
                continue;
            }
            List<Cell> cells = new ArrayList<>();
            c.forEach(cells::add);
            cells.sort((a, b) -> Arrays.compareUnsigned(a.id(), b.id()));
            out.u8(c.type.ordinal());
            for (Cell cell : cells) {
                out.bytes(cell.id());
                cell(cell, origins, out);
            }
        }
    }

    private static void cell(@Nullable Cell cell, Origins origins, ByteWriter out) {
        if (cell == null || !cell.present()) {
            out.u8(0);
            return;
        }
        out.u8(1);
        byte[] value = cell.value;
        if (value != null) {
            out.i64(cell.hlc);
            out.i64(origins.id(cell.origin));
            out.bytes(value);
        }
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            out.i64(s.hlc);
            out.i64(origins.id(s.origin));
            out.bytes(s.value);
        }
        Conflicts.Outcome outcome = cell.outcome();
        if (outcome != null) {
            byte[] made = outcome.value();
            out.u8(made == null ? 0 : 1);
            if (made != null) {
                out.bytes(made);
            }
        }
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            out.i64(origins.id(c.origin));
            out.u8(c.kind.ordinal());
            out.i64(c.seq);
            out.bytes(c.amount().toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
