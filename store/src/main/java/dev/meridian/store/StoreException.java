package dev.meridian.store;

import org.jspecify.annotations.Nullable;

/** A fault of the store; the message names the file, what was found, and what to do. */
public abstract sealed class StoreException extends RuntimeException
        permits LogTrimmedException,
                StoreCorruptException,
                StoreFailedException,
                StoreFullException,
                StoreLockedException,
                StoreMismatchException {

    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
