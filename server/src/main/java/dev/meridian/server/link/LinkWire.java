package dev.meridian.server.link;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The blocks of one connection, after both prefaces: u32 length of what follows the sum, u32 sum, u8 urgency, u32
 * length of the content, the content compressed: the next piece of that urgency's stream of frames, each u32 length and
 * bytes. Little endian.
 *
 * <p>All blocks of a direction are one zstd stream, flushed at each block: what went before is the dictionary of what
 * follows, so that even a block of one mutation shrinks (docs/links.md has the figures).
 *
 * <p>The sum is a CRC-32C over a digest of both prefaces and the direction, the block's number, and what follows: so a
 * block counts once, in its place, on its own connection. It tells mistakes and recordings apart from the
 * real thing, not a forger who reads along. Not thread-safe.
 */
final class LinkWire implements AutoCloseable {
    static final int HEADER_BYTES = 8;
    static final int CONTENT_BYTES_MAX = 128 << 10;
    private static final int CONTENT_HEADER_BYTES = 5;
    /** Zstd adds a few bytes to what it cannot compress. */
    private static final int REST_BYTES_MAX = CONTENT_HEADER_BYTES + CONTENT_BYTES_MAX + 1024;

    private static final int LEVEL = 1;
    /** How far back a stream refers, as a power of two; each side keeps as much in memory. */
    private static final int WINDOW_LOG = 19;

    private static final int KEY_BYTES = 16;

    private final CRC32C crc = new CRC32C();
    private final byte[] keyOut;
    private final byte[] keyIn;
    private final ZstdCompressCtx compress = new ZstdCompressCtx();
    private final ZstdDecompressCtx expand = new ZstdDecompressCtx();
    private final ByteBuffer packed = ByteBuffer.allocate(REST_BYTES_MAX);
    private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    private long blocksOut;
    private long blocksIn;

    /** What a block holds; the content is the receiver's. */
    record Block(int urgency, byte[] content) {}

    /** @param dialled whether this side made the connection */
    LinkWire(Preface own, Preface others, boolean dialled) {
        Preface dialler = dialled ? own : others;
        Preface listener = dialled ? others : own;
        byte[] fromDialler = key(dialler, listener, 0);
        byte[] fromListener = key(dialler, listener, 1);
        keyOut = dialled ? fromDialler : fromListener;
        keyIn = dialled ? fromListener : fromDialler;
        compress.setLevel(LEVEL).setWindowLog(WINDOW_LOG).setContentSize(false);
        expand.setLongMax(WINDOW_LOG);
    }

    private static byte[] key(Preface dialler, Preface listener, int direction) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(dialler.bytes());
            digest.update(listener.bytes());
            digest.update((byte) direction);
            return Arrays.copyOf(digest.digest(), KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private int sum(byte[] key, long blockNumber, byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(key, 0, KEY_BYTES);
        crc.update(number.putLong(0, blockNumber).array(), 0, 8);
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Makes one block of up to {@link #CONTENT_BYTES_MAX} bytes of a stream of frames. */
    byte[] block(int urgency, byte[] frames, int offset, int length) {
        ByteBuffer source = ByteBuffer.wrap(frames, offset, length);
        packed.clear();
        while (!compress.compressByteBufferStream(packed, source, EndDirective.FLUSH)) {
            if (!packed.hasRemaining()) {
                throw new IllegalStateException("a block of " + length + " bytes does not fit when compressed");
            }
        }
        ByteWriter out = new ByteWriter(HEADER_BYTES + CONTENT_HEADER_BYTES + packed.position());
        out.i32(CONTENT_HEADER_BYTES + packed.position());
        out.i32(0);
        out.u8(urgency);
        out.i32(length);
        out.raw(packed.array(), 0, packed.position());
        out.i32At(4, sum(keyOut, blocksOut++, out.array(), HEADER_BYTES, out.size() - HEADER_BYTES));
        return out.array().length == out.size() ? out.array() : out.toByteArray();
    }

    /** The length of a block's rest from its header; refuses before anything is allocated for it. */
    static int restLength(int length) {
        if (length < CONTENT_HEADER_BYTES || length > REST_BYTES_MAX) {
            throw new LinkFaultException(LinkFault.BLOCK_LENGTH, "a block of " + length + " bytes");
        }
        return length;
    }

    /** Checks the sum, expands. */
    Block read(int sum, byte[] bytes, int offset, int length) {
        if (sum(keyIn, blocksIn++, bytes, offset, length) != sum) {
            throw new LinkFaultException(LinkFault.CHECKSUM, "a block whose checksum does not fit");
        }
        ByteReader in = new ByteReader().wrap(bytes, offset, length);
        int urgency = in.u8();
        int size = in.i32();
        if (urgency >= Links.URGENCIES) {
            throw new LinkFaultException(LinkFault.BLOCK_KIND, "a block of the unknown urgency " + urgency);
        }
        if (size <= 0 || size > CONTENT_BYTES_MAX) {
            throw new LinkFaultException(LinkFault.EXPANSION, "a block that claims to hold " + size + " bytes");
        }
        return new Block(urgency, expanded(ByteBuffer.wrap(bytes, in.position(), in.remaining()), size));
    }

    /** Never makes more of a block than it says that it holds. */
    private byte[] expanded(ByteBuffer source, int size) {
        ByteBuffer content = ByteBuffer.allocate(size);
        try {
            int before = -1;
            while (source.hasRemaining() && before != source.position() + content.position()) {
                before = source.position() + content.position();
                expand.decompressByteBufferStream(content, source);
            }
        } catch (ZstdException e) {
            throw new LinkFaultException(LinkFault.EXPANSION, "a block that cannot be expanded: " + e.getMessage());
        }
        if (source.hasRemaining() || content.hasRemaining()) {
            throw new LinkFaultException(
                    LinkFault.EXPANSION, "a block that does not hold the " + size + " bytes that it claims");
        }
        return content.array();
    }

    @Override
    public void close() {
        compress.close();
        expand.close();
    }
}
