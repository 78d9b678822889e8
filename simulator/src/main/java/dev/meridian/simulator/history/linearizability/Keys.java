package dev.meridian.simulator.history.linearizability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of one part of a history, which no operation joins with another. */
final class Keys {
    final List<Key> all = new ArrayList<>();
    private final Map<String, Key> byName = new LinkedHashMap<>();
    private final Map<String, Set<String>> forgotten;

    /** @param forgotten by key, the elements that are taken for never written */
    Keys(Map<String, Set<String>> forgotten) {
        this.forgotten = forgotten;
    }

    Key named(String name) {
        return byName.computeIfAbsent(name, n -> {
            Key key = new Key(n, all.size(), forgotten.getOrDefault(n, Set.of()));
            all.add(key);
            return key;
        });
    }
}
