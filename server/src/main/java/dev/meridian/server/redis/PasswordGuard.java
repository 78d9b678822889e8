package dev.meridian.server.redis;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes guessing passwords slow: the answer to a wrong one takes longer with each from the same address. Right passwords
 * are never delayed. Remembers a bounded number of addresses, each for a minute after its last failure.
 */
final class PasswordGuard {
    private static final int ADDRESSES_MAX = 4096;
    private static final long MEMORY_MS = 60_000;

    private record Failures(int count, long lastMs) {}

    private final RespLimits limits;
    private final Map<InetAddress, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Failures> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    PasswordGuard(RespLimits limits) {
        this.limits = limits;
    }

    /** Counts a wrong password; answers how long its answer waits, in ms. */
    long refused(InetAddress address, long nowMs) {
        Failures before = byAddress.get(address);
        int count = before == null || nowMs - before.lastMs > MEMORY_MS ? 1 : before.count + 1;
        byAddress.put(address, new Failures(count, nowMs));
        if (count == 1) {
            return 0;
        }
        return Math.min(limits.refusalDelayMsMax(), (long) limits.refusalDelayMs() << Math.min(count - 2, 20));
    }
}
