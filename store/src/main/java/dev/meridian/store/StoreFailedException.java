package dev.meridian.store;

/**
 * The disk failed a write or an fsync. Which bytes it holds is unknown, and trying again would tell nothing (a second fsync
 * succeeds although the data of the first are lost), so the store takes and confirms nothing more (D2). Start again
 * when the disk is sound.
 */
public final class StoreFailedException extends StoreException {

    private static final long serialVersionUID = 1L;

    StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
