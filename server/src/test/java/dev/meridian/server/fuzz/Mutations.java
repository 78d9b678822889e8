package dev.meridian.server.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages samples as disks, networks and hostile peers do: bits, lengths and counts at their bounds, pieces moved about. */
final class Mutations {
    private static final long[] BOUNDS = {
        0,
        1,
        -1,
        2,
        127,
        128,
        255,
        256,
        32_767,
        65_535,
        65_536,
        1 << 20,
        1 << 26,
        80 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 32,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

    private final SplittableRandom random;
    private final List<byte[]> samples;
    private final List<byte[]> words;
    private final int bytesMax;

    Mutations(SplittableRandom random, List<byte[]> samples, List<byte[]> words, int bytesMax) {
        this.random = random;
        this.samples = samples;
        this.words = words;
        this.bytesMax = bytesMax;
    }

    /** One to six changes to a sample; rarely none. */
    byte[] any() {
        byte[] bytes = one(samples);
        for (int n = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(3) * random.nextInt(3); n > 0; n--) {
            bytes = mutate(bytes);
        }
        return bytes.length > bytesMax ? Arrays.copyOf(bytes, bytesMax) : bytes;
    }

    private byte[] mutate(byte[] bytes) {
        if (bytes.length == 0) {
            return one(words);
        }
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(Math.min(bytes.length - at, random.nextBoolean() ? 8 : 200));
        byte[] piece = Arrays.copyOfRange(bytes, at, at + length);
        return switch (random.nextInt(13)) {
            case 0, 1 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
            case 2 -> with(bytes, at, (byte) BOUNDS[random.nextInt(BOUNDS.length)]);
            case 3 -> with(bytes, at, (byte) random.nextInt(256));
            case 4, 5 -> overwritten(bytes, at, bound());
            case 6 -> Arrays.copyOf(bytes, at);
            case 7 -> spliced(bytes, at, at + length, new byte[0]);
            case 8 -> spliced(bytes, random.nextInt(bytes.length + 1), -1, piece);
            case 9 -> spliced(bytes, at, at + length, one(words));
            case 10 -> spliced(bytes, at, -1, one(words));
            case 11 -> numbered(bytes);
            default -> {
                byte[] other = one(samples);
                int from = random.nextInt(other.length + 1);
                yield spliced(
                        bytes,
                        at,
                        random.nextBoolean() ? bytes.length : -1,
                        Arrays.copyOfRange(other, from, other.length));
            }
        };
    }

    /** A bound as it stands in a length: four or eight bytes, little endian, or a varint. */
    private byte[] bound() {
        long value = BOUNDS[random.nextInt(BOUNDS.length)];
        ByteBuffer out = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(3)) {
            case 0 -> out.putInt((int) value);
            case 1 -> out.putLong(value);
            default -> {
                long rest = value;
                for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
                    out.put((byte) (rest | 0x80));
                }
                out.put((byte) rest);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A number written in digits becomes one at a bound. */
    private byte[] numbered(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher numbers = NUMBER.matcher(text);
        if (!numbers.find(random.nextInt(bytes.length)) && !numbers.find(0)) {
            return bytes;
        }
        String bound = Long.toString(BOUNDS[random.nextInt(BOUNDS.length)]);
        return spliced(bytes, numbers.start(), numbers.end(), bound.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static byte[] overwritten(byte[] bytes, int at, byte[] piece) {
        return spliced(bytes, at, Math.min(bytes.length, at + piece.length), piece);
    }

    /** The piece in the place of {@code [from, to)}; between two bytes where {@code to} is -1. */
    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        int rest = to < 0 ? from : to;
        byte[] joined = Arrays.copyOf(bytes, from + piece.length + bytes.length - rest);
        System.arraycopy(piece, 0, joined, from, piece.length);
        System.arraycopy(bytes, rest, joined, from + piece.length, bytes.length - rest);
        return joined;
    }

    private byte[] one(List<byte[]> of) {
        return of.isEmpty() ? new byte[] {(byte) random.nextInt(256)} : of.get(random.nextInt(of.size()));
    }
}
