package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that readers see of a key, taken out so that it can be written under another name: sums as plain numbers,
 * siblings left behind.
 */
record KeyValue(List<Row> rows, long expireAtMs) {
    private record Row(Type type, byte[] element, byte[] value) {}

    private static final byte[] NO_ELEMENT = {};

    static KeyValue of(Key key) {
        List<Row> rows = new ArrayList<>();
        Collection collection = key.collection();
        if (collection == null) {
            add(rows, Type.STRING, NO_ELEMENT, StringCommands.text(key));
        } else {
            Type type = collection.type();
            collection.forEach(cell -> add(rows, type, cell.id(), visible(cell)));
        }
        return new KeyValue(rows, key.expireAtMs());
    }

    private static void add(List<Row> rows, Type type, byte[] element, byte @Nullable [] value) {
        if (value != null) {
            rows.add(new Row(type, element, value));
        }
    }

    private static byte @Nullable [] visible(Cell cell) {
        return cell instanceof ScoredCell scored ? ScoredCell.encode(scored.score()) : cell.visible();
    }

    /** Makes this the value of the key that argument {@code i} names, in place of any other. */
    void write(Execution x, int i) {
        Key there = x.keyspace()
                .find(x.args().buffer(), x.args().offset(i), x.args().length(i));
        if (there != null && there.type() != null) {
            x.delete(there);
        }
        for (Row row : rows) {
            x.mutation().put(x.obtain(i), row.type, row.element, row.value);
        }
        if (expireAtMs != 0) {
            x.mutation().expireAt(x.obtain(i), expireAtMs);
        }
    }
}
