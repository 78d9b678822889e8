package dev.meridian.store;

import java.nio.file.Path;

/** Another process, or another store of this one, holds the directory. */
public final class StoreLockedException extends StoreException {

    private static final long serialVersionUID = 1L;

    StoreLockedException(Path directory, String holder) {
        super(
                directory + " is in use by " + holder
                        + ": two nodes cannot share a directory; stop the other or name another directory",
                null);
    }
}
