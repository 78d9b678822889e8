package dev.meridian.store;

import java.nio.file.Path;

/** Something that was durable is damaged, or gone. The store does not guess: nothing was cut off or changed. */
public final class StoreCorruptException extends StoreException {

    private static final long serialVersionUID = 1L;
    static final String MEND = "Keep the directory for inspection under another name and start with an empty one: "
            + "the region is then filled from its peers. Or restore the directory from a backup.";

    /** The log position that the damage was found at, or -1 if it has none. */
    private final long lsn;

    private final transient Path file;

    public StoreCorruptException(Path file, long lsn, String found) {
        super(file + ": " + found + ". " + MEND, null);
        this.file = file;
        this.lsn = lsn;
    }

    public Path file() {
        return file;
    }

    public long lsn() {
        return lsn;
    }
}
