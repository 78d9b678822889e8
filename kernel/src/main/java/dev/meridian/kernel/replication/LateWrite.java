package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import java.util.Comparator;

/**
 * A mutation that this region made as a primary and that no configuration contains: it waits for a person, or tells what one decided. Immutable.
 *
 * @param hlc of its first operation
 * @param decidedMs when a person decided, in ms since 1970; 0 while it waits
 * @param by who decided, as that was told; empty while it waits
 * @param record the mutation as it stood in the log, for good: what was decided can be looked at afterwards
 */
public record LateWrite(Id id, long hlc, State state, long decidedMs, String by, byte[] record) {

    /** What became of it. */
    public enum State {
        WAITING,
        APPLIED,
        DISCARDED
    }

    /**
     * Names one for ever: a dot, and in which group, since an origin numbers each group's mutations from one.
     *
     * @param group on links and in logs
     */
    public record Id(int group, long origin, long seq) implements Comparable<Id> {
        private static final Comparator<Id> ORDER =
                Comparator.comparingInt(Id::group).thenComparingLong(Id::origin).thenComparingLong(Id::seq);

        @Override
        public int compareTo(Id other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return Integer.toHexString(group) + "." + Long.toHexString(origin) + "." + seq;
        }

        /** Throws {@link IllegalArgumentException} when it is none. */
        public static Id parse(String text) {
            int first = text.indexOf('.');
            int second = text.indexOf('.', first + 1);
            if (first < 0 || second < 0) {
                throw new IllegalArgumentException("not the id of a late write");
            }
            return new Id(
                    Integer.parseUnsignedInt(text.substring(0, first), 16),
                    Long.parseUnsignedLong(text.substring(first + 1, second), 16),
                    Long.parseLong(text.substring(second + 1)));
        }

        void write(ByteWriter out) {
            out.i32(group);
            out.i64(origin);
            out.i64(seq);
        }

        static Id read(ByteReader in) {
            return new Id(in.i32(), in.i64(), in.i64());
        }
    }

    LateWrite decided(State state, long atMs, String by) {
        return new LateWrite(id, hlc, state, atMs, by, record);
    }

    void write(ByteWriter out) {
        id.write(out);
        out.i64(hlc);
        out.u8(state.ordinal());
        out.i64(decidedMs);
        out.text(by);
        out.bytes(record);
    }

    static LateWrite read(ByteReader in) {
        Id id = Id.read(in);
        long hlc = in.i64();
        int state = in.u8();
        if (state >= State.values().length) {
            throw new MalformedBytesException("a late write in state " + state);
        }
        return new LateWrite(id, hlc, State.values()[state], in.i64(), in.text(), in.bytes());
    }
}
