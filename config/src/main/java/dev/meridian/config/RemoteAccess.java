package dev.meridian.config;

/** What a region outside a dataset's placement may ask for. */
public enum RemoteAccess implements Word {
    /** Nothing: refused with the regions to go to. */
    NONE("none"),
    /** Reads are forwarded, never kept. */
    READ_ONLY("read_only"),
    /** Reads and writes are forwarded, never kept. */
    READ_WRITE("read_write");

    private final String word;

    RemoteAccess(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
