package dev.meridian.kernel.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The replies that wait for one client, in RESP2 or RESP3, in one growing byte array. One owner thread; nothing but
 * growth allocates. Aggregates announce their length first and their elements follow as further replies.
 */
public final class ReplyWriter {
    private static final int CAPACITY_AT_REST_BYTES = 16 * 1024;
    private static final byte[] NOTHING = {};
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NIL_2 = ascii("$-1\r\n");
    private static final byte[] NIL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NIL_3 = ascii("_\r\n");
    private static final byte[] TRUE_3 = ascii("#t\r\n");
    private static final byte[] FALSE_3 = ascii("#f\r\n");

    private byte[] buffer = NOTHING;
    private int readIndex;
    private int writeIndex;
    private int sizeMax;
    private boolean resp3;

    /** 2 or 3. */
    public int protocol() {
        return resp3 ? 3 : 2;
    }

    /** Switches the replies that follow to RESP2 or RESP3. */
    public void protocol(int version) {
        if (version != 2 && version != 3) {
            throw new IllegalArgumentException("RESP version " + version + ": it is 2 or 3");
        }
        resp3 = version == 3;
    }

    public void ok() {
        raw(OK);
    }

    /** A simple string; CR and LF in it become spaces. */
    public void simple(String text) {
        line('+', text);
    }

    /** An error; the text begins with its code, as in {@code ERR syntax error}. CR and LF in it become spaces. */
    public void error(String text) {
        line('-', text);
    }

    /** An error whose text quotes bytes of a client. */
    public void error(byte[] text) {
        line('-', text);
    }

    public void integer(long value) {
        header(':', value);
    }

    public void bulk(byte[] value) {
        bulk(value, 0, value.length);
    }

    public void bulk(byte[] source, int offset, int length) {
        ensure(length + 16L);
        header('$', length);
        System.arraycopy(source, offset, buffer, writeIndex, length);
        writeIndex += length;
        lineEnd();
    }

    /** A bulk string in UTF-8. */
    public void bulk(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bulk(bytes, 0, bytes.length);
    }

    /** The integer as a bulk string, without an array between. */
    public void bulk(long value) {
        header('$', Numbers.length(value));
        ensure(Numbers.LONG_BYTES_MAX + 2);
        writeIndex = Numbers.write(value, buffer, writeIndex);
        lineEnd();
    }

    /** Argument {@code i} as a bulk string. */
    public void bulk(Args args, int i) {
        bulk(args.buffer(), args.offset(i), args.length(i));
    }

    /** No value where a string could have been. */
    public void nil() {
        raw(resp3 ? NIL_3 : NIL_2);
    }

    /** No value where an array could have been. */
    public void nilArray() {
        raw(resp3 ? NIL_3 : NIL_ARRAY_2);
    }

    public void array(long elements) {
        header('*', elements);
    }

    /** A map: in RESP2 an array of twice as many elements. Keys and values alternate. */
    public void map(long pairs) {
        header(resp3 ? '%' : '*', resp3 ? pairs : pairs * 2);
    }

    /** A set: in RESP2 an array. */
    public void set(long elements) {
        header(resp3 ? '~' : '*', elements);
    }

    /** A message that answers no command: in RESP2 an array. */
    public void push(long elements) {
        header(resp3 ? '>' : '*', elements);
    }

    /** A double: in RESP2 a bulk string, in the same digits. */
    public void doubleValue(double value) {
        ensure(Numbers.DOUBLE_BYTES_MAX + 16);
        if (resp3) {
            buffer[writeIndex++] = ',';
            writeIndex = Numbers.write(value, buffer, writeIndex);
        } else {
            // The length of the digits is known after they are written, and has one place or two.
            int start = writeIndex;
            int end = Numbers.write(value, buffer, start + 5);
            int length = end - start - 5;
            buffer[start] = '$';
            int at = lineEnd(Numbers.write(length, buffer, start + 1));
            System.arraycopy(buffer, start + 5, buffer, at, length);
            writeIndex = at + length;
        }
        lineEnd();
    }

