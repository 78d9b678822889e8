package dev.meridian.kernel.log;

/** Where the valid part of a log ends, and what that means. */
public sealed interface LogEnd {

    /** The first position without a valid record. */
    long lsn();

    /** Every byte belongs to a valid record. */
    record Clean(long lsn) implements LogEnd {}

    /**
     * What follows was never durable, so that nobody was told it was: it is cut off. It may hold valid records behind the
     * first invalid one, as disks write unsynced sectors in any order.
     *
     * @param bytes how many bytes follow
     */
    record TornTail(long lsn, long bytes) implements LogEnd {}

    /**
     * A record that was durable is damaged or gone. Nothing may be cut off: it is repaired from peers, or the node does
     * not start.
     *
     * @param durableLsn up to where the log was known to be durable
     */
    record Corrupt(long lsn, long durableLsn) implements LogEnd {}
}
