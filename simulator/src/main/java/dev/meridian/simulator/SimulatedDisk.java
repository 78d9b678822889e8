package dev.meridian.simulator;

import dev.meridian.store.Disk;
import dev.meridian.store.LoggedRegionStore;
import dev.meridian.store.RegionStore;
import dev.meridian.store.StoreIdentity;
import dev.meridian.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A node's disk, under the store that ships: files whose writes a loss of power takes back sector by sector as long as no
 * fsync covered them, directory entries likewise, and rows in cuts. It breaks in the ways that real disks do, when it is told to.
 */
final class SimulatedDisk implements Disk {
    static final String NO_SPACE = "No space left on device";
    static final long ROOM = 1L << 40;
    private static final Path DIRECTORY = Path.of("data");

    /** The process ends here, in the middle of what it was doing. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("the process ends", null, false, false);
        }
    }

    /** Where a page goes that the drive says it has written. */
    enum Astray {
        NONE,
        LOST,
        MISDIRECTED
    }

    private final long segmentBytes;
    private final ByteBuffer writeBuffer = ByteBuffer.allocate(64 << 10);
    private TreeMap<Path, SimulatedFile> entries = new TreeMap<>();
    private TreeMap<Path, SimulatedFile> durableEntries = new TreeMap<>();
    private SimulatedRows rows = new SimulatedRows(this);
    private @Nullable StoreIdentity identity;
    private @Nullable RegionStore store;
    private long room = ROOM;
    private int stepsUntilCrash = Integer.MAX_VALUE;
    private boolean nextForceFails;
    private Astray nextWrite = Astray.NONE;
    private long stallNs;
    private long stalledNs;
    private boolean damaged;
    private int replaced;
    private int powerLosses;
    private long unsynced;

    /** Of the last fault: decides what a crash tears and where a page goes astray. */
    private SplittableRandom random = new SplittableRandom(0);

