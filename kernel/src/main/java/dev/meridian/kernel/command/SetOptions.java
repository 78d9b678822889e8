package dev.meridian.kernel.command;

import org.jspecify.annotations.Nullable;

/** The words that follow SET's value or GETEX's key, checked for conflicts as Redis does. */
final class SetOptions {
    static final int NX = 1;
    static final int XX = 2;
    static final int GET = 4;
    static final int KEEPTTL = 8;
    static final int PERSIST = 16;
    static final int EX = 32;
    static final int PX = 64;
    static final int EXAT = 128;
    static final int PXAT = 256;

    private static final int INSTANTS = EX | PX | EXAT | PXAT;

    private int flags;
    private int instantArg;

    private SetOptions() {}

    /** Only a lifetime, which argument {@code arg} gives. */
    static SetOptions lifetime(int unit, int arg) {
        SetOptions options = new SetOptions();
        options.flags = unit;
        options.instantArg = arg;
        return options;
    }

    /** Null where the words are none of these or contradict each other. */
    static @Nullable SetOptions parse(Args args, int from, boolean getEx) {
        SetOptions options = new SetOptions();
        for (int i = from; i < args.count(); i++) {
            int option = option(args, i, getEx);
            int others = options.flags & ~option;
            int conflicts = switch (option) {
                case NX -> XX;
                case XX -> NX;
                case GET -> 0;
                case KEEPTTL, PERSIST -> INSTANTS | KEEPTTL | PERSIST;
                case 0 -> -1;
                default -> INSTANTS | KEEPTTL | PERSIST;
            };
            if (option == 0 || (others & conflicts) != 0) {
                return null;
            }
            options.flags |= option;
            if ((option & INSTANTS) != 0) {
                if (++i == args.count()) {
                    return null;
                }
                options.instantArg = i;
            }
        }
        return options;
    }

    private static int option(Args args, int i, boolean getEx) {
        if (args.is(i, "EX")) {
            return EX;
        } else if (args.is(i, "PX")) {
            return PX;
        } else if (args.is(i, "EXAT")) {
            return EXAT;
        } else if (args.is(i, "PXAT")) {
            return PXAT;
        } else if (getEx) {
            return args.is(i, "PERSIST") ? PERSIST : 0;
        } else if (args.is(i, "NX")) {
            return NX;
        } else if (args.is(i, "XX")) {
            return XX;
        } else if (args.is(i, "GET")) {
            return GET;
        }
        return args.is(i, "KEEPTTL") ? KEEPTTL : 0;
    }

    boolean has(int option) {
        return (flags & option) != 0;
    }

    /** The instant in ms since 1970; 0 where none is given; -1 where it is invalid, and the error is then written. */
    long expireAtMs(Execution x, String command) {
        if (instantArg == 0) {
            return 0;
        }
        long n = x.args().longAt(instantArg);
        if (!x.args().ok()) {
            x.reply().error(StringCommands.NOT_AN_INTEGER);
            return -1;
        }
        boolean seconds = has(EX | EXAT);
        boolean relative = has(EX | PX);
        if (n <= 0
                || seconds && n > Long.MAX_VALUE / 1000
                || relative && n * (seconds ? 1000 : 1) > Long.MAX_VALUE - x.nowMs()) {
            x.reply().error("ERR invalid expire time in '" + command + "' command");
            return -1;
        }
        return n * (seconds ? 1000 : 1) + (relative ? x.nowMs() : 0);
    }
}
