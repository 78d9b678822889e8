package dev.meridian.simulator.history.linearizability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A set or list that only grows: its reads come in the order of their sizes, each with all that the one before shows. So an element may be
 * added only while the smallest read that has not yet its place shows it, a list's element only at the position at which reads show it.
 */
final class Growth {
    private final List<Whole> reads = new ArrayList<>();
    private final Map<String, Integer> firstShown = new HashMap<>();
    private final Map<Integer, Integer> levelOfSize = new HashMap<>();
    private final List<Integer> sizes = new ArrayList<>();
    private List<String> order = List.of();
    private int[] left = {};
    private int smallest;

    void add(Whole read) {
        reads.add(read);
    }

    /** False if two reads contradict each other. */
    boolean prepare() {
        reads.sort(Comparator.comparingInt(read -> read.elements().size()));
        for (Whole read : reads) {
            List<String> elements = read.elements();
            if (levelOfSize.putIfAbsent(elements.size(), sizes.size()) == null) {
                elements.forEach(element -> firstShown.putIfAbsent(element, sizes.size()));
                sizes.add(elements.size());
            }
            if (firstShown.size() != elements.size()
                    || !firstShown.keySet().containsAll(elements)
                    || read.inOrder() && !elements.subList(0, order.size()).equals(order)) {
                return false;
            }
            order = read.inOrder() ? elements : order;
        }
        left = new int[sizes.size()];
        return true;
    }

    /** So many more reads like this one have no place yet. */
    void left(Whole read, int more) {
        int level = levelOfSize.getOrDefault(read.elements().size(), 0);
        left[level] += more;
        smallest = more > 0 ? Math.min(smallest, level) : smallest;
        while (smallest < left.length && left[smallest] == 0) {
            smallest++;
        }
    }

    boolean mayAdd(String element) {
        return smallest == left.length || firstShown.getOrDefault(element, Integer.MAX_VALUE) <= smallest;
    }

    boolean mayAppend(String element, int position) {
        return (position >= order.size() || order.get(position).equals(element))
                && (smallest == left.length || sizes.get(smallest) > position);
    }
}
