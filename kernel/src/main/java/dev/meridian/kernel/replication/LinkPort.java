package dev.meridian.kernel.replication;

/** The way to other regions and into the older log, as replication needs it. See {@code Effects} for the order of things. */
public interface LinkPort {
    /** Fencing, heartbeats, introductions, subscriptions. */
    int URGENT = 0;
    /** Commands forwarded and their answers. */
    int INTERACTIVE = 1;
    /** Records of the log. */
    int RECORDS = 2;
    /** Snapshots. */
    int BULK = 3;

    /**
     * Sends a frame to a region's node. The bytes are to be taken before the call returns. Frames to a peer whose link is
     * down are dropped: the protocol starts anew when it comes up.
     *
     * @param peer index of the region in the placement
     * @param reason what the bytes are for, for the meter: "replication", "forward", "bootstrap", "control"
     * @return whether the peer may be sent more records or snapshots now; if not, {@code peerWritable} follows
     */
    boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length);

    /** Reads older records from disk; answered by {@code logRead} with the same ticket. */
    void readLog(long ticket, long lsn, int bytesMax);
}
