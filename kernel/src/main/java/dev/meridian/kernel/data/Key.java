package dev.meridian.kernel.data;

import dev.meridian.kernel.placement.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * A key with all that is known of it in memory. A reader sees {@link #string()} or {@link #collection()}; where
 * writes that did not know of each other left several types, the one written last shows, until a writer who
 * saw it removes the others.
 */
public final class Key extends BytesTable.Node {
    final Dataset dataset;

    @Nullable
    Cell string;

    @Nullable
    Collection collections;

    @Nullable
    Cell expiry;

    /** LAST_WRITE_WINS: the stamp of the last DEL; writes before it are void. */
    long clearedHlc;

    int clearedOrigin;
    long clearedSeq;

    /** Counts every change seen here, for WATCH; unique over the keyspace. */
    long version;

    /** In milliseconds, 0 is never: what {@link #expiry} says, ready for comparison. */
    long expireAtMs;

    /** Names the entry that stands for the end in {@link Keyspace}'s queue; 0 is none. */
    long lifetime;

    boolean live;

    /** Live, and with a lifetime. */
    boolean ends;

    byte marks;

    Key(byte[] id, Dataset dataset) {
        super(id);
        this.dataset = dataset;
    }

    public Dataset dataset() {
        return dataset;
    }

    public long version() {
        return version;
    }

    /** The instant at which the key ends, in ms since 1970; 0 when it does not. */
    public long expireAtMs() {
        return expireAtMs;
    }

    public boolean expiredAt(long nowMs) {
        return expireAtMs != 0 && expireAtMs <= nowMs;
    }

    /** Whether a reader sees a value at this instant. */
    public boolean visibleAt(long nowMs) {
        return live && !expiredAt(nowMs);
    }

    /** The type that readers see; null when there is no value. */
    public @Nullable Type type() {
        if (collections == null) {
            return string != null && string.present() ? Type.STRING : null;
        }
        Collection seen = seen();
        return seen != null ? seen.type : hasString() ? Type.STRING : null;
    }

    private boolean hasString() {
        if (string != null && string.present()) {
            return true;
        }
        Collection bits = collection(Type.BITMAP);
        return bits != null && bits.present > 0;
    }

    /** The string that readers see, or null when the key has none or another type. {@link #bits} lie over it. */
    public @Nullable Cell string() {
        Cell s = string;
        return s != null && s.present() && (collections == null || seen() == null) ? s : null;
    }

    /** The bits over the string that readers see, with or without a {@link #string()} beneath; null when there are none. */
    public @Nullable Collection bits() {
        if (collections == null) {
            return null;
        }
        Collection bits = collection(Type.BITMAP);
        return bits != null && bits.present > 0 && seen() == null ? bits : null;
    }

    /** The bytes of the string that readers see, bits included; null when the key has none or another type. */
    public byte @Nullable [] text() {
        Cell s = string();
        byte[] text = s == null ? null : s.visible();
        Collection bits = bits();
        return bits == null ? text : Bitmap.over(text, bits);
    }

    /** The collection that readers see, or null. */
    public @Nullable Collection collection() {
        return collections == null ? null : seen();
    }

    boolean hasValue() {
        if (string != null && string.present()) {
            return true;
        }
        for (Collection c = collections; c != null; c = c.other) {
            if (c.present > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a type shows that hides another. */
    public boolean hidesOthers() {
        if (collections == null) {
            return false;
        }
        int types = hasString() ? 1 : 0;
        for (Collection c = collections; c != null; c = c.other) {
            types += c.present > 0 && c.type != Type.BITMAP ? 1 : 0;
        }
        return types > 1;
    }

    private @Nullable Collection seen() {
        Collection only = null;
        boolean several = hasString();
        for (Collection c = collections; c != null; c = c.other) {
            if (c.present > 0 && c.type != Type.BITMAP) {
                several |= only != null;
                only = c;
            }
        }
        return several && only != null ? lastWritten() : only;
    }

    /** Of several types the one with the newest live cell; equal HLCs: the type with the higher code. */
    private @Nullable Collection lastWritten() {
        Cell s = string;
        Collection bits = collection(Type.BITMAP);
        long newest = Math.max(s != null && s.present() ? s.newestHlc() : 0, bits == null ? 0 : newestHlc(bits));
        Type type = Type.STRING;
        Collection winner = null;
        for (Collection c = collections; c != null; c = c.other) {
            long max = newestHlc(c);
            if (c.present > 0
                    && c.type != Type.BITMAP
                    && (max > newest || max == newest && c.type.compareTo(type) > 0)) {
                newest = max;
                type = c.type;
                winner = c;
            }
        }
        return winner;
    }

    private static long newestHlc(Collection c) {
        long[] max = {0};
        c.forEach(cell -> max[0] = Math.max(max[0], cell.newestHlc()));
        return max[0];
    }

    public @Nullable Cell expiry() {
        return expiry;
    }

    /** The HLC of the DEL that is remembered; 0 when none is. */
    public long clearedHlc() {
        return clearedHlc;
    }

    public int clearedOrigin() {
        return clearedOrigin;
    }

    /** The string's cell, present or not; null when nothing is known of one. */
    public @Nullable Cell stringCell() {
        return string;
    }

    @Nullable
    Collection collection(Type type) {
        for (Collection c = collections; c != null; c = c.other) {
            if (c.type == type) {
                return c;
            }
        }
        return null;
    }

    /** Nothing to remember: the key may leave the keyspace. */
    boolean blank() {
        if (clearedHlc != 0 || string != null && !string.blank() || expiry != null && !expiry.blank()) {
            return false;
        }
        for (Collection c = collections; c != null; c = c.other) {
            if (c.table.size() > 0) {
                return false;
            }
        }
        return true;
    }
}
