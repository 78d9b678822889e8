package dev.meridian.server.link;

/** A token bucket: bytes may be spent as they accrue, with a tenth of a second's worth in hand. Not thread-safe. */
final class ByteAllowance {
    private static final long SECOND_NS = 1_000_000_000L;

    private final long bytesPerSecond;
    private final double most;
    private double left;
    private long atNs;

    /** @param bytesPerSecond 0: no limit */
    ByteAllowance(long bytesPerSecond, long nowNs) {
        this.bytesPerSecond = bytesPerSecond;
        this.most = bytesPerSecond / 10.0;
        this.left = most;
        this.atNs = nowNs;
    }

    /** Whether anything may be spent now. What is spent may be more than is left: the debt is waited for. */
    boolean any(long nowNs) {
        if (bytesPerSecond == 0) {
            return true;
        }
        left = Math.min(most, left + (double) (nowNs - atNs) * bytesPerSecond / SECOND_NS);
        atNs = nowNs;
        return left > 0;
    }

    void spend(long bytes) {
        left -= bytesPerSecond == 0 ? 0 : bytes;
    }

    /** How long until something may be spent again. */
    long waitMs() {
        return bytesPerSecond == 0 || left > 0 ? 0 : (long) (-left * 1_000 / bytesPerSecond) + 1;
    }

    /** The longest block that does not hold up what is urgent for more than some 20 ms. */
    int blockBytes(int most) {
        return bytesPerSecond == 0 ? most : (int) Math.clamp(bytesPerSecond / 50, 1_024, most);
    }
}
