package dev.meridian.simulator.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adya's G0 and G1c (L3) in groups with a primary, where the order of a list is the order of the writes: no cycle of write dependencies,
 * nor of those and reads. As in Elle (Kingsbury and Alvaro, VLDB 2020) the order comes from the lists themselves. Edges join neighbours only, and
 * only from steps that write, so there are as many as elements and reads within writing blocks. Cycles of reads alone the closure finds.
 */
final class WriteCycles implements Checker {
    @Override
    public void check(Index.Group group, List<Anomaly> anomalies) {
        Map<Step, Set<Step>> edges = new LinkedHashMap<>();
        for (KeyHistory key : group.keys.values()) {
            if (key.is(KeyHistory.Kind.LIST)) {
                int[] order = key.order();
                for (int i = 1; i < order.length; i++) {
                    add(edges, key.writes.get(order[i - 1]).step, key.writes.get(order[i]).step);
                }
            }
        }
        List<Operation> cycle = cycle(edges);
        if (!cycle.isEmpty()) {
            anomalies.add(new Anomaly("L3", "G0, write cycle: each of these wrote before the next", cycle));
            return;
        }
        Map<Step, Set<Step>> reads = new LinkedHashMap<>();
        for (Step step : group.steps) {
            if (!step.writes.isEmpty()) {
                for (Read read : step.reads) {
                    for (int i : read.shown()) {
                        add(edges, read.key().writes.get(i).step, step);
                        add(reads, read.key().writes.get(i).step, step);
                    }
                }
            }
        }
        cycle = cycle(reads).isEmpty() ? cycle(edges) : List.of();
        if (!cycle.isEmpty()) {
            anomalies.add(new Anomaly(
                    "L3", "G1c, circular information flow: each wrote before or is read by the next", cycle));
        }
    }

    private static void add(Map<Step, Set<Step>> edges, Step from, Step to) {
        if (from != to) {
            edges.computeIfAbsent(from, s -> new LinkedHashSet<>(2)).add(to);
        }
    }

    /** Takes away all that nothing leads to, until what is left has a cycle or is nothing. */
    private static List<Operation> cycle(Map<Step, Set<Step>> edges) {
        Map<Step, Integer> incoming = new HashMap<>();
        edges.values().forEach(targets -> targets.forEach(step -> incoming.merge(step, 1, Integer::sum)));
        ArrayDeque<Step> free = new ArrayDeque<>();
        edges.keySet().forEach(step -> {
            if (!incoming.containsKey(step)) {
                free.add(step);
            }
        });
        for (Step step = free.poll(); step != null; step = free.poll()) {
            for (Step next : edges.getOrDefault(step, Set.of())) {
                if (incoming.merge(next, -1, Integer::sum) == 0) {
                    incoming.remove(next);
                    free.add(next);
                }
            }
        }
        return incoming.isEmpty() ? List.of() : walk(edges, incoming.keySet());
    }

    /** Walks against the edges among what is left, where every step has one that leads to it, until it comes round. */
    private static List<Operation> walk(Map<Step, Set<Step>> edges, Set<Step> left) {
        Map<Step, Step> sources = new HashMap<>();
        for (Step from : left) {
            for (Step to : edges.getOrDefault(from, Set.of())) {
                if (left.contains(to)) {
                    sources.put(to, from);
                }
            }
        }
        Set<Step> path = new LinkedHashSet<>();
        Step step = left.iterator().next();
        while (step != null && path.add(step)) {
            step = sources.get(step);
        }
        List<Step> round = new ArrayList<>(path);
        return round.subList(Math.max(0, round.indexOf(step)), round.size()).reversed().stream()
                .map(s -> s.operation)
                .toList();
    }
}
