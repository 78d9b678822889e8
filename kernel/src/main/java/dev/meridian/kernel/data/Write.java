package dev.meridian.kernel.data;

/**
 * Who writes, and what they had seen: the stamp of the operation being applied. One mutation has one dot
 * (origin, seq) and one vector {@code seen}; its operations have consecutive HLCs, so that they are ordered
 * among themselves too. Reused from mutation to mutation; not thread-safe.
 */
public final class Write {
    int origin;
    long seq;
    long hlc;
    VersionVector seen = new VersionVector();

    /** How many concurrent writes met in {@link Resolution#LAST_WRITE_WINS} cells, so that one was dropped. */
    public long dropped;

    /** Begins a mutation; {@code firstHlc} is the HLC of its first operation. */
    public void begin(int origin, long seq, long firstHlc, VersionVector seen) {
        this.origin = origin;
        this.seq = seq;
        this.hlc = firstHlc;
        this.seen = seen;
    }

    public int origin() {
        return origin;
    }

    public long seq() {
        return seq;
    }

    public long hlc() {
        return hlc;
    }

    /** Moves on to the next operation of the mutation. */
    public void nextOperation() {
        hlc++;
    }

    /** Whether the writer had applied this dot, its own earlier operations included. */
    boolean saw(int otherOrigin, long otherSeq) {
        return otherOrigin == origin ? otherSeq <= seq : otherSeq <= seen.get(otherOrigin);
    }
}