    /** A truth: in RESP2 the integer 1 or 0. */
    public void bool(boolean value) {
        if (resp3) {
            raw(value ? TRUE_3 : FALSE_3);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** An integer of any size in decimal: in RESP2 a bulk string. */
    public void bigNumber(String decimal) {
        if (resp3) {
            line('(', decimal);
        } else {
            bulk(decimal);
        }
    }

    /** Text for people: in RESP2 a bulk string. */
    public void verbatim(String text) {
        if (!resp3) {
            bulk(text);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header('=', bytes.length + 4L);
        raw(ascii("txt:"));
        raw(bytes);
        ensure(2);
        lineEnd();
    }

    /** Splices in replies that are encoded already. */
    public void raw(byte[] bytes) {
        raw(bytes, 0, bytes.length);
    }

    /** Splices in replies that are encoded already. */
    public void raw(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, buffer, writeIndex, length);
        writeIndex += length;
    }

    /** A place to {@link #rewind} to; valid until bytes leave. */
    public int mark() {
        return size();
    }

    /** Drops what was written since the mark, so that an error can stand in its place. */
    public void rewind(int mark) {
        if (mark < 0 || mark > size()) {
            throw new IllegalArgumentException("mark " + mark + " is outside the " + size() + " bytes that wait");
        }
        writeIndex = readIndex + mark;
    }

    /** Takes away what was written since the mark, to be written later. */
    public byte[] cut(int mark) {
        byte[] taken = Arrays.copyOfRange(buffer, readIndex + mark, writeIndex);
        rewind(mark);
        return taken;
    }

    /** The bytes that wait to leave. */
    public int size() {
        return writeIndex - readIndex;
    }

    /** The most bytes that ever waited. */
    public int sizeMax() {
        return Math.max(sizeMax, size());
    }

    /** The array in which the waiting bytes are those from {@link #readIndex()} on; changes with growth. */
    public byte[] buffer() {
        return buffer;
    }

    public int readIndex() {
        return readIndex;
    }

    /** The first {@code bytes} of those waiting have left. */
    public void skip(int bytes) {
        if (bytes < 0 || bytes > size()) {
            throw new IllegalArgumentException("skipped " + bytes + " of " + size() + " bytes that wait");
        }
        sizeMax = Math.max(sizeMax, size());
        readIndex += bytes;
        if (readIndex == writeIndex) {
            clear();
        }
    }

    /** Forgets everything that waits, and an array that grew large with it. */
    public void clear() {
        sizeMax = Math.max(sizeMax, size());
        readIndex = 0;
        writeIndex = 0;
        if (buffer.length > CAPACITY_AT_REST_BYTES) {
            buffer = NOTHING;
        }
    }

    private void header(char type, long value) {
        ensure(Numbers.LONG_BYTES_MAX + 3);
        buffer[writeIndex++] = (byte) type;
        writeIndex = Numbers.write(value, buffer, writeIndex);
        lineEnd();
    }

    private void line(char type, String text) {
        line(type, text.getBytes(StandardCharsets.UTF_8));
    }

    private void line(char type, byte[] bytes) {
        ensure(bytes.length + 3L);
        buffer[writeIndex++] = (byte) type;
        for (byte c : bytes) {
            buffer[writeIndex++] = c == '\r' || c == '\n' ? (byte) ' ' : c;
        }
        lineEnd();
    }

    private void lineEnd() {
        ensure(2);
        writeIndex = lineEnd(writeIndex);
    }

    private int lineEnd(int at) {
        buffer[at] = '\r';
        buffer[at + 1] = '\n';
        return at + 2;
    }

    private void ensure(long more) {
        if (writeIndex + more <= buffer.length) {
            return;
        }
        int waiting = size();
        long needed = waiting + more;
        if (needed > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("replies of " + needed + " bytes: one client's replies end at 2 GiB");
        }
        // What has left makes room only where that is half of the array, so that moving stays cheap.
        boolean roomy = needed <= buffer.length / 2;
        long capacity = roomy ? buffer.length : Math.min(Integer.MAX_VALUE - 8, Math.max(512L, buffer.length * 2L));
        byte[] target = roomy ? buffer : new byte[(int) Math.max(needed, capacity)];
        System.arraycopy(buffer, readIndex, target, 0, waiting);
        buffer = target;
        readIndex = 0;
        writeIndex = waiting;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
