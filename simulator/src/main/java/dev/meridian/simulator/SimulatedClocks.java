package dev.meridian.simulator;

/** A machine's two clocks: a wall clock that can be wrong or stand still, and a monotonic one that stops with the machine. */
final class SimulatedClocks {
    private static final long EPOCH_MS = 1_700_000_000_000L;

    private final World world;
    private long suspendedNs = -1;
    private long stuckWallMs = -1;

    /** Added to the true time for the wall clock, in ms. */
    long wallOffsetMs;

    /** Added to the true time for the monotonic clock: it starts anywhere. */
    private long monotonicOffsetNs;

    SimulatedClocks(World world) {
        this.world = world;
    }

    /** The machine starts. */
    void start(long monotonicOffsetNs) {
        this.monotonicOffsetNs = monotonicOffsetNs;
        suspendedNs = -1;
    }

    long wallMs() {
        return stuckWallMs >= 0 ? stuckWallMs : EPOCH_MS + world.nowMs() + wallOffsetMs;
    }

    long monotonicNs() {
        return world.nowNs() + monotonicOffsetNs;
    }

    /** The wall clock shows the same from now on, or goes on. */
    void stick(boolean stuck) {
        stuckWallMs = stuck ? wallMs() : -1;
    }

    /** The monotonic clock stands still from now on. */
    void suspend() {
        if (suspendedNs < 0) {
            suspendedNs = world.nowNs();
        }
    }

    /** It goes on where it stood. */
    void resume() {
        if (suspendedNs >= 0) {
            monotonicOffsetNs -= world.nowNs() - suspendedNs;
            suspendedNs = -1;
        }
    }
}
