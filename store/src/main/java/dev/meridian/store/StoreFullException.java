package dev.meridian.store;

/** No room on the disk. Nothing was changed; once there is room the same call succeeds. */
public final class StoreFullException extends StoreException {

    private static final long serialVersionUID = 1L;

    StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
