package dev.meridian.server.link;

import com.github.luben.zstd.Zstd;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import java.util.zip.CRC32C;

/**
 * What travels between two nodes. First each side's preface: magic, version, its region, the region it means to
 * reach. Then blocks: u32 length of what follows, u32 CRC-32C of what follows, u8 codec (0 plain, 1 zstd), u32
 * length of the content, the content: frames, each u32 length and bytes. Little endian. Not thread-safe.
 */
final class LinkWire {
    static final int HEADER_BYTES = 8;
    static final int VERSION = 1;
    static final int BLOCK_BYTES_MAX = 80 << 20;
    private static final long MAGIC = 0x4E4149444952454DL; // "MERIDIAN"
    private static final int CONTENT_HEADER_BYTES = 5;
    private static final int COMPRESSED_FROM_BYTES = 128;
    private static final int EXPANSION_MAX = 512;
    private static final int PLAIN = 0;
    private static final int ZSTD = 1;

    private final CRC32C crc = new CRC32C();
    private byte[] scratch = new byte[1 << 17];

    static void preface(ByteWriter out, String self, String peer) {
        out.i64(MAGIC);
        out.i32(VERSION);
        out.text(self);
        out.text(peer);
    }

    /** The length of the preface if it is whole, 0 if more bytes are needed. Wrong magic or version throws. */
    static int prefaceLength(byte[] bytes, int offset, int length) {
        ByteReader in = new ByteReader().wrap(bytes, offset, length);
        if (length >= 8 && in.i64() != MAGIC) {
            throw new MalformedBytesException("the other side is no Meridian node");
        }
        if (length < 14) {
            return 0;
        }
        int version = in.i32();
        if (version != VERSION) {
            throw new MalformedBytesException("the other side speaks version " + version + ", this node " + VERSION);
        }
        for (int i = 0; i < 2; i++) {
            if (in.remaining() < 1) {
                return 0;
            }
            int size = in.u8();
            if (size > 127) {
                throw new MalformedBytesException("a region's name of more than 127 bytes");
            }
            if (in.remaining() < size) {
                return 0;
            }
            in.skip(size);
        }
        return in.position() - offset;
    }

    /** The region that speaks, if it means {@code self}. */
    static String prefaceRegion(byte[] bytes, int offset, int length, String self) {
        ByteReader in = new ByteReader().wrap(bytes, offset, length);
        in.skip(12);
        String speaker = in.text();
        String meant = in.text();
        if (!meant.equals(self)) {
            throw new MalformedBytesException("region " + speaker + " means to reach " + meant + ", this is " + self);
        }
        return speaker;
    }

    /** Makes one block of frames that are written as they stand in a content. */
    byte[] block(byte[] frames, int length) {
        byte[] content = frames;
        int contentLength = length;
        int codec = PLAIN;
        if (length >= COMPRESSED_FROM_BYTES) {
            int bound = (int) Zstd.compressBound(length);
            if (scratch.length < bound) {
                scratch = new byte[bound];
            }
            long size = Zstd.compressByteArray(scratch, 0, scratch.length, frames, 0, length, 1);
            if (!Zstd.isError(size) && size < length) {
                codec = ZSTD;
                content = scratch;
                contentLength = (int) size;
            }
        }
        ByteWriter out = new ByteWriter(HEADER_BYTES + CONTENT_HEADER_BYTES + contentLength);
        out.i32(CONTENT_HEADER_BYTES + contentLength);
        out.i32(0);
        out.u8(codec);
        out.i32(length);
        out.raw(content, 0, contentLength);
        crc.reset();
        crc.update(out.array(), HEADER_BYTES, out.size() - HEADER_BYTES);
        out.i32At(4, (int) crc.getValue());
        return out.array().length == out.size() ? out.array() : out.toByteArray();
    }

    /** The length of a block's rest from its header; throws before anything is allocated for it. */
    static int restLength(int length) {
        if (length < CONTENT_HEADER_BYTES || length > BLOCK_BYTES_MAX) {
            throw new MalformedBytesException("a block of " + length + " bytes");
        }
        return length;
    }

    /** The frames of a block: checks the sum, expands. The array returned is the caller's. */
    byte[] content(int expectedCrc, byte[] rest, int length) {
        crc.reset();
        crc.update(rest, 0, length);
        if ((int) crc.getValue() != expectedCrc) {
            throw new MalformedBytesException("a block whose checksum does not fit");
        }
        ByteReader in = new ByteReader().wrap(rest, 0, length);
        int codec = in.u8();
        int size = in.i32();
        int packed = in.remaining();
        if (size < 0 || size > BLOCK_BYTES_MAX || (long) size > (long) packed * EXPANSION_MAX + 1024) {
            throw new MalformedBytesException("a block that claims " + size + " bytes in " + packed);
        }
        byte[] content = new byte[size];
        switch (codec) {
            case PLAIN -> {
                if (packed != size) {
                    throw new MalformedBytesException("a plain block of " + packed + " bytes that claims " + size);
                }
                System.arraycopy(rest, in.position(), content, 0, size);
            }
            case ZSTD -> {
                long got = Zstd.decompressByteArray(content, 0, size, rest, in.position(), packed);
                if (Zstd.isError(got) || got != size) {
                    throw new MalformedBytesException("a block that cannot be expanded");
                }
            }
            default -> throw new MalformedBytesException("a block of the unknown codec " + codec);
        }
        return content;
    }
}
