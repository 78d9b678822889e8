package dev.meridian.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory that behaves as badly as real ones may: it loses any subset of the sectors and directory entries that
 * no fsync covered, tears writes, fills up, and after a failed fsync takes the lost bytes for clean.
 */
final class UnreliableDisk implements Disk {

    private static final int SECTOR_BYTES = 512;

    private final SplittableRandom random;
    private TreeMap<Path, Node> entries = new TreeMap<>();
    private TreeMap<Path, Node> durableEntries = new TreeMap<>();
    private int run;

    /** Operations that still succeed; the next one happens in part, then {@link Crash} is thrown. */
    int operationsUntilCrash = Integer.MAX_VALUE;

    /** Bytes that files may still grow by. */
    long room = Long.MAX_VALUE;

    /** How many fsyncs still succeed before one fails. */
    int forcesUntilFailure = Integer.MAX_VALUE;

    /** The process ends here. */
    static final class Crash extends RuntimeException {}

    private static final class Node {
        byte[] bytes = {};
        byte[] durable = {};
        final BitSet dirty = new BitSet();
    }

    UnreliableDisk(SplittableRandom random) {
        this.random = random;
    }

    /** The process is gone, the operating system lives. */
    void restartProcess() {
        run++;
        forcesUntilFailure = Integer.MAX_VALUE;
        operationsUntilCrash = Integer.MAX_VALUE;
    }

    /** Everything that was not durable survives or not, sector by sector, entry by entry. */
    void losePower() {
        restartProcess();
        TreeMap<Path, Node> after = new TreeMap<>();
        TreeMap<Path, Node> all = new TreeMap<>(durableEntries);
        all.putAll(entries);
        all.forEach((path, node) -> {
            boolean certain = entries.get(path) == node && durableEntries.get(path) == node;
            if (certain || random.nextBoolean()) {
                after.put(path, node);
            }
        });
        after.values().forEach(this::loseSectors);
        entries = after;
        durableEntries = new TreeMap<>(after);
    }

    private void loseSectors(Node node) {
        int shorter = Math.min(node.bytes.length, node.durable.length);
        int longer = Math.max(node.bytes.length, node.durable.length);
        int size = shorter == longer ? shorter : random.nextInt(shorter, longer + 1);
        byte[] survived = Arrays.copyOf(node.durable, size);
        node.dirty.stream().filter(sector -> random.nextBoolean()).forEach(sector -> {
            int from = sector * SECTOR_BYTES;
            int to = Math.min(Math.min(from + SECTOR_BYTES, size), node.bytes.length);
            if (from < to) {
                System.arraycopy(node.bytes, from, survived, from, to - from);
            }
        });
        node.bytes = survived;
        node.durable = survived.clone();
        node.dirty.clear();
    }

    /** The bytes of a file, to damage them. */
    byte[] bytes(Path path) {
        return entries.get(path).bytes;
    }

    private boolean crashesNow() {
        return --operationsUntilCrash < 0;
    }

    private void step() {
        if (crashesNow()) {
            throw new Crash();
        }
    }

    @Override
    public File open(Path path) {
        step();
        return new Handle(entries.computeIfAbsent(path, absent -> new Node()), run);
    }

    @Override
    public void delete(Path path) {
        step();
        entries.remove(path);
    }

    @Override
    public List<Path> list(Path directory) {
        return List.copyOf(entries.keySet());
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step();
        durableEntries = new TreeMap<>(entries);
    }

    @Override
    public long usableBytes(Path directory) {
        return room;
    }

    @Override
    public ByteBuffer writeBuffer(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private final class Handle implements File {

        private final Node node;
        private final int openedInRun;

        Handle(Node node, int openedInRun) {
            this.node = node;
            this.openedInRun = openedInRun;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            assert openedInRun == run;
            int wanted = from.remaining();
            long growth = Math.max(0, position + wanted - node.bytes.length);
            int length = growth > room ? (int) Math.max(0, wanted - (growth - room)) : wanted;
            boolean crash = crashesNow();
            if (crash && length > 0) {
                length = random.nextInt(length);
            }
            if (length == 0 && !crash) {
                throw new IOException("No space left on device");
            }
            int end = (int) position + length;
            if (end > node.bytes.length) {
                room -= end - node.bytes.length;
                node.bytes = Arrays.copyOf(node.bytes, end);
            }
            from.get(node.bytes, (int) position, length);
            markDirty((int) position, end);
            if (crash) {
                throw new Crash();
            }
            return length;
        }

        private void markDirty(int from, int to) {
            if (to > from) {
                node.dirty.set(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
            }
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int length = (int) Math.min(into.remaining(), node.bytes.length - position);
            if (length <= 0) {
                return -1;
            }
            into.put(node.bytes, (int) position, length);
            return length;
        }

        @Override
        public void force() throws IOException {
            step();
            if (forcesUntilFailure-- == 0) {
                node.dirty.clear();
                throw new IOException("Input/output error");
            }
            byte[] durable = Arrays.copyOf(node.durable, node.bytes.length);
            node.dirty.stream().forEach(sector -> {
                int from = sector * SECTOR_BYTES;
                int to = Math.min(from + SECTOR_BYTES, node.bytes.length);
                if (from < to) {
                    System.arraycopy(node.bytes, from, durable, from, to - from);
                }
            });
            node.durable = durable;
            node.dirty.clear();
        }

        @Override
        public void truncate(long size) {
            step();
            if (size < node.bytes.length) {
                room += node.bytes.length - size;
                node.bytes = Arrays.copyOf(node.bytes, (int) size);
            }
        }

        @Override
        public long size() {
            return node.bytes.length;
        }

        @Override
        public void close() {}
    }
}
