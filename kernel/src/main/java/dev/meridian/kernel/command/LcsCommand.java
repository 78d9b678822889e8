package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.function.BiConsumer;

/** LCS: the longest common subsequence of two strings. */
final class LcsCommand {
    /** Bounds the table of lengths, and with it time and memory: 64 MiB. */
    private static final long TABLE_CELLS_MAX = 1L << 24;

    private LcsCommand() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("LCS", LcsCommand::lcs);
    }

    private static void lcs(Execution x) {
        Args args = x.args();
        Key first = x.find(1);
        Key second = x.find(2);
        if (first != null && first.type() != Type.STRING || second != null && second.type() != Type.STRING) {
            x.reply().error("ERR The specified keys must contain string values");
            return;
        }
        boolean indexes = false;
        boolean length = false;
        boolean matchLengths = false;
        long shortest = 0;
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "IDX")) {
                indexes = true;
            } else if (args.is(i, "LEN")) {
                length = true;
            } else if (args.is(i, "WITHMATCHLEN")) {
                matchLengths = true;
            } else if (args.is(i, "MINMATCHLEN") && i + 1 < args.count()) {
                shortest = Math.max(0, args.longAt(++i));
                if (!args.ok()) {
                    x.reply().error(StringCommands.NOT_AN_INTEGER);
                    return;
                }
            } else {
                x.reply().error(StringCommands.SYNTAX);
                return;
            }
        }
        if (indexes && length) {
            x.reply().error("ERR If you want both the length and indexes, please just use IDX.");
            return;
        }
        byte[] a = StringCommands.textOrEmpty(first);
        byte[] b = StringCommands.textOrEmpty(second);
        if ((a.length + 1L) * (b.length + 1L) > TABLE_CELLS_MAX) {
            x.reply().error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
            return;
        }
        int[] lengths = lengths(a, b);
        int common = lengths[lengths.length - 1];
        if (length) {
            x.reply().integer(common);
        } else if (indexes) {
            replyMatches(x, a, b, lengths, shortest, matchLengths);
        } else {
            x.reply().bulk(subsequence(a, b, lengths));
        }
    }

    /** The length for every pair of prefixes, row by row. */
    private static int[] lengths(byte[] a, byte[] b) {
        int width = b.length + 1;
        int[] lengths = new int[(a.length + 1) * width];
        for (int i = 1; i <= a.length; i++) {
            int row = i * width;
            for (int j = 1; j <= b.length; j++) {
                lengths[row + j] = a[i - 1] == b[j - 1]
                        ? lengths[row - width + j - 1] + 1
                        : Math.max(lengths[row - width + j], lengths[row + j - 1]);
            }
        }
        return lengths;
    }

    private static byte[] subsequence(byte[] a, byte[] b, int[] lengths) {
        int width = b.length + 1;
        byte[] result = new byte[lengths[lengths.length - 1]];
        int left = result.length;
        for (int i = a.length, j = b.length; i > 0 && j > 0; ) {
            if (a[i - 1] == b[j - 1]) {
                result[--left] = a[--i];
                j--;
            } else if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) {
                i--;
            } else {
                j--;
            }
        }
        return result;
    }

    /** Runs of equal bytes from the last to the first, found by the same walk as Redis does it. */
    private static void replyMatches(
            Execution x, byte[] a, byte[] b, int[] lengths, long shortest, boolean matchLengths) {
        int width = b.length + 1;
        ReplyWriter matches = new ReplyWriter();
        int count = 0;
        int run = 0;
        int i = a.length;
        int j = b.length;
        while (i > 0 && j > 0) {
            boolean ends;
            if (a[i - 1] == b[j - 1]) {
                i--;
                j--;
                run++;
                ends = i == 0 || j == 0;
            } else {
                ends = run > 0;
            }
            if (ends) {
                if (run >= shortest) {
                    count++;
                    matches.array(matchLengths ? 3 : 2);
                    range(matches, i, run);
                    range(matches, j, run);
                    if (matchLengths) {
                        matches.integer(run);
                    }
                }
                run = 0;
            }
            if (i > 0 && j > 0 && a[i - 1] != b[j - 1] && run == 0) {
                if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) {
                    i--;
                } else {
                    j--;
                }
            }
        }
        x.reply().map(2);
        x.reply().bulk("matches");
        x.reply().array(count);
        x.reply().raw(matches.buffer(), matches.readIndex(), matches.size());
        x.reply().bulk("len");
        x.reply().integer(lengths[lengths.length - 1]);
    }

    private static void range(ReplyWriter out, int start, int length) {
        out.array(2);
        out.integer(start);
        out.integer(start + length - 1L);
    }
}
