package dev.meridian.store;

/** A part of the log was asked for that is no longer kept; who needs it takes a snapshot. */
public final class LogTrimmedException extends StoreException {

    private static final long serialVersionUID = 1L;

    LogTrimmedException(long lsn, long startLsn) {
        super(
                "lsn " + lsn + " is no longer in the log, which begins at lsn " + startLsn
                        + ": take a snapshot instead",
                null);
    }
}
