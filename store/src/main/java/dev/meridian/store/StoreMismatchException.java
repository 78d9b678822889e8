package dev.meridian.store;

import java.nio.file.Path;

/** The directory belongs to another cluster or region, or to a later version of Meridian. */
public final class StoreMismatchException extends StoreException {

    private static final long serialVersionUID = 1L;

    StoreMismatchException(Path file, String what, String found, String expected) {
        super(
                file + ": this directory belongs to " + what + " '" + found + "', not to '" + expected
                        + "': name the right directory, or an empty one",
                null);
    }
}
