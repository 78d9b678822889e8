package dev.meridian.kernel.command;

import java.util.ArrayList;
import java.util.List;

/** Waiting for the keys of a command that found nothing. */
final class Blocking {
    private Blocking() {}

    /** Whether the command is suspended now; if not it gives its empty answer. */
    static boolean waits(Execution x, int keysFrom, int keysEnd, int timeout) {
        if (x.inMulti() || x.timedOut()) {
            return false;
        }
        List<byte[]> keys = new ArrayList<>(keysEnd - keysFrom);
        for (int i = keysFrom; i < keysEnd; i++) {
            keys.add(x.args().copy(i));
        }
        x.block(keys, Operands.timeoutMs(x, timeout));
        return true;
    }

    /** For how long a command may wait for keys by its own words: 0 for those that never do, Long.MAX_VALUE for ever. */
    static long longestMs(CommandSpec spec, Args args) {
        if (!spec.has(CommandSpec.Flag.BLOCKING)) {
            return 0;
        }
        double seconds = args.doubleAt(spec.name().endsWith("mpop") ? 1 : args.count() - 1);
        if (!args.ok() || seconds < 0) {
            // Refused at once where it is served.
            return 0;
        }
        return seconds == 0 ? Long.MAX_VALUE : (long) Math.min(seconds * 1_000, 1L << 40);
    }
}
