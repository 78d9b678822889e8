package dev.meridian.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * One file of the log: a page of header, then records from {@code startLsn} on.
 *
 * <p>The header page holds at 0 what the file is, and at 512 and 1024 in turn the durable mark: up to where the log was known
 * to be durable. A mark is written after an fsync and reaches the disk with the next one at no cost of its own, so what is
 * read back is true and may be one fsync old.
 */
final class Segment implements Closeable {

    static final int HEADER_BYTES = 4096;
    private static final long MAGIC = 0x474f4c4e44495245L; // "ERIDNLOG"
    private static final int VERSION = 1;
    private static final int IDENTITY_BYTES = 40;
    private static final int MARK_BYTES = 12;
    private static final int[] MARK_OFFSETS = {512, 1024};
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.log");

    final Path path;
    final long startLsn;
    final Disk.File file;
    private int nextMark;

    private Segment(Path path, long startLsn, Disk.File file) {
        this.path = path;
        this.startLsn = startLsn;
        this.file = file;
    }

    static Path path(Path directory, long startLsn) {
        return directory.resolve("%016x.log".formatted(startLsn));
    }

    /** The position that a file's name states, or -1 if it is no segment's name. */
    static long startLsnIn(Path path) {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        return name.matches() ? Long.parseUnsignedLong(name.group(1), 16) : -1;
    }

    /** Begins a file; nothing of it is durable before it and its directory are forced. Leaves no file behind if it fails. */
    static Segment create(Disk disk, Path directory, UUID storeId, long startLsn, long durableLsn) throws IOException {
        Path path = path(directory, startLsn);
        Segment segment = new Segment(path, startLsn, disk.open(path));
        try {
            ByteBuffer header = buffer(HEADER_BYTES);
            putIdentity(header, storeId, startLsn);
            putMark(header, MARK_OFFSETS[0], durableLsn, startLsn);
            segment.nextMark = 1;
            segment.writeFully(header.rewind(), 0);
            return segment;
        } catch (IOException e) {
            segment.file.close();
            disk.delete(path);
            throw e;
        }
    }

    static Opened open(Disk disk, Path path, UUID storeId) throws IOException {
        long startLsn = startLsnIn(path);
        Disk.File file = disk.open(path);
        ByteBuffer header = buffer(HEADER_BYTES);
        readFully(file, header, 0);
        ByteBuffer expected = buffer(IDENTITY_BYTES);
        putIdentity(expected, storeId, startLsn);
        boolean legible = header.position() == HEADER_BYTES
                && header.slice(0, IDENTITY_BYTES).equals(expected.rewind());
        Segment segment = new Segment(path, startLsn, file);
        long durableLsn = 0;
        for (int i = 0; i < MARK_OFFSETS.length; i++) {
            long mark = mark(header, MARK_OFFSETS[i], startLsn);
            if (mark > durableLsn) {
                durableLsn = mark;
                segment.nextMark = 1 - i;
            }
        }
        return new Opened(segment, legible, durableLsn);
    }

    /**
     * @param legible the header is that of this store's segment at this position
     * @param durableLsn the newer of the two marks; 0 if neither can be read
     */
    record Opened(Segment segment, boolean legible, long durableLsn) {}

    /** Position after the last byte of the file, whole records or not. */
    long endLsn() throws IOException {
        return startLsn + Math.max(0, file.size() - HEADER_BYTES);
    }

    long position(long lsn) {
        return HEADER_BYTES + lsn - startLsn;
    }

    /** Writes again what the header says, in case that the file does not have it on the disk. */
    void rewriteHeader(UUID storeId, long durableLsn) throws IOException {
        ByteBuffer identity = buffer(IDENTITY_BYTES);
        putIdentity(identity, storeId, startLsn);
        writeFully(identity.rewind(), 0);
        writeMark(durableLsn);
    }

    void writeMark(long durableLsn) throws IOException {
        ByteBuffer page = buffer(MARK_BYTES);
        putMark(page, 0, durableLsn, startLsn);
        writeFully(page.rewind(), MARK_OFFSETS[nextMark]);
        nextMark = 1 - nextMark;
    }

    void writeFully(ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += file.write(from, at);
        }
    }

    /** Reads until the buffer or the file is at its end. */
    static void readFully(Disk.File file, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = file.read(into, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static void putIdentity(ByteBuffer header, UUID storeId, long startLsn) {
        header.putLong(0, MAGIC)
                .putInt(8, VERSION)
                .putLong(12, storeId.getMostSignificantBits())
                .putLong(20, storeId.getLeastSignificantBits())
                .putLong(28, startLsn)
                .putInt(36, crc(header, 0, 36, 0));
    }

    private static void putMark(ByteBuffer page, int offset, long durableLsn, long startLsn) {
        page.putLong(offset, durableLsn).putInt(offset + 8, crc(page, offset, 8, startLsn));
    }

    private static long mark(ByteBuffer header, int offset, long startLsn) {
        return header.getInt(offset + 8) == crc(header, offset, 8, startLsn) ? header.getLong(offset) : 0;
    }

    private static int crc(ByteBuffer buffer, int offset, int length, long seed) {
        CRC32C crc = new CRC32C();
        crc.update(buffer(Long.BYTES).putLong(seed).rewind());
        crc.update(buffer.slice(offset, length));
        return (int) crc.getValue();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