    SimulatedDisk(long segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    SplittableRandom random() {
        return random;
    }

    // ---- the store on it ----

    /**
     * Opens the store as a process does that starts.
     *
     * @throws dev.meridian.store.StoreException as the store does
     */
    RegionStore open(String region, UUID newStoreId) {
        StoreIdentity found = identity;
        if (found == null) {
            found = new StoreIdentity(newStoreId, "simulated", region);
            identity = found;
        }
        StoreOptions options =
                StoreOptions.of(found.cluster(), region, found.storeId()).withSegmentBytes(segmentBytes);
        try {
            RegionStore opened = new LoggedRegionStore(this, DIRECTORY, found, rows, options, () -> {});
            store = opened;
            unsynced = 0;
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the log begins that the running process has open. */
    long logStart() {
        return store == null ? 0 : store.startLsn();
    }

    /** Brings to rest the rows that were written, as the engine does when a buffer of it is full. */
    void rest() throws IOException {
        rows.flush();
    }

    // ---- what the files ask ----

    boolean crashesNow() {
        return stepsUntilCrash != Integer.MAX_VALUE && --stepsUntilCrash < 0;
    }

    /** One more thing that the process does, before which it may end. */
    void step() {
        if (crashesNow()) {
            throw new Crash();
        }
    }

    /** The file may grow from {@code size} up to what this answers, at most to {@code end}. */
    long allow(long end, long size) {
        return end <= size ? end : Math.min(end, size + Math.max(0, room));
    }

    void took(long bytes) {
        room -= bytes;
    }

    boolean failsForce() {
        boolean fails = nextForceFails;
        nextForceFails = false;
        return fails;
    }

    Astray astray() {
        if (nextWrite == Astray.NONE || random.nextInt(3) == 0) {
            return Astray.NONE;
        }
        Astray next = nextWrite;
        nextWrite = Astray.NONE;
        damaged |= next != Astray.NONE;
        return next;
    }

    void stall() {
        stalledNs += stallNs;
    }

    /** How long what was just done on the disk took beyond the usual. */
    long takeStalledNs() {
        long ns = stalledNs;
        stalledNs = 0;
        return ns;
    }

    // ---- files ----

    @Override
    public File open(Path path) {
        step();
        return entries.computeIfAbsent(path, absent -> new SimulatedFile(this));
    }

    @Override
    public void delete(Path path) {
        step();
        SimulatedFile file = entries.remove(path);
        if (file != null) {
            room += file.size();
        }
    }

    @Override
    public List<Path> list(Path directory) {
        return List.copyOf(entries.keySet());
    }

    @Override
    public void forceDirectory(Path directory) {
        step();
        stall();
        durableEntries = new TreeMap<>(entries);
    }

    @Override
    public long usableBytes(Path directory) {
        return room;
    }

    @Override
    public ByteBuffer writeBuffer(int bytesMax) {
        return writeBuffer;
    }

    // ---- faults ----

    /** The process is gone: rows that were not at rest with it, nothing else. */
    void loseMemory() {
        rows.loseMemory();
        stepsUntilCrash = Integer.MAX_VALUE;
        stalledNs = 0;
        unsynced = store == null ? unsynced : store.endLsn() - store.durableLsn();
        store = null;
    }

    /**
     * Power is lost: of what was not synced, any part is there or is not.
     *
     * @param seed decides what; 0: nothing is
     * @return how many bytes of the log no fsync had covered
     */
    long losePower(long seed) {
        loseMemory();
        powerLosses++;
        boolean everything = seed == 0;
        random = new SplittableRandom(seed);
        TreeMap<Path, SimulatedFile> after = new TreeMap<>();
        TreeMap<Path, SimulatedFile> all = new TreeMap<>(durableEntries);
        all.putAll(entries);
        for (var entry : all.entrySet()) {
            SimulatedFile file = entry.getValue();
            boolean isThere = entries.get(entry.getKey()) == file;
            boolean isDurable = durableEntries.get(entry.getKey()) == file;
            boolean survives = everything ? isDurable : (isDurable && isThere) || random.nextBoolean();
            if (survives) {
                after.put(entry.getKey(), file);
            }
        }
        after.values().forEach(file -> file.losePower(random, everything));
        entries = after;
        durableEntries = new TreeMap<>(after);
        long lost = unsynced;
        unsynced = 0;
        return lost;
    }

    /** The disk is gone, or the operator has moved the directory away: the next start finds nothing. */
    void loseEverything() {
        loseMemory();
        entries = new TreeMap<>();
        durableEntries = new TreeMap<>();
        rows = new SimulatedRows(this);
        identity = null;
        replaced++;
        room = Math.max(room, ROOM);
        damaged = false;
    }

    /** This disk as it is now; cheap, since what neither changes is shared. */
    SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk(segmentBytes);
        copy.become(this);
        return copy;
    }

    /** This disk is replaced by an image of an earlier one. */
    void become(SimulatedDisk image) {
        loseMemory();
        TreeMap<Path, SimulatedFile> files = new TreeMap<>();
        image.entries.forEach((path, file) -> files.put(path, file.copy(this)));
        entries = files;
        durableEntries = new TreeMap<>(files);
        rows = image.rows.copy(this);
        identity = image.identity;
        replaced++;
        damaged = image.damaged;
    }

    /** The process ends within the steps that it takes next. */
    void crashAfter(int steps, long seed) {
        random = new SplittableRandom(seed);
        stepsUntilCrash = steps;
    }

    /** The next fsync reports an error, and what it should have written is taken for clean. */
    void failNextForce() {
        nextForceFails = true;
    }

    /** The drive confirms one page that it does not write, or writes elsewhere. */
    void leadAstray(Astray how, long seed) {
        random = new SplittableRandom(seed);
        nextWrite = how;
    }

    /** So many bytes are left. */
    void room(long bytes) {
        room = bytes;
    }

    /** Each operation takes so much longer. */
    void slow(long ns) {
        stallNs = ns;
    }

    /** Nothing more is to break: what did break stays so. */
    void makeSound() {
        stepsUntilCrash = Integer.MAX_VALUE;
        nextForceFails = false;
        nextWrite = Astray.NONE;
        room = ROOM;
        stallNs = 0;
    }

    /** The system forgets what it had read, and reads what is there. */
    void evict() {
        entries.values().forEach(SimulatedFile::evict);
    }

    /** A bit of the log turns. Answers whether there was a log. */
    boolean rotLog(long seed) {
        random = new SplittableRandom(seed);
        return damage((file, from) -> file.rot(random, from));
    }

    /** A page of the log cannot be read any more. */
    boolean spoilLog(long seed) {
        random = new SplittableRandom(seed);
        return damage((file, from) -> file.spoil(random, from));
    }

    private boolean damage(BiPredicate<SimulatedFile, Long> how) {
        List<SimulatedFile> files = new ArrayList<>(durableEntries.values());
        // Seldom in the first page, of which little is used.
        long from = random.nextInt(8) == 0 ? 0 : SimulatedFile.PAGE_BYTES;
        boolean done = !files.isEmpty() && how.test(files.get(random.nextInt(files.size())), from);
        damaged |= done;
        return done;
    }

    /** A bit of the rows at rest turns. */
    boolean rotRows() {
        boolean done = rows.rot();
        damaged |= done;
        return done;
    }

    int powerLosses() {
        return powerLosses;
    }

    /** How often another disk, or an earlier state of it, has taken its place. */
    int replaced() {
        return replaced;
    }

    /** Whether something has been done to it that a store may not survive. */
    boolean damaged() {
        return damaged;
    }

    /** Whether the bytes stand anywhere on this disk. */
    boolean holds(byte[] canary) {
        for (SimulatedFile file : entries.values()) {
            byte[] bytes = file.bytes();
            if (Search.contains(bytes, bytes.length, canary)) {
                return true;
            }
        }
        return rows.holds(canary);
    }
}
