package dev.meridian.kernel.command;

import org.jspecify.annotations.Nullable;

/** Operands of LMPOP and ZMPOP. {@code first}: from the head, or the lowest. */
record MultiPop(int keysEnd, boolean first, long count) {
    /** Null where they are bad, the error written. */
    static @Nullable MultiPop parse(Execution x, int numkeys, String firstWord, String lastWord) {
        Args args = x.args();
        if (Operands.below(x, numkeys, 1, "ERR numkeys should be greater than 0")) {
            return null;
        }
        long where = numkeys + Math.min(args.longAt(numkeys), args.count()) + 1;
        if (where >= args.count() || !args.is((int) where, firstWord) && !args.is((int) where, lastWord)) {
            x.reply().error(Operands.SYNTAX);
            return null;
        }
        long count = -1;
        for (int i = (int) where + 1; i < args.count(); i += 2) {
            if (count != -1 || !args.is(i, "COUNT") || i + 1 == args.count()) {
                x.reply().error(Operands.SYNTAX);
                return null;
            }
            if (Operands.below(x, i + 1, 1, "ERR count should be greater than 0")) {
                return null;
            }
            count = args.longAt(i + 1);
        }
        return new MultiPop((int) where, args.is((int) where, firstWord), Math.max(1, count));
    }
}
