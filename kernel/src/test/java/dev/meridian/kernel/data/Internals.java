package dev.meridian.kernel.data;

import java.util.Arrays;
import java.util.TreeMap;

/** Everything that a keyspace remembers, tombstones and floors included, with origins by identity. */
final class Internals {
    private Internals() {}

    static TreeMap<String, String> of(Keyspace keyspace) {
        TreeMap<String, String> rows = new TreeMap<>();
        Origins origins = keyspace.origins();
        keyspace.forEach(key -> {
            String name = Arrays.toString(key.id());
            if (key.clearedHlc != 0) {
                rows.put(name, key.clearedHlc + "@" + origins.id(key.clearedOrigin) + " " + key.clearedSeq);
            }
            rows.put(name + " seen", key.type() + " " + key.expireAtMs() + " " + key.live);
            if (key.string != null) {
                cell(rows, name, key.string, origins);
            }
            if (key.expiry != null) {
                cell(rows, name, key.expiry, origins);
            }
            for (Collection c = key.collections; c != null; c = c.other) {
                c.table.forEach(cell -> cell(rows, name, cell, origins));
            }
        });
        return rows;
    }

    private static void cell(TreeMap<String, String> rows, String key, Cell cell, Origins origins) {
        StringBuilder text = new StringBuilder();
        if (cell.hlc != 0) {
            text.append(cell.hlc + "@" + origins.id(cell.origin) + " " + cell.seq + " " + Arrays.toString(cell.value));
        }
        for (Cell.Sibling s = cell.siblings; s != null; s = s.next) {
            text.append(" or " + s.hlc + "@" + origins.id(s.origin) + " " + s.seq + " " + Arrays.toString(s.value));
        }
        for (Contribution c = cell.contributions; c != null; c = c.next) {
            text.append(" + " + c.hlc + "@" + origins.id(c.origin) + " " + c.kind + " from " + c.startSeq + " to "
                    + c.seq + " " + c.sum + " less " + c.floor + " of " + c.floorSeq);
        }
        rows.put(key + " " + cell.type + " " + Arrays.toString(cell.id()), text.toString());
    }
}
