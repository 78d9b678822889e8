package dev.meridian.server.redis;

import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Numbers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the commands in what one client sends, piece by piece, as RESP arrays of bulk strings or as lines. It never
 * recurs, never allocates by an announced count, and looks at each byte once however the input is split.
 *
 * <p>Use: {@link #append} what arrived, {@link #next} until it answers {@link Outcome#MORE} or the caller pauses, then
 * {@link #park}. Bytes are parsed in an array that all parsers of a thread share; only a command that is incomplete when
 * the caller parks is copied to an array of the connection's own, which grows with what arrives.
 */
final class RespParser {
    enum Outcome {
        /** {@link RespParser#args()} holds a command, until the next call. */
        COMMAND,
        /** Nothing complete is left. */
        MORE,
        /** {@link RespParser#error()} tells what is wrong; nothing that follows can be read. */
        FAILED
    }

    /** The array that the parsers of one thread use in turn. */
    static final class Scratch {
        private final byte[] bytes = new byte[128 * 1024];
    }

    /** No count that is a number has more digits. */
    private static final int COUNT_LINE_BYTES_MAX = 32;

    private static final byte[] NOTHING = {};
    private static final int OWN_BYTES_MIN = 512;

    private final RespLimits limits;
    private final Scratch scratch;
    private final Args args = new Args();
    private byte[] own = NOTHING;
    private byte[] buffer = NOTHING;

    /** Where the command begins that is being read, where reading goes on, and where the bytes end. */
    private int start;

    private int position;
    private int end;

    /** Up to where a line's end was looked for in vain. */
    private int scanned;

    /** Arguments still to come of the array being read; 0 between commands. */
    private int argumentsLeft;

    /** Bytes of the argument being read, or -1 before its header. */
    private int bulkLength = -1;

    private String error = "";

    RespParser(RespLimits limits, Scratch scratch) {
        this.limits = limits;
        this.scratch = scratch;
    }

    Args args() {
        return args;
    }

    /** The error's text without its dash, as Redis words it. */
    String error() {
        return error;
    }

    /** How many bytes wait that no command returned has used. */
    int waiting() {
        return end - start;
    }

    /** Takes all readable bytes. */
    void append(ByteBuf in) {
        int length = in.readableBytes();
        int waiting = end - start;
        // Copying what waits is paid for by at least as many new bytes, so that tiny pieces cost no more than large
        // ones.
        if (waiting <= length && (long) waiting + length <= scratch.bytes.length) {
            moveTo(scratch.bytes);
        } else {
            makeRoom(length);
        }
        in.readBytes(buffer, end, length);
        end += length;
    }

    /** The shared array is about to be another parser's: keeps what is left. */
    void park() {
        if (end == start && argumentsLeft == 0) {
            moveTo(NOTHING);
            own = own.length > OWN_BYTES_MIN ? NOTHING : own;
        } else if (buffer == scratch.bytes) {
            own = own.length >= end - start ? own : new byte[Math.max(OWN_BYTES_MIN, end - start)];
            moveTo(own);
        }
    }

    /** Reads on; the limits of one who has not logged in are tighter. */
    Outcome next(boolean authenticated) {
        if (argumentsLeft == 0) {
            start = position;
        }
        while (true) {
            if (argumentsLeft == 0) {
                if (position == end) {
                    return Outcome.MORE;
                }
                if (buffer[position] != '*') {
                    Outcome outcome = inline();
                    if (outcome != null) {
                        return outcome;
                    }
                    continue;
                }
                if (!arrayHeader(authenticated)) {
                    return error.isEmpty() ? Outcome.MORE : Outcome.FAILED;
                }
                continue;
            }
            if (bulkLength < 0 && !bulkHeader(authenticated)) {
                return error.isEmpty() ? Outcome.MORE : Outcome.FAILED;
            }
            if (end - position < bulkLength + 2L) {
                return end - start > limits.commandBytesMax() ? fail("command is too big") : Outcome.MORE;
            }
            if (buffer[position + bulkLength] != '\r' || buffer[position + bulkLength + 1] != '\n') {
                return fail("expected CRLF after bulk string");
            }
            args.add(position, bulkLength);
            position += bulkLength + 2;
            scanned = position;
            bulkLength = -1;
            if (--argumentsLeft == 0) {
                // From here on the command's bytes are the caller's until the next call.
                start = position;
                return Outcome.COMMAND;
            }
        }
    }

    /** Reads {@code *count}; false where it is incomplete or, with an error, wrong. Counts of 0 and -1 are skipped. */
    private boolean arrayHeader(boolean authenticated) {
        int lineEnd = countLineEnd("too big mbulk count string");
        if (lineEnd < 0) {
            return false;
        }
        long count = Numbers.parseLong(buffer, position + 1, lineEnd - position - 1);
        if (count < -1 || count > limits.argumentsMax()) {
            fail("invalid multibulk length");
            return false;
        }
        if (count > limits.unauthenticatedArgumentsMax() && !authenticated) {
            fail("unauthenticated multibulk length");
            return false;
        }
        args.reset(buffer);
        argumentsLeft = (int) Math.max(0, count);
        position = lineEnd + 2;
        scanned = position;
        if (argumentsLeft == 0) {
            start = position;
        }
        return true;
    }

    /** Reads {@code $length}; false where it is incomplete or, with an error, wrong. */
    private boolean bulkHeader(boolean authenticated) {
        if (position == end) {
            return false;
        }
        if (buffer[position] != '$') {
            fail("expected '$', got '" + (char) (buffer[position] & 0xff) + "'");
            return false;
        }
        int lineEnd = countLineEnd("too big bulk count string");
        if (lineEnd < 0) {
            return false;
        }
        long length = Numbers.parseLong(buffer, position + 1, lineEnd - position - 1);
        if (length < 0 || length > limits.bulkBytesMax()) {
            fail("invalid bulk length");
            return false;
        }
        boolean much = length > limits.unauthenticatedBulkBytesMax()
                || lineEnd + 4 - start + length > RespLimits.UNAUTHENTICATED_BYTES_MAX;
        if (much && !authenticated) {
            fail("unauthenticated bulk length");
            return false;
        }
        position = lineEnd + 2;
        scanned = position;
        bulkLength = (int) length;
        return true;
    }

    /** The index of the CR that ends the line at {@link #position}; -1 where it is incomplete or, with an error, wrong. */
    private int countLineEnd(String tooLong) {
        int limit = Math.min(end, position + COUNT_LINE_BYTES_MAX);
        for (int i = position + 1; i < limit; i++) {
            if (buffer[i] == '\r') {
                if (i + 1 == end) {
                    return -1;
                }
                if (buffer[i + 1] != '\n') {
                    fail(buffer[position] == '*' ? "invalid multibulk length" : "invalid bulk length");
                    return -1;
                }
                return i;
            }
            if (buffer[i] == '\n') {
                fail(buffer[position] == '*' ? "invalid multibulk length" : "invalid bulk length");
                return -1;
            }
        }
        if (limit < end) {
            fail(tooLong);
        }
        return -1;
    }

    /** Reads a line; null where it is empty and reading goes on. */
    private @Nullable Outcome inline() {
        int from = Math.max(position, scanned);
        int limit = (int) Math.min(end, (long) position + limits.inlineBytesMax() + 1);
        int newline = from;
        while (newline < limit && buffer[newline] != '\n') {
            newline++;
        }
        if (newline == limit) {
            scanned = newline;
            return newline - position > limits.inlineBytesMax() ? fail("too big inline request") : Outcome.MORE;
        }
        int lineEnd = newline > position && buffer[newline - 1] == '\r' ? newline - 1 : newline;
        args.reset(buffer);
        boolean balanced = InlineCommand.split(buffer, position, lineEnd, args);
        position = newline + 1;
        scanned = position;
        start = position;
        if (!balanced) {
            return fail("unbalanced quotes in request");
        }
        return args.count() > 0 ? Outcome.COMMAND : null;
    }

    private Outcome fail(String what) {
        error = "ERR Protocol error: " + what;
        return Outcome.FAILED;
    }

    /** Makes the own array hold what is left and so many more bytes; it grows in doublings, and by no announcement. */
    private void makeRoom(int more) {
        long needed = (long) (end - start) + more;
        if (needed > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("a command of " + needed + " bytes: the limits are below that");
        }
        if (buffer == own && end + (long) more <= own.length) {
            return;
        }
        if (needed > own.length || (buffer == own && needed > own.length / 2)) {
            long capacity = Math.min(Integer.MAX_VALUE - 8, Math.max(OWN_BYTES_MIN, own.length * 2L));
            if (bulkLength >= 0) {
                capacity = Math.min(capacity, (long) position - start + bulkLength + 2);
            }
            own = new byte[(int) Math.max(needed, capacity)];
        }
        moveTo(own);
    }

    private void moveTo(byte[] target) {
        System.arraycopy(buffer, start, target, 0, end - start);
        if (argumentsLeft > 0) {
            args.move(target, -start);
        }
        buffer = target;
        position -= start;
        scanned = Math.max(0, scanned - start);
        end -= start;
        start = 0;
    }
}
