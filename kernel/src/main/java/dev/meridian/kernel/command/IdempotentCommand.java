package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.bytes.Sha256;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Marker;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.IDEM id command ...: carries the command out once for its id (D6). Who sends the same again, to whatever region, within the dataset's
 * window gets the reply of the first time, which waits for the commit of the first. A command that was refused leaves no record, unless it had
 * changed something. Only where one region orders the writes, and what a lost primary took does not come back beside its retry.
 *
 * <p>The record of an id is part of the mutation that it is about, so whatever becomes of the effect becomes of the record: a key
 * ({@link Marker}) of the dataset of the command's first key, with an end. Its value: u8 version 1, u8 RESP version, 32 bytes digest of the
 * command, u8 {@link #WHOLE} and the reply, {@link #TOO_LONG} and its length as a varint, or {@link #HALFWAY}.
 */
public final class IdempotentCommand {
    static final String NAME = "meridian.idem";
    static final String NOT_IN_MULTI =
            "ERR MERIDIAN.IDEM is not allowed in MULTI: give each write an id and send it by itself";

    /** The words in front of the command itself. */
    static final int WORDS = 2;

    private static final byte[] RECORD = "idem ".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_BYTES_MAX = 128;
    private static final int REPLY_BYTES_MAX = 4096;
    private static final int VERSION = 1;
    private static final int WHOLE = 0;
    private static final int TOO_LONG = 1;
    private static final int HALFWAY = 2;

    private final Kernel kernel;
    private final Sha256 digests = new Sha256();

    private IdempotentCommand(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        table.accept("MERIDIAN.IDEM", new IdempotentCommand(kernel)::run);
    }

    /** Whether the command may stand behind an id: it writes keys that its words tell, and never waits. */
    static boolean takes(CommandSpec spec) {
        return spec.writes()
                && !spec.has(CommandSpec.Flag.BLOCKING)
                && !spec.isSubcommand()
                && !spec.name().startsWith("meridian.")
                && spec.keys().isPlain();
    }

    /** The spec of MERIDIAN.IDEM with this command behind the id: it is routed by that one's keys. */
    static CommandSpec around(CommandSpec own, CommandSpec spec) {
        return new CommandSpec(
                own.ordinal(),
                own.name(),
                spec.arity() < 0 ? spec.arity() - WORDS : spec.arity() + WORDS,
                spec.flagBits() | CommandSpec.Flag.DENYOOM.bit(),
                spec.keys().behind(WORDS),
                own.categories(),
                own.group(),
                own.since(),
                own.summary());
    }

    /** Whether the key is the record of an id. */
    static boolean isRecord(byte[] key) {
        return Marker.isOf(key, RECORD);
    }

    private void run(Execution x) {
        Args args = x.args();
        ReplyWriter out = x.reply();
        if (x.inMulti()) {
            out.error(NOT_IN_MULTI);
            return;
        }
        if (args.length(1) == 0 || args.length(1) > ID_BYTES_MAX) {
            out.error("ERR an id of " + args.length(1) + " bytes: MERIDIAN.IDEM takes one of 1 to " + ID_BYTES_MAX);
            return;
        }
        Args command = new Args();
        args.tail(WORDS, command);
        CommandSpec spec = kernel.table().find(command);
        if (spec == null) {
            out.error(kernel.table().unknown(command));
        } else if (!takes(spec)) {
            out.error("ERR MERIDIAN.IDEM takes a command that writes keys and does not wait, not '" + spec.name() + "'"
                    + (spec.has(CommandSpec.Flag.READONLY) ? ": a read needs no id" : ""));
        } else if (!spec.accepts(command.count())) {
            out.error(spec.wrongArity());
        } else {
            once(x, args.copy(1), spec, command);
        }
    }

    private void once(Execution x, byte[] id, CommandSpec spec, Args command) {
        if (spec.keys().count(command) < 1) {
            // It says itself what is wrong with its count of keys.
            perform(x, spec, command);
            return;
        }
        Placement placement = x.placement();
        Dataset dataset = kernel.dispatcher().dataset(command, spec.keys().at(command, 0));
        byte[] record = Marker.of(placement.beginning(dataset), RECORD, id);
        String refusal = refusal(dataset, placement.group(dataset));
        if (refusal == null && placement.datasetOf(record) != dataset) {
            refusal =
                    "ERR ids cannot be kept in dataset '" + dataset.name() + "': its name is also that of a partition";
        }
        if (refusal != null) {
            x.reply().error(refusal);
            return;
        }
        byte[] digest = digest(spec, command);
        Key known = x.find(record);
        if (known != null) {
            kernel.dispatcher().tells(x.client(), dataset.group(), record);
            again(x.reply(), known.text(), digest);
            return;
        }
        ReplyWriter out = x.reply();
        int mark = out.mark();
        long endsMs = x.nowMs() + dataset.idempotencyMs();
        try {
            perform(x, spec, command);
        } catch (RuntimeException e) {
            if (x.mutation().isOpen()) {
                keep(x, record, endsMs, value(out.protocol(), digest, null));
            }
            throw e;
        }
        byte[] reply = out.cut(mark);
        out.raw(reply);
        if (reply.length > 0 && reply[0] != '-' || x.mutation().isOpen()) {
            keep(x, record, endsMs, value(out.protocol(), digest, reply));
        }
    }

    /** Why the promise cannot be kept in the dataset; null where it can. */
    private static @Nullable String refusal(Dataset dataset, GroupPolicy policy) {
        String what = "ERR MERIDIAN.IDEM on dataset '" + dataset.name() + "'";
        if (policy.writers().size() > 1) {
            return what
                    + ", which several regions write: two could carry the command out before they hear of each other."
                    + " Give the dataset a primary, such as by `topology: read-replicas`";
        }
        boolean mayBeFollowed = policy.primary() != null && policy.members().size() > 1;
        if (mayBeFollowed
                && !policy.ackRule().isAppliedOnCommit()
                && policy.failover().lateWrites() == FailoverPolicy.LateWrites.MERGE) {
            return what + ", where a write that a lost primary took is merged beside its retry: add"
                    + " `late_writes: review` or `consistency: quorum` to the dataset";
        }
        return null;
    }

    private void perform(Execution x, CommandSpec spec, Args command) {
        Command handler = kernel.table().handler(spec);
        if (handler == null) {
            throw new IllegalStateException(spec.name() + " has no handler");
        }
        x.begin(x.client(), command, x.nowMs(), false, false);
        handler.run(x);
    }

    private static void keep(Execution x, byte[] record, long endsMs, byte[] value) {
        Key key = x.obtain(record);
        x.mutation().putString(key, value);
        x.mutation().expireAt(key, endsMs);
    }

    /** The command's name in lower case, and its other words as they are, each with its length. */
    private byte[] digest(CommandSpec spec, Args command) {
        ByteWriter out = new ByteWriter(256);
        out.bytes(spec.name().getBytes(StandardCharsets.US_ASCII));
        for (int i = 1; i < command.count(); i++) {
            out.bytes(command.buffer(), command.offset(i), command.length(i));
        }
        return digests.of(out.array(), 0, out.size());
    }

    /** @param reply null where the command failed half-way */
    private static byte[] value(int protocol, byte[] digest, byte @Nullable [] reply) {
        ByteWriter out = new ByteWriter(64);
        out.u8(VERSION);
        out.u8(protocol);
        out.raw(digest, 0, digest.length);
        if (reply == null) {
            out.u8(HALFWAY);
        } else if (reply.length > REPLY_BYTES_MAX) {
            out.u8(TOO_LONG);
            out.varint(reply.length);
        } else {
            out.u8(WHOLE);
            out.raw(reply, 0, reply.length);
        }
        return out.toByteArray();
    }

    private static void again(ReplyWriter out, byte @Nullable [] value, byte[] digest) {
        try {
            ByteReader in = new ByteReader(value == null ? new byte[0] : value);
            if (in.u8() != VERSION) {
                out.error("ERR the record of this id is of another version of Meridian: nothing was changed");
                return;
            }
            int protocol = in.u8();
            int at = in.skip(digest.length);
            if (!Arrays.equals(in.array(), at, at + digest.length, digest, 0, digest.length)) {
                out.error(
                        "IDUSED this id was given to another command of the dataset, and nothing was changed now: give"
                                + " each request an id of its own, and send it again word for word");
                return;
            }
            switch (in.u8()) {
                case WHOLE -> reply(out, protocol, in);
                case TOO_LONG ->
                    out.error("REPLYGONE the command of this id has taken effect; its reply of " + in.varint()
                            + " bytes was not kept, which is done up to " + REPLY_BYTES_MAX);
                default ->
                    out.error(
                            "ERR the command of this id failed half-way, which is in the log of the node that took it:"
                                    + " it is not carried out again");
            }
        } catch (MalformedBytesException e) {
            out.error("ERR the record of this id cannot be read: nothing was changed");
        }
    }

    /** What RESP2 and RESP3 write differently is told in the version that it was asked in. */
    private static void reply(ReplyWriter out, int protocol, ByteReader in) {
        byte[] bytes = in.array();
        int from = in.position();
        int length = in.remaining();
        byte kind = bytes[from];
        boolean isNil = kind == '_' || (kind == '$' || kind == '*') && bytes[from + 1] == '-';
        boolean isAlike = kind == '+' || kind == '-' || kind == ':' || kind == '$';
        if (protocol == out.protocol() || isAlike && !isNil) {
            out.raw(bytes, from, length);
        } else if (isNil) {
            out.nil();
        } else {
            out.error("REPLYGONE the command of this id has taken effect; it was asked for in RESP" + protocol
                    + ", and its reply is told in that version only: HELLO " + protocol + ", and send it again");
        }
    }
}
