package dev.meridian.kernel.data;

/** What becomes of writes to one cell that did not know of each other. */
public enum Resolution {
    /** The later by HLC stays, a removal included; the other is dropped and counted. */
    LAST_WRITE_WINS,
    /** All stay as siblings, the later by HLC is served; a removal removes only what it had seen. */
    CRDT,
    /** As CRDT, and where siblings differ the cell waits in {@link Conflicts} for a write that has seen them all. */
    MANUAL,
    /** As CRDT, and what is served is what the dataset's {@link ConflictRule} makes of the siblings. */
    CUSTOM;

    /** Whether a value goes only by a write or removal that had seen it. */
    public boolean keepsSiblings() {
        return this != LAST_WRITE_WINS;
    }

    /** Whether INCR and its kin write the number that they give, so that concurrent ones are siblings: a sum would be nobody's value. */
    public boolean countsByWriting() {
        return this == MANUAL || this == CUSTOM;
    }
}
