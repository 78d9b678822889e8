package dev.meridian.simulator;

import dev.meridian.store.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A file as an operating system keeps it: pages in its cache, of which some sectors are newer than what the platter has. A
 * copy shares its pages until one of the two is written.
 */
final class SimulatedFile implements Disk.File {
    static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;
    private static final int SECTORS = PAGE_BYTES / SECTOR_BYTES;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final SimulatedDisk disk;
    private byte[][] cached = {};
    private byte[][] platter = {};

    /** A bit for each sector of a page that waits to be written to the platter. */
    private byte[] dirty = {};

    /** Pages of the cache that nothing else refers to. */
    private final BitSet owned = new BitSet();

    /** Pages whose cache the system takes for clean although the platter has something else. */
    private final BitSet diverged = new BitSet();

    private final BitSet unreadable = new BitSet();
    private long size;
    private long platterSize;

    SimulatedFile(SimulatedDisk disk) {
        this.disk = disk;
    }

    /** The same file on another disk. */
    SimulatedFile copy(SimulatedDisk on) {
        SimulatedFile copy = new SimulatedFile(on);
        copy.cached = cached.clone();
        copy.platter = platter.clone();
        copy.dirty = dirty.clone();
        copy.diverged.or(diverged);
        copy.unreadable.or(unreadable);
        copy.size = size;
        copy.platterSize = platterSize;
        owned.clear();
        return copy;
    }

