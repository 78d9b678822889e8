package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Key;
import java.util.function.BiConsumer;

/** EXPIRE, TTL and their kin: when a key ends. */
final class LifetimeCommands {
    private LifetimeCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("EXPIRE", x -> expire(x, "expire", 1000, true));
        table.accept("PEXPIRE", x -> expire(x, "pexpire", 1, true));
        table.accept("EXPIREAT", x -> expire(x, "expireat", 1000, false));
        table.accept("PEXPIREAT", x -> expire(x, "pexpireat", 1, false));
        table.accept("TTL", x -> lifetime(x, 1000, true));
        table.accept("PTTL", x -> lifetime(x, 1, true));
        table.accept("EXPIRETIME", x -> lifetime(x, 1000, false));
        table.accept("PEXPIRETIME", x -> lifetime(x, 1, false));
        table.accept("PERSIST", LifetimeCommands::persist);
    }

    private static void expire(Execution x, String command, int unitMs, boolean relative) {
        Args args = x.args();
        boolean nx = false;
        boolean xx = false;
        boolean gt = false;
        boolean lt = false;
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "NX")) {
                nx = true;
            } else if (args.is(i, "XX")) {
                xx = true;
            } else if (args.is(i, "GT")) {
                gt = true;
            } else if (args.is(i, "LT")) {
                lt = true;
            } else {
                x.reply().error("ERR Unsupported option " + args.text(i));
                return;
            }
        }
        if (nx && (xx || gt || lt)) {
            x.reply().error("ERR NX and XX, GT or LT options at the same time are not compatible");
            return;
        }
        if (gt && lt) {
            x.reply().error("ERR GT and LT options at the same time are not compatible");
            return;
        }
        long n = args.longAt(2);
        if (!args.ok()) {
            x.reply().error(StringCommands.NOT_AN_INTEGER);
            return;
        }
        long baseMs = relative ? x.nowMs() : 0;
        if (n > Long.MAX_VALUE / unitMs || n < Long.MIN_VALUE / unitMs || n * unitMs > Long.MAX_VALUE - baseMs) {
            x.reply().error("ERR invalid expire time in '" + command + "' command");
            return;
        }
        long atMs = n * unitMs + baseMs;
        Key key = x.find(1);
        if (key == null) {
            x.reply().integer(0);
            return;
        }
        long currentMs = key.expireAtMs();
        if (nx && currentMs != 0
                || xx && currentMs == 0
                || gt && (currentMs == 0 || atMs <= currentMs)
                || lt && currentMs != 0 && atMs >= currentMs) {
            x.reply().integer(0);
            return;
        }
        if (atMs <= x.nowMs()) {
            x.delete(key);
            x.event('g', "del", args.copy(1));
        } else {
            x.mutation().expireAt(key, atMs);
            x.event('g', "expire", args.copy(1));
        }
        x.reply().integer(1);
    }

    private static void lifetime(Execution x, int unitMs, boolean relative) {
        Key key = x.find(1);
        if (key == null) {
            x.reply().integer(-2);
        } else if (key.expireAtMs() == 0) {
            x.reply().integer(-1);
        } else {
            long ms = relative ? key.expireAtMs() - x.nowMs() : key.expireAtMs();
            x.reply().integer(unitMs == 1 ? ms : ms / 1000 + (ms % 1000 >= 500 ? 1 : 0));
        }
    }

    private static void persist(Execution x) {
        Key key = x.find(1);
        if (key == null || key.expireAtMs() == 0) {
            x.reply().integer(0);
            return;
        }
        x.mutation().persist(key);
        x.event('g', "persist", x.args().copy(1));
        x.reply().integer(1);
    }
}
