package dev.meridian.kernel.data;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the data ought to be, computed from all operations ever made and from definitions alone: an operation saw
 * what its node had applied when it was made. LAST_WRITE_WINS: the greatest (HLC, origin) among writes, removals and
 * DELs of a cell; the end of a lifetime counts as a DEL at its instant. The others: a value lives unless an applied operation that had seen it replaced or removed it. Counters:
 * the sum of the increments that no applied reset had seen. The end of a lifetime takes away what is older than its
 * instant, a counter if its last increment that the end had seen is.
 */
final class History {
    enum Action {
        PUT,
        REMOVE,
        ADD,
        CLEAR,
        END
    }

    /** One operation. {@code position} numbers the operations of a mutation. */
    record Operation(
            int mutation,
            int position,
            Action action,
            String key,
            Type type,
            String element,
            byte[] value,
            Contribution.Kind kind,
            BigDecimal delta,
            long hlc,
            long limitHlc,
            long origin,
            BitSet seen) {

        boolean ofWholeKey() {
            return action == Action.CLEAR || action == Action.END;
        }

        long stampHlc() {
            return action == Action.END ? limitHlc : hlc;
        }

        boolean removes(Operation put) {
            return action != Action.ADD && saw(put) && (action != Action.END || put.hlc < limitHlc);
        }

        boolean saw(Operation other) {
            return other.mutation == mutation ? other.position < position : seen.get(other.mutation);
        }

        boolean concerns(String otherKey, Type otherType, String otherElement) {
            return key.equals(otherKey) && (ofWholeKey() || type == otherType && element.equals(otherElement));
        }
    }

    private final List<Operation> operations = new ArrayList<>();

    void add(Operation operation) {
        operations.add(operation);
    }

    private static final Comparator<Operation> STAMP = Comparator.comparingLong(Operation::stampHlc)
            .thenComparing(Operation::origin, Long::compareUnsigned)
            .thenComparing(op -> op.action == Action.PUT);

    /** Every live cell after the applied mutations, as "key type element" to its values and counts. */
    Map<String, String> expected(BitSet applied) {
        Map<String, String> cells = new TreeMap<>();
        for (Operation op : operations) {
            if (applied.get(op.mutation) && !op.ofWholeKey()) {
                String name = op.key + " " + op.type + " " + op.element;
                if (!cells.containsKey(name)) {
                    cells.put(name, expected(applied, op.key, op.type, op.element));
                }
            }
        }
        cells.values().removeIf(String::isEmpty);
        return cells;
    }

    private String expected(BitSet applied, String key, Type type, String element) {
        List<Operation> mine = operations.stream()
                .filter(op -> applied.get(op.mutation) && op.concerns(key, type, element))
                .toList();
        List<Operation> values = new ArrayList<>();
        boolean siblings = key.indexOf(':') > 0 && !key.startsWith("record:");
        if (siblings || type == Type.HYPERLOGLOG) {
            for (Operation put : mine) {
                if (put.action == Action.PUT
                        && mine.stream().noneMatch(op -> op.removes(put))
                        && (siblings || mine.stream().noneMatch(op -> op.ofWholeKey() && STAMP.compare(op, put) > 0))) {
                    values.add(put);
                }
            }
            values.sort(
                    type == Type.HYPERLOGLOG
                            ? Comparator.<Operation, byte[]>comparing(op -> op.value, Arrays::compareUnsigned)
                                    .thenComparing(STAMP)
                                    .reversed()
                            : STAMP.reversed());
        } else {
            mine.stream().filter(op -> op.action != Action.ADD).max(STAMP).ifPresent(last -> {
                if (last.action == Action.PUT) {
                    values.add(last);
                }
            });
        }
        StringBuilder text = new StringBuilder();
        for (Operation put : values) {
            text.append(put.hlc)
                    .append('@')
                    .append(put.origin)
                    .append('=')
                    .append(Arrays.toString(put.value))
                    .append(' ');
        }
        if (key.startsWith("custom:") && values.size() > 1 && type.holdsText()) {
            text.append(made(values.reversed()));
        }
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (Operation add : mine) {
            if (add.action == Action.ADD && mine.stream().noneMatch(op -> resets(op, add, mine))) {
                sums.merge(add.origin + " " + add.kind, add.delta, BigDecimal::add);
            }
        }
        sums.forEach((who, sum) -> text.append('+')
                .append(who)
                .append('=')
                .append(sum.stripTrailingZeros().toPlainString())
                .append(' '));
        return text.toString();
    }

    /** What a reader sees of siblings in a dataset with the rule: {@link DataNode#JOINED}, or the newest. */
    private static String made(List<Operation> oldestFirst) {
        StringBuilder joined = new StringBuilder();
        for (Operation put : oldestFirst) {
            String value = new String(put.value, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (value.equals("3")) {
                return "? ";
            }
            joined.append(value).append('<');
        }
        return joined.append(' ').toString();
    }

    private static boolean resets(Operation op, Operation add, List<Operation> mine) {
        if (op.action == Action.ADD || !op.saw(add)) {
            return false;
        }
        return op.action != Action.END
                || mine.stream()
                        .noneMatch(other -> other.action == Action.ADD
                                && other.origin == add.origin
                                && other.kind == add.kind
                                && op.saw(other)
                                && other.hlc >= op.limitHlc);
    }

    /** The same of a real keyspace. */
    static Map<String, String> actual(Keyspace keyspace) {
        Map<String, String> cells = new TreeMap<>();
        Origins origins = keyspace.origins();
        keyspace.forEach(key -> {
            if (key.string != null) {
                actual(cells, key.string, origins);
            }
            if (key.expiry != null) {
                actual(cells, key.expiry, origins);
            }
            for (Collection c = key.collections; c != null; c = c.other) {
                c.forEach(cell -> actual(cells, cell, origins));
            }
        });
        return cells;
    }

    private static void actual(Map<String, String> cells, Cell cell, Origins origins) {
        if (!cell.present()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (cell.value != null) {
            text.append(cell.hlc + "@" + origins.id(cell.origin) + "=" + Arrays.toString(cell.value) + " ");
        }
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            text.append(s.hlc + "@" + origins.id(s.origin) + "=" + Arrays.toString(s.value) + " ");
        }
        if (cell.outcome() != null) {
            boolean quarantined = cell.outcome().quarantine() != null;
            text.append(quarantined ? "?" : new String(cell.visible(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .append(' ');
        }
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            sums.put(
                    origins.id(c.origin) + " " + c.kind,
                    new BigDecimal(c.amount().toString()));
        }
        sums.forEach((who, sum) ->
                text.append("+" + who + "=" + sum.stripTrailingZeros().toPlainString() + " "));
        cells.put(
                new String(cell.key.id(), java.nio.charset.StandardCharsets.ISO_8859_1) + " " + cell.type + " "
                        + new String(cell.id(), java.nio.charset.StandardCharsets.ISO_8859_1),
                text.toString());
    }
}
