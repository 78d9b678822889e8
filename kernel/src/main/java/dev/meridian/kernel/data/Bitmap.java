package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.ByteWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bits that were set one by one, laid over a key's string. Each is a row of {@link Type#BITMAP} of its own (element: the
 * offset, four bytes; value: 0 or 1), so that concurrent SETBITs of different bits all stay; of the same bit the later
 * shows. A bit is gone when a SET or DEL that had seen it is applied.
 *
 * <p>A row whose stamp can decide nothing any more, since all that will ever arrive has seen it, is folded by each
 * region for itself into the row of its block (element: the block's number, three bytes; value: a mask of the bits
 * known, then the bits). A bit's own row, being newer, goes before its block.
 */
public final class Bitmap {
    /** Offsets end here, so that a string with its bits fits into one record of the log. */
    public static final long OFFSET_END = 1L << 28;

    private static final int BLOCK_BYTES = 256;
    private static final int ROW_ID_BYTES = 4;
    private static final byte[][] VALUES = {{0}, {1}};

    private Bitmap() {}

    /** The element of a bit's row. */
    public static byte[] element(int offset) {
        return new byte[] {(byte) (offset >>> 24), (byte) (offset >>> 16), (byte) (offset >>> 8), (byte) offset};
    }

    /** The value of a bit's row; shared, not to be changed. */
    public static byte[] value(int bit) {
        return VALUES[bit];
    }

    /** Whether an operation may write this element and value. */
    public static boolean valid(byte[] element, byte[] value) {
        return element.length == ROW_ID_BYTES
                && element[0] >= 0
                && element[0] < OFFSET_END >>> 24
                && value.length == 1
                && (value[0] == 0 || value[0] == 1);
    }

    /** Whether a row at rest is a bit's or a block's. */
    static boolean validRow(byte[] element, byte @Nullable [] value) {
        if (element.length == ROW_ID_BYTES) {
            return valid(element, value == null ? VALUES[0] : value);
        }
        return element.length == ROW_ID_BYTES - 1
                && (element[0] == 0 || element[0] == 1)
                && (value == null || value.length == 2 * BLOCK_BYTES);
    }

    static boolean isBit(Cell cell) {
        return cell.id.length == ROW_ID_BYTES;
    }

    private static int number(byte[] id) {
        int n = 0;
        for (byte b : id) {
            n = n << 8 | b & 0xFF;
        }
        return n;
    }

    static byte[] blockElement(Cell bit) {
        int block = number(bit.id) / (8 * BLOCK_BYTES);
        return new byte[] {(byte) (block >>> 16), (byte) (block >>> 8), (byte) block};
    }

    /** Takes a bit's value into its block, in place. */
    static void fold(Cell bit, Cell block) {
        byte[] value = bit.value;
        if (value == null) {
            throw new IllegalStateException("a bit without a value");
        }
        byte[] bits = block.value == null ? new byte[2 * BLOCK_BYTES] : block.value;
        set(bits, number(bit.id) % (8 * BLOCK_BYTES), value[0]);
        block.value = bits;
    }

    private static void set(byte[] block, int offset, int bit) {
        int at = offset >>> 3;
        int mask = 0x80 >>> (offset & 7);
        block[at] |= (byte) mask;
        block[BLOCK_BYTES + at] = (byte) (bit == 0 ? block[BLOCK_BYTES + at] & ~mask : block[BLOCK_BYTES + at] | mask);
    }

    /** The bit at an offset as readers of the string see it. */
    public static int bit(Key key, int offset) {
        Collection bits = key.bits();
        if (bits != null) {
            Cell row = bits.find(element(offset));
            if (row != null && row.value != null) {
                return row.value[0];
            }
            int block = offset / (8 * BLOCK_BYTES);
            Cell folded = bits.find(new byte[] {(byte) (block >>> 16), (byte) (block >>> 8), (byte) block});
            int at = offset % (8 * BLOCK_BYTES) >>> 3;
            if (folded != null && folded.value != null && bit(folded.value, at, offset) != 0) {
                return bit(folded.value, BLOCK_BYTES + at, offset);
            }
        }
        Cell string = key.string();
        byte[] text = string == null ? null : string.visible();
        return text == null || offset >>> 3 >= text.length ? 0 : bit(text, offset >>> 3, offset);
    }

    private static int bit(byte[] bytes, int at, int offset) {
        return bytes[at] >>> 7 - (offset & 7) & 1;
    }

    /** The string with its bits laid over it. */
    static byte[] over(byte @Nullable [] text, Collection bits) {
        Map<Integer, byte[]> blocks = blocks(bits);
        int length = text == null ? 0 : text.length;
        for (Map.Entry<Integer, byte[]> block : blocks.entrySet()) {
            length = Math.max(length, block.getKey() * BLOCK_BYTES + known(block.getValue()));
        }
        byte[] seen = text == null ? new byte[length] : Arrays.copyOf(text, length);
        for (Map.Entry<Integer, byte[]> entry : blocks.entrySet()) {
            int start = entry.getKey() * BLOCK_BYTES;
            byte[] block = entry.getValue();
            for (int i = 0, end = Math.min(BLOCK_BYTES, length - start); i < end; i++) {
                seen[start + i] = (byte) (seen[start + i] & ~block[i] | block[BLOCK_BYTES + i] & block[i]);
            }
        }
        return seen;
    }

    /** How many bytes of a block reach to its last known bit. */
    private static int known(byte[] block) {
        int bytes = BLOCK_BYTES;
        while (bytes > 0 && block[bytes - 1] == 0) {
            bytes--;
        }
        return bytes;
    }

    /** Everything known of the bits, by block: the same in every region, whatever has been folded there. */
    private static TreeMap<Integer, byte[]> blocks(Collection bits) {
        TreeMap<Integer, byte[]> blocks = new TreeMap<>();
        bits.forEach(cell -> {
            byte[] value = cell.value;
            if (!isBit(cell) && value != null) {
                blocks.put(number(cell.id), value.clone());
            }
        });
        bits.forEach(cell -> {
            byte[] value = cell.value;
            if (isBit(cell) && value != null) {
                int offset = number(cell.id);
                byte[] block = blocks.computeIfAbsent(offset / (8 * BLOCK_BYTES), n -> new byte[2 * BLOCK_BYTES]);
                set(block, offset % (8 * BLOCK_BYTES), value[0]);
            }
        });
        return blocks;
    }

    static void canonical(Collection bits, ByteWriter out) {
        blocks(bits).forEach((number, block) -> {
            out.varint(number);
            out.bytes(block);
        });
    }
}
