package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** HSCAN, SSCAN and ZSCAN: cursors, MATCH and COUNT. */
final class ElementScan {
    private static final int COUNT_DEFAULT = 10;

    private ElementScan() {}

    /**
     * Runs the command.
     *
     * @param value writes what follows each element's name; null for elements without a value
     */
    static void run(Execution x, Type type, @Nullable Consumer<Cell> value) {
        Args args = x.args();
        Long start = cursor(args.latin1(2));
        if (start == null) {
            x.reply().error("ERR invalid cursor");
            return;
        }
        Key key = x.find(1);
        if (x.wrongType(key, type)) {
            return;
        }
        Collection collection = Execution.collection(key);
        if (collection == null) {
            reply(x, 0, List.of(), value);
            return;
        }
        long count = COUNT_DEFAULT;
        byte[] pattern = null;
        for (int i = 3; i < args.count(); i += 2) {
            boolean more = i + 1 < args.count();
            if (more && args.is(i, "COUNT")) {
                if (Operands.notLong(x, i + 1) || (args.longAt(i + 1) < 1 && Operands.syntax(x))) {
                    return;
                }
                count = args.longAt(i + 1);
            } else if (more && args.is(i, "MATCH")) {
                // A star alone is no pattern: it lets the empty name pass, which no pattern with a star does.
                pattern = args.is(i + 1, "*") ? null : args.copy(i + 1);
                if (pattern != null && pattern.length > Glob.PATTERN_BYTES_MAX) {
                    x.reply()
                            .error("ERR pattern of " + pattern.length + " bytes: it may have "
                                    + Glob.PATTERN_BYTES_MAX);
                    return;
                }
            } else {
                x.reply().error(Operands.SYNTAX);
                return;
            }
        }
        List<Cell> found = new ArrayList<>();
        long cursor = start;
        long buckets = Math.min(count, Long.MAX_VALUE / 10) * 10;
        do {
            cursor = collection.scan(cursor, found::add);
        } while (cursor != 0 && --buckets > 0 && found.size() < count);
        if (pattern != null) {
            byte[] wanted = pattern;
            found.removeIf(cell -> !Glob.matches(wanted, cell.id()));
        }
        reply(x, cursor, found, value);
    }

    private static void reply(Execution x, long cursor, List<Cell> found, @Nullable Consumer<Cell> value) {
        x.reply().array(2);
        x.reply().bulk(Long.toUnsignedString(cursor));
        x.reply().array(value == null ? found.size() : found.size() * 2L);
        for (Cell cell : found) {
            x.reply().bulk(cell.id());
            if (value != null) {
                value.accept(cell);
            }
        }
    }

    /** An unsigned 64 bit number as strtoul reads one; null for anything else. */
    private static @Nullable Long cursor(String text) {
        if (text.isEmpty()) {
            return 0L;
        }
        boolean negative = text.charAt(0) == '-';
        String digits = negative || text.charAt(0) == '+' ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        try {
            long value = Long.parseUnsignedLong(digits);
            return negative ? -value : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
