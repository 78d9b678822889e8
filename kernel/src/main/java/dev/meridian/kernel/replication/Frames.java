package dev.meridian.kernel.replication;

/**
 * The frames between two nodes, by their first byte. All integers as in {@link dev.meridian.kernel.bytes.ByteWriter};
 * groups by {@link Group#wireId}, origins by identity, vectors as varint count and (u64 origin, varint
 * sequence number) each. Every origin that a frame names has been introduced on this link before, or in the frame.
 */
public final class Frames {
    /** u64 origin of the sender's run, its region, u64 fingerprint of the configuration, u64 wall clock ms. */
    static final int HELLO = 1;

    /** varint count; u64 origin, region each. */
    static final int ORIGINS = 2;

    /**
     * u32 group; varint number of the subscription on this link; u8 1 if what the subscriber has is only a part of the rows, so that it needs them all, else 0; varint count of
     * regions wanted, their names; the subscriber's vector. Replaces what was asked before.
     */
    static final int SUBSCRIBE = 3;

    /** Records of the log, each u32 length and payload, in an order that respects causality. */
    static final int RECORDS = 4;

    /**
     * u64 wall clock ms, u64 monotonic ns of the sender, u64 monotonic ns last heard from the receiver (0 none), u64 ns since it
     * was heard; varint count of groups: u32 group, u64 closed HLC, the sender's vector, u8 1 if all of that is durable there, else
     * 0 and the vector that is. Then varint count of regions in the order of the file and for each varint ms for which the sender has not
     * heard it; varint count of groups with a primary: u32 group, varint epoch of the configuration in force, varint epoch sealed, u8 flags: 1
     * the sender is its primary and takes writes, 2 nothing that it says of the group counts, 4 followed by the vector of what is committed.
     */
    static final int STATUS = 5;

    /**
     * u64 request; u64 monotonic ns last heard from the receiver, u64 ns since it was heard, u64 ns for which the answer is waited for; u8 flags, u32 group or 0, u8 read level chosen (0 none, else its ordinal and 1), varint its bound in
     * ms, the vector that reads must contain; varint count of commands, each a varint count of words, the words.
     */
    static final int FORWARD = 6;

    /** u64 request, RESP bytes; then u32 group and the answering node's vector, or u32 0. */
    static final int ANSWER = 7;

    /** u32 group; varint number of the subscription that it answers; of groups that leave something out or where writes take effect once committed, varint epoch; introductions; the vector the rows were begun at; per origin what it had seen: count, (u64 origin, vector). */
    static final int SNAPSHOT_BEGIN = 8;

    /** u32 group; rows: u32 key length, u32 value length, key, value. */
    static final int SNAPSHOT_ROWS = 9;

    /** u32 group; of groups that leave something out or where writes take effect once committed, the vector of what the rows contain by now. */
    static final int SNAPSHOT_END = 10;

    /** channel, message: for subscribers in the receiver's region. */
    static final int PUBLISH = 11;

    /** u64 request: nobody waits for its answer any more. */
    static final int CANCEL = 12;

    /** u32 group, varint epoch: promise to accept nothing of an earlier epoch. */
    public static final int SEAL = 13;

    /** u32 group, varint epoch that is promised, and what the member had for good by then: a vector. */
    public static final int SEALED = 14;

    /** A configuration of a group, that was decided. */
    public static final int CONFIGURATION = 15;

    /** u32 group, varint number of the subscription: what it asks for is in no log here, and there are no rows here. */
    static final int GONE = 16;

    private Frames() {}
}
