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
        return seen != null ? seen.type : string != null && string.present() ? Type.STRING : null;
    }

    /** The string that readers see, or null when the key has none or another type. */
    public @Nullable Cell string() {
        Cell s = string;
        return s != null && s.present() && (collections == null || seen() == null) ? s : null;
    }

    /** The collection that readers see, or null. */
    public @Nullable Collection collection() {
        return collections == null ? null : seen();
    }

    /** Whether a type shows that hides another. */
    public boolean hidesOthers() {
        if (collections == null) {
            return false;
        }
        int types = string != null && string.present() ? 1 : 0;
        for (Collection c = collections; c != null; c = c.other) {
            types += c.present > 0 ? 1 : 0;
        }
        return types > 1;
    }

    private @Nullable Collection seen() {
        Collection only = null;
        boolean several = string != null && string.present();
        for (Collection c = collections; c != null; c = c.other) {
            if (c.present > 0) {
                several |= only != null;
                only = c;
            }
        }
        return several && only != null ? lastWritten() : only;
    }

    /** Of several types the one with the newest live cell; equal HLCs: the type with the higher code. */
    private @Nullable Collection lastWritten() {
        Cell s = string;
        long newest = s != null && s.present() ? s.newestHlc() : 0;
        Type type = Type.STRING;
        Collection winner = null;
        for (Collection c = collections; c != null; c = c.other) {
            long[] max = {0};
            c.forEach(cell -> max[0] = Math.max(max[0], cell.newestHlc()));
            if (c.present > 0 && (max[0] > newest || max[0] == newest && c.type.compareTo(type) > 0)) {
                newest = max[0];
                type = c.type;
                winner = c;
            }
        }
        return winner;
    }

    public @Nullable Cell expiry() {
        return expiry;
    }

    public long clearedHlc() {
        return clearedHlc;
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
