package dev.meridian.simulator;

/** The ways in which a disk breaks, by the word that a scenario has for each. */
public enum DiskFault {
    /** The next fsync fails once; what it should have written counts as clean from then on. */
    FSYNC_ERROR("fsync-error") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.failNextForce();
            return true;
        }
    },
    /** Of the next fsync the drive confirms a page that it does not write. */
    LOST_WRITE("lost-write") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.leadAstray(SimulatedDisk.Astray.LOST, seed);
            return true;
        }
    },
    /** Of the next fsync the drive writes a page to the place of another. */
    MISDIRECTED_WRITE("misdirected-write") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.leadAstray(SimulatedDisk.Astray.MISDIRECTED, seed);
            return true;
        }
    },
    /** The system forgets what it had cached and reads what the drive has. */
    DROPPED_CACHE("dropped-cache") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.evict();
            return true;
        }
    },
    /** A bit of the log turns. */
    LOG_ROT("log-rot") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            return disk.rotLog(seed);
        }
    },
    /** A bit of the rows at rest turns. */
    ROW_ROT("row-rot") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            return disk.rotRows();
        }
    },
    /** A page of the log cannot be read any more. */
    READ_ERROR("read-error") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            return disk.spoilLog(seed);
        }
    },
    /** So many bytes are left. */
    FULL("full") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.room(amount);
            return true;
        }
    },
    /** Every operation takes so many ms longer. */
    SLOW("slow") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.slow(amount * 1_000_000);
            return true;
        }
    },
    /** The process ends within the operation that comes after so many others, in the middle of it if it is a write. */
    CRASH("crash") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.crashAfter((int) amount, seed);
            return true;
        }
    },
    /** There is room again, and it is as fast as ever. */
    SOUND("sound") {
        @Override
        boolean strike(SimulatedDisk disk, long amount, long seed) {
            disk.room(SimulatedDisk.ROOM);
            disk.slow(0);
            return true;
        }
    };

    /** As a scenario says it. */
    public final String word;

    DiskFault(String word) {
        this.word = word;
    }

    /** Breaks it. Answers whether there was anything to break. */
    abstract boolean strike(SimulatedDisk disk, long amount, long seed);
}
