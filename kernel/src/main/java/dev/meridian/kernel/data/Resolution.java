package dev.meridian.kernel.data;

/** What becomes of writes to one cell that did not know of each other. */
public enum Resolution {
    /** The later by HLC stays, a removal included; the other is dropped and counted. */
    LAST_WRITE_WINS,
    /** All stay as siblings, the later by HLC is served; a removal removes only what it had seen. */
    CRDT
}
