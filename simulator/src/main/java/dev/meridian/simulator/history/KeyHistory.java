package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that was done to one key. */
final class KeyHistory {
    enum Kind {
        SET,
        LIST,
        COUNTER,
        REGISTER
    }

    final String name;
    final Rules.Dataset dataset;

    @Nullable
    Kind kind;

    final List<Write> writes = new ArrayList<>();
    final List<Write> deletes = new ArrayList<>(0);
    final List<Read> reads = new ArrayList<>();
    final List<Read> settled = new ArrayList<>();
    /** Whether it was there at all, by EXISTS. */
    final List<Read> existences = new ArrayList<>(0);

    private final Map<String, Write> byValue = new HashMap<>();

    KeyHistory(String name, Rules.Dataset dataset) {
        this.name = name;
        this.dataset = dataset;
    }

    boolean is(Kind expected) {
        return kind == expected && deletes.isEmpty();
    }

    /** Whether each read shows all elements written so far. */
    boolean collection() {
        return is(Kind.SET) || is(Kind.LIST);
    }

    void add(Write write, Kind as) {
        if (kind != null && kind != as) {
            throw new IllegalArgumentException("key `" + name + "` is written as " + kind + " and as " + as
                    + "; a workload keeps to one type a key");
        }
        kind = as;
        writes.add(write);
        if (as != Kind.COUNTER && byValue.putIfAbsent(write.value, write) != null) {
            throw new IllegalArgumentException(
                    "`" + write.value + "` is written twice to key `" + name + "`; values are unique");
        }
    }

    /** Gives the writes their places, once all are known. */
    void order(Rules rules) {
        writes.sort(Comparator.comparingLong(Write::calledNs));
        for (int i = 0; i < writes.size(); i++) {
            writes.get(i).index = i;
        }
        for (Write write : writes) {
            write.excused = rules.excused(dataset, write.step.operation);
        }
        for (Write delete : deletes) {
            delete.excused = rules.excused(dataset, delete.step.operation);
        }
    }

    @Nullable
    Write written(String value) {
        return byValue.get(value);
    }

    /** What is gone, as the policy allows: nobody needs to have seen it any longer. */
    void forgive() {
        boolean[] there = new boolean[writes.size()];
        for (Read read : settled) {
            for (int i : read.shown()) {
                there[i] = true;
            }
        }
        for (Write write : writes) {
            write.excused &= !(collection() && there[write.index]);
        }
    }

    /** The elements of a list in the order that all agree on in the end; without a settled read, in that of the longest. */
    int[] order() {
        int[] order = {};
        for (Read read : settled.isEmpty() ? reads : settled) {
            order = read.shown().length > order.length ? read.shown() : order;
        }
        return order;
    }
}