    // ---- what the store does with it ----

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        long end = disk.allow(position + from.remaining(), size);
        boolean crash = disk.crashesNow();
        if (crash && end > position) {
            end = position + disk.random().nextLong(end - position);
        }
        if (end <= position && !crash) {
            throw new IOException(SimulatedDisk.NO_SPACE);
        }
        int length = (int) (end - position);
        for (long at = position; at < end; ) {
            int page = (int) (at / PAGE_BYTES);
            int offset = (int) (at % PAGE_BYTES);
            int chunk = (int) Math.min(PAGE_BYTES - offset, end - at);
            from.get(own(page), offset, chunk);
            for (int sector = offset / SECTOR_BYTES; sector <= (offset + chunk - 1) / SECTOR_BYTES; sector++) {
                dirty[page] |= (byte) (1 << sector);
            }
            // A sector that is written again is put elsewhere by the drive.
            unreadable.clear(page);
            at += chunk;
        }
        if (end > size) {
            disk.took(end - size);
            size = end;
        }
        if (crash) {
            throw new SimulatedDisk.Crash();
        }
        disk.stall();
        return length;
    }

    private byte[] own(int page) {
        if (page >= cached.length) {
            int pages = Math.max(page + 1, cached.length + cached.length / 2);
            cached = Arrays.copyOf(cached, pages);
            platter = Arrays.copyOf(platter, pages);
            dirty = Arrays.copyOf(dirty, pages);
        }
        if (!owned.get(page)) {
            cached[page] = cached[page] == null ? new byte[PAGE_BYTES] : cached[page].clone();
            owned.set(page);
        }
        return cached[page];
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        disk.stall();
        long end = Math.min(size, position + into.remaining());
        if (end <= position) {
            return -1;
        }
        for (long at = position; at < end; ) {
            int page = (int) (at / PAGE_BYTES);
            int offset = (int) (at % PAGE_BYTES);
            int chunk = (int) Math.min(PAGE_BYTES - offset, end - at);
            if (unreadable.get(page)) {
                if (at > position) {
                    return (int) (at - position);
                }
                throw new IOException("Input/output error");
            }
            into.put(page(cached, page), offset, chunk);
            at += chunk;
        }
        return (int) (end - position);
    }

    private static byte[] page(byte[][] pages, int page) {
        return page < pages.length && pages[page] != null ? pages[page] : ZEROS;
    }

    @Override
    public void force() throws IOException {
        disk.step();
        disk.stall();
        if (disk.failsForce()) {
            for (int page = 0; page < dirty.length; page++) {
                if (dirty[page] != 0) {
                    dirty[page] = 0;
                    diverged.set(page);
                }
            }
            throw new IOException("Input/output error");
        }
        for (int page = 0; page < dirty.length; page++) {
            if (dirty[page] != 0) {
                writeBack(page);
            }
        }
        platterSize = size;
    }

    private void writeBack(int page) {
        SimulatedDisk.Astray astray = disk.astray();
        if (astray == SimulatedDisk.Astray.NONE) {
            if (diverged.get(page) && dirty[page] != (byte) 0xFF) {
                byte[] merged = page(platter, page).clone();
                copySectors(cached[page], merged, dirty[page]);
                platter[page] = merged;
            } else {
                platter[page] = cached[page];
                owned.clear(page);
                diverged.clear(page);
            }
        } else {
            diverged.set(page);
            if (astray == SimulatedDisk.Astray.MISDIRECTED) {
                int other = disk.random().nextInt(Math.min(platter.length, (int) (size / PAGE_BYTES) + 1));
                platter[other] = cached[page].clone();
                diverged.set(other);
            }
        }
        dirty[page] = 0;
    }

    private static void copySectors(byte[] from, byte[] to, int sectors) {
        for (int sector = 0; sector < SECTORS; sector++) {
            if ((sectors & 1 << sector) != 0) {
                System.arraycopy(from, sector * SECTOR_BYTES, to, sector * SECTOR_BYTES, SECTOR_BYTES);
            }
        }
    }

    @Override
    public void truncate(long to) {
        disk.step();
        if (to >= size) {
            return;
        }
        disk.took(to - size);
        size = to;
        int page = (int) (to / PAGE_BYTES);
        int offset = (int) (to % PAGE_BYTES);
        if (offset > 0 && page < cached.length && cached[page] != null) {
            Arrays.fill(own(page), offset, PAGE_BYTES, (byte) 0);
            for (int sector = offset / SECTOR_BYTES; sector < SECTORS; sector++) {
                dirty[page] |= (byte) (1 << sector);
            }
            page++;
        }
        for (; page < cached.length; page++) {
            cached[page] = ZEROS;
            owned.clear(page);
            dirty[page] = (byte) 0xFF;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() {}

    // ---- what happens to it ----

    /** Of what was not forced, each sector is there or is not, and the file has any length between the two. */
    void losePower(SplittableRandom random, boolean everything) {
        long shorter = Math.min(size, platterSize);
        long longer = Math.max(size, platterSize);
        size = everything ? platterSize : shorter == longer ? shorter : random.nextLong(shorter, longer + 1);
        for (int page = 0; page < cached.length; page++) {
            byte[] survived = page(platter, page);
            if (dirty[page] != 0 && !everything) {
                survived = survived.clone();
                copySectors(page(cached, page), survived, dirty[page] & random.nextInt(1 << SECTORS));
            }
            cached[page] = survived;
            platter[page] = survived;
            dirty[page] = 0;
        }
        owned.clear();
        diverged.clear();
        platterSize = size;
        clearBehind();
    }

    /** What lies behind the end reads as zeros when the file grows again. */
    private void clearBehind() {
        int page = (int) (size / PAGE_BYTES);
        int offset = (int) (size % PAGE_BYTES);
        if (page < cached.length && offset > 0) {
            byte[] last = page(cached, page).clone();
            Arrays.fill(last, offset, PAGE_BYTES, (byte) 0);
            cached[page] = last;
            platter[page] = last;
            page++;
        }
        for (; page < cached.length; page++) {
            cached[page] = ZEROS;
            platter[page] = ZEROS;
        }
    }

    /** The system's cache gives up its clean pages: what is read next is what the platter has. */
    void evict() {
        for (int page = diverged.nextSetBit(0); page >= 0; page = diverged.nextSetBit(page + 1)) {
            if (page < dirty.length && dirty[page] == 0) {
                cached[page] = page(platter, page);
                owned.clear(page);
                diverged.clear(page);
            }
        }
    }

    /** Turns one bit of what the platter holds; answers whether there was any. */
    boolean rot(SplittableRandom random, long fromByte) {
        if (platterSize <= fromByte) {
            return false;
        }
        long at = random.nextLong(fromByte, platterSize);
        int page = (int) (at / PAGE_BYTES);
        if (dirty[page] != 0) {
            return false;
        }
        byte[] rotten = page(platter, page).clone();
        rotten[(int) (at % PAGE_BYTES)] ^= (byte) (1 << random.nextInt(8));
        platter[page] = rotten;
        cached[page] = rotten;
        owned.clear(page);
        return true;
    }

    /** The drive cannot read a page of it any more. */
    boolean spoil(SplittableRandom random, long fromByte) {
        if (platterSize <= fromByte) {
            return false;
        }
        unreadable.set((int) (random.nextLong(fromByte, platterSize) / PAGE_BYTES));
        return true;
    }

    /** The content as one array, for whoever looks for bytes. */
    byte[] bytes() {
        byte[] all = new byte[(int) size];
        for (int at = 0; at < all.length; at += PAGE_BYTES) {
            System.arraycopy(page(cached, at / PAGE_BYTES), 0, all, at, Math.min(PAGE_BYTES, all.length - at));
        }
        return all;
    }
}
