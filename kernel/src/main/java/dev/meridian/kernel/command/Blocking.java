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
}
