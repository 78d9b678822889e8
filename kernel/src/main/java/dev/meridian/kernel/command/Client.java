package dev.meridian.kernel.command;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows of one connection. Plain data with one owner, the kernel thread; whoever holds the connection
 * sends what waits in {@link #out} and drops the client when {@link #closing}.
 */
public final class Client {
    /** Unique for the life of the node, growing. */
    public final long id;

    /** The peer as {@code ip:port}. */
    public final String address;

    /** This node's side as {@code ip:port}. */
    public final String localAddress;

    /** Replies in order, pushed messages among them. */
    public final ReplyWriter out = new ReplyWriter();

    /** By CLIENT SETNAME; empty if none. */
    public String name = "";

    /** By CLIENT SETINFO; empty if none. */
    public String libraryName = "";

    /** By CLIENT SETINFO; empty if none. */
    public String libraryVersion = "";

    public boolean authenticated;

    /** Passwords refused on this connection; each further one is answered later. */
    public int passwordsRefused;

    public int database;

    /** By the kernel's own clock, in milliseconds. */
    public long createdMs;

    /** By the kernel's own clock, in milliseconds; start of the last command. */
    public long lastCommandMs;

    /** Lower case, with its subcommand as in {@code client|list}; for CLIENT LIST. */
    public String lastCommand = "NULL";

    /** Between MULTI and EXEC. */
    public boolean inMulti;

    /** A watched key changed: EXEC answers nil. */
    public boolean dirtyCas;

    /** A command could not be queued: EXEC answers EXECABORT. */
    public boolean dirtyExec;

    /** Commands that wait for EXEC. */
    public final List<Args> queue = new ArrayList<>();

    /** The bytes of {@link #queue}, for the cap. */
    public long queueBytes;

    /** Channel names, a char for each byte, in order of subscription. */
    public final Set<String> channels = new LinkedHashSet<>();

    /** Patterns, a char for each byte, in order of subscription. */
    public final Set<String> patterns = new LinkedHashSet<>();

    /** Shard channels, a char for each byte, in order of subscription. */
    public final Set<String> shardChannels = new LinkedHashSet<>();

    /** Its command waits for data, an acknowledgement or another region: no further command of it is executed. */
    public boolean blocked;

    /** Replies that wait for the commit of what they tell of, and those behind them. */
    final ArrayDeque<HeldReplies.Held> held = new ArrayDeque<>();

    /** Since when its write looks for the primary; 0 while it does not. */
    long movedNs;

    /** The connection is gone: nobody reads answers. */
    boolean gone;

    /** The connection ends when what is in {@link #out} has left. */
    public boolean closing;

    /** CLIENT REPLY OFF: nothing is answered. */
    public boolean silent;

    /** CLIENT REPLY SKIP: the command after it is not answered. */
    public boolean skipNextReply;

    /** The command that waits is not answered. */
    boolean quiet;

    /** CLIENT NO-EVICT and NO-TOUCH, kept for CLIENT LIST. */
    public boolean noEvict;

    public boolean noTouch;

    /** Received and sent since the connection began, in bytes on the socket (before TLS). */
    public long bytesIn;

    public long bytesOut;

    /** Replies handed to the socket that it has not taken yet, in bytes; with those in {@link #out} the client's debt. */
    public long bytesUnsent;

    /** What the client has seen, and what it asks of its reads. */
    public final Session session = new Session();

    /** The region whose node sent this client's one command here, and its number there; null for a client of our own. */
    public @Nullable Forwarded forwarded;

    /** What follows once a command of this client that had to wait is answered; null for the ordinary way. */
    public @Nullable Runnable whenFinished;

    /** A command that came from another region; its group by index, -1 for none. */
    public record Forwarded(int peer, long request, int group) {}

    public Client(long id, String address, String localAddress) {
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
    }

    /** How many channels, patterns and shard channels it listens to. */
    public int subscriptions() {
        return channels.size() + patterns.size() + shardChannels.size();
    }

    /** A RESP2 client that listens may send only a few commands; a RESP3 client is never limited. */
    public boolean limitedToSubscriptions() {
        return out.protocol() == 2 && subscriptions() > 0;
    }

    /** Leaves MULTI: forgets the queue and its flags. */
    public void discardMulti() {
        inMulti = false;
        dirtyCas = false;
        dirtyExec = false;
        queue.clear();
        queueBytes = 0;
    }
}
