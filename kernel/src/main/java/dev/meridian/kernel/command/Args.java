package dev.meridian.kernel.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One decoded command: its name and arguments as slices of one shared buffer. Argument 0 is the command's name.
 *
 * <p>The server fills one instance again and again; a command that keeps its arguments beyond its own execution takes a
 * {@link #retain() copy}. Reading allocates nothing but where a method says so. Not thread-safe.
 *
 * <p>Number parsing never throws: {@link #longAt} and {@link #doubleAt} set {@link #ok()}.
 */
public final class Args {
    private byte[] buffer;
    private int[] offsets;
    private int[] lengths;
    private int count;
    private boolean ok = true;

    public Args() {
        this(new byte[0], 8);
    }

    private Args(byte[] buffer, int capacity) {
        this.buffer = buffer;
        offsets = new int[capacity];
        lengths = new int[capacity];
    }

    /** A command of its own, from byte strings. Copies. */
    public static Args of(byte[]... values) {
        int total = 0;
        for (byte[] value : values) {
            total += value.length;
        }
        Args args = new Args(new byte[total], Math.max(1, values.length));
        int at = 0;
        for (byte[] value : values) {
            System.arraycopy(value, 0, args.buffer, at, value.length);
            args.add(at, value.length);
            at += value.length;
        }
        return args;
    }

    /** A command of its own, from text in UTF-8. */
    public static Args of(String... values) {
        byte[][] bytes = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return of(bytes);
    }

    /** Empties this and points it at a buffer; the buffer's slices follow with {@link #add}. */
    public void reset(byte[] source) {
        buffer = source;
        count = 0;
    }

    /** Appends the slice of the current buffer as the next argument. */
    public void add(int offset, int length) {
        if (count == offsets.length) {
            int capacity = Math.max(8, count * 2);
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }
        offsets[count] = offset;
        lengths[count++] = length;
    }

    /** The slices' bytes have moved: they are now in {@code target}, {@code bytesForward} further on. */
    public void move(byte[] target, int bytesForward) {
        buffer = target;
        for (int i = 0; i < count; i++) {
            offsets[i] += bytesForward;
        }
    }

    /** How many arguments there are, the command's name included. */
    public int count() {
        return count;
    }

    /** The buffer that all slices lie in; valid until the command ends. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where argument {@code i} begins in {@link #buffer()}. */
    public int offset(int i) {
        return offsets[i];
    }

    /** The bytes in argument {@code i}. */
    public int length(int i) {
        return lengths[i];
    }

    /** Argument {@code i} as bytes of its own. Allocates. */
    public byte[] copy(int i) {
        return Arrays.copyOfRange(buffer, offsets[i], offsets[i] + lengths[i]);
    }

    /** Argument {@code i} read as UTF-8, for messages and names. Allocates. */
    public String text(int i) {
        return new String(buffer, offsets[i], lengths[i], StandardCharsets.UTF_8);
    }

    /** Argument {@code i} with a char for each byte: a lossless key for maps of channels and names. Allocates. */
    public String latin1(int i) {
        return new String(buffer, offsets[i], lengths[i], StandardCharsets.ISO_8859_1);
    }

    /** Whether argument {@code i} is the keyword, ASCII letters in any case. */
    public boolean is(int i, String keyword) {
        int length = lengths[i];
        if (length != keyword.length()) {
            return false;
        }
        int offset = offsets[i];
        for (int k = 0; k < length; k++) {
            if (upper(buffer[offset + k]) != upper((byte) keyword.charAt(k))) {
                return false;
            }
        }
        return true;
    }

    /** Argument {@code i} as Redis' strict 64 bit integer; 0 and not {@link #ok()} where it is none. */
    public long longAt(int i) {
        long value = Numbers.parseLong(buffer, offsets[i], lengths[i]);
        ok = value != Numbers.NOT_A_LONG || Numbers.isLong(buffer, offsets[i], lengths[i]);
        return ok ? value : 0;
    }

    /** Argument {@code i} as Redis' double, infinities included; 0 and not {@link #ok()} where it is none. */
    public double doubleAt(int i) {
        double value = Numbers.parseDouble(buffer, offsets[i], lengths[i]);
        ok = !Double.isNaN(value);
        return ok ? value : 0;
    }

    /** Whether the last {@link #longAt} or {@link #doubleAt} found a number. */
    public boolean ok() {
        return ok;
    }

    /** Whether argument {@code i} has exactly these bytes. */
    public boolean equals(int i, byte[] other) {
        int offset = offsets[i];
        return Arrays.equals(buffer, offset, offset + lengths[i], other, 0, other.length);
    }

    /** Whether argument {@code i} has the same bytes as argument {@code j} of {@code other}. */
    public boolean equals(int i, Args other, int j) {
        int offset = offsets[i];
        int from = other.offsets[j];
        return Arrays.equals(buffer, offset, offset + lengths[i], other.buffer, from, from + other.lengths[j]);
    }

    /** A hash of argument {@code i}: that of {@link Arrays#hashCode(byte[])} over its bytes. */
    public int hash(int i) {
        int hash = 1;
        for (int at = offsets[i], end = at + lengths[i]; at < end; at++) {
            hash = 31 * hash + buffer[at];
        }
        return hash;
    }

    /** The bytes of all arguments together. */
    public long totalBytes() {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
        }
        return total;
    }

    /** A compact copy that stays valid. Allocates. */
    public Args retain() {
        Args copy = new Args(new byte[Math.toIntExact(totalBytes())], Math.max(1, count));
        int at = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(buffer, offsets[i], copy.buffer, at, lengths[i]);
            copy.add(at, lengths[i]);
            at += lengths[i];
        }
        return copy;
    }

    /** Makes {@code view} the command that begins at argument {@code from}, over the same buffer. */
    public void tail(int from, Args view) {
        view.reset(buffer);
        for (int i = from; i < count; i++) {
            view.add(offsets[i], lengths[i]);
        }
    }

    /** How many bytes {@link #encode} writes. */
    public long encodedLength() {
        long total = 3 + Numbers.length(count);
        for (int i = 0; i < count; i++) {
            total += 5 + Numbers.length(lengths[i]) + lengths[i];
        }
        return total;
    }

    /** Writes the command as a RESP array of bulk strings; answers the index behind the last byte. */
    public int encode(byte[] target, int from) {
        int at = from;
        target[at++] = '*';
        at = lineEnd(target, Numbers.write(count, target, at));
        for (int i = 0; i < count; i++) {
            target[at++] = '$';
            at = lineEnd(target, Numbers.write(lengths[i], target, at));
            System.arraycopy(buffer, offsets[i], target, at, lengths[i]);
            at = lineEnd(target, at + lengths[i]);
        }
        return at;
    }

    private static int lineEnd(byte[] target, int at) {
        target[at] = '\r';
        target[at + 1] = '\n';
        return at + 2;
    }

    private static int upper(byte c) {
        return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
    }
}
