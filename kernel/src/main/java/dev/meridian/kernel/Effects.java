package dev.meridian.kernel;

import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.primary.ControlPort;
import dev.meridian.kernel.replication.LinkPort;
import java.util.SequencedMap;

/**
 * What the kernel asks of its host. Nothing here is answered at once: answers come back as events in a later
 * turn. Called only within a turn, on the kernel's thread.
 *
 * <p>The ordering contract, which the simulator keeps as the server does. A turn is
 * {@link Kernel#turnBegins}, events, {@link Kernel#turnEnds}; at its end the kernel hands over what it appended.
 *
 * <ol>
 *   <li>{@link #append} comes BEFORE anything that tells of it: replies, proposals, and frames that carry records, leave the node
 *       only after the append has been carried out; with durability {@code always}, after it is durable.
 *   <li>Replies to one client leave in the order in which they were written.
 *   <li>Frames of one urgency to one peer leave in the order in which they were sent; a more urgent frame may overtake.
 *   <li>A {@link #checkpoint} is applied whole or not at all, and never before the log up to its position is durable.
 *   <li>After a failed append or sync the host acknowledges nothing more on that log: it withholds replies and frames
 *       and stops the node.
 * </ol>
 */
public interface Effects extends LinkPort, ControlPort {
    /**
     * Appends whole records to the log; {@code lsn} is always the end of what was appended before. The bytes are to be
     * taken before the call returns.
     */
    void append(long lsn, byte[] bytes, int offset, int length);

    /**
     * What was appended is to be made durable now, whatever the node's durability says: somebody waits for that. Answered by
     * {@link Kernel#durable} in a turn made for it. Asked each turn until it is so.
     */
    void syncSoon();

    /**
     * Brings rows to rest in the background; answered by {@link Kernel#checkpointDone}. The arrays stay untouched
     * until then.
     *
     * @param rows entries of i32 key length, i32 value length or -1 for a row that is gone, key, value
     * @param meta what {@link Kernel#recover} needs besides the rows
     * @param lsn where replay begins for this cut
     * @param toRest it is done only when a loss of power could not take it back
     */
    void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest);

    /** The log below this position is needed by nobody. The host keeps what its own rows at rest still need. */
    void trimLog(long lsn);

    /** A client has replies that its own command did not bring: an answer from afar, a message, the end of a wait. */
    void flush(Client client);

    /** The client no longer waits: its next commands may run. */
    void resume(Client client);

    /** Ends the connection once what waits in {@code client.out} has left. */
    void close(Client client);

    /**
     * Something a person should know: a far-future clock, data where it must not be, an origin cloned.
     *
     * @param code stable, {@code MRD-....}
     */
    void alarm(String code, String text);

    /**
     * Something happened that people and routers follow: a primary is lost, a region takes over, another is primary.
     *
     * @param name a word or two, joined by underscores
     * @param details without keys and values of users
     */
    void event(String name, SequencedMap<String, String> details);

    /** A defect of this program was met and contained: {@code where} names no key and no value. */
    void defect(String where, RuntimeException cause);
}
