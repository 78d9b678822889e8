package dev.meridian.cli.chaos;

import java.util.List;

/** Kinds of trouble that {@link Nemesis} makes. */
public enum Fault {
    KILL("SIGKILL and start again"),
    PAUSE("SIGSTOP and SIGCONT"),
    CUT("a link cut both ways"),
    CUT_ONE_WAY("a link cut one way"),
    ISOLATE("a region cut off"),
    SLOW("a slow and lossy link"),
    DISK_FULL("a full disk, then SIGKILL"),
    FSYNC_FAILS("a failing fsync, then SIGKILL");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    boolean ofALink() {
        return this == CUT || this == CUT_ONE_WAY || this == SLOW;
    }

    /** Those that need no help of a compiler. */
    public static final List<Fault> WITHOUT_DISKS = List.of(KILL, PAUSE, CUT, CUT_ONE_WAY, ISOLATE, SLOW);
}
