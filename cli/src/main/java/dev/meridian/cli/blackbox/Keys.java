package dev.meridian.cli.blackbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which keys are in use: new ones after some operations, so that a read stays short however long the run; and all that ever were, for
 * the reads at the end.
 */
public final class Keys {
    /** What a key holds. */
    public enum Kind {
        SET,
        LIST,
        COUNTER,
        REGISTER,
        DOOMED;

        /** The command that reads it whole. */
        public List<String> read(String key) {
            return switch (this) {
                case SET -> List.of("SMEMBERS", key);
                case LIST -> List.of("LRANGE", key, "0", "-1");
                case COUNTER, REGISTER -> List.of("GET", key);
                case DOOMED -> List.of("EXISTS", key);
            };
        }
    }

    private static final int OPERATIONS_A_KEY = 1_500;
    private static final int OPERATIONS_A_FAMILY = 500;
    private static final int LONGER_LIVED = 10;

    private final Map<String, Map<String, Kind>> byDataset = new ConcurrentHashMap<>();
    private final String mark;

    /** @param mark begins the names of all keys, behind their datasets' */
    public Keys(String mark) {
        this.mark = mark;
    }

    /** A key of the dataset in use after so many operations, where keys are judged one by one. */
    String choose(Place place, Kind kind, int operations, SplittableRandom random) {
        if (place.linearizable()) {
            throw new IllegalArgumentException("keys of " + place.dataset() + " come in families");
        }
        int era = operations / OPERATIONS_A_KEY;
        if (kind == Kind.COUNTER || kind == Kind.REGISTER) {
            era /= LONGER_LIVED;
        }
        return note(place, kind, name(era, random));
    }

    /**
     * How the keys are named that a block may use together, where they are judged together, too: one of each kind. Were all keys joined by
     * blocks, no order of so many operations could be found.
     */
    static String family(int operations, SplittableRandom random) {
        return name(operations / OPERATIONS_A_FAMILY, random);
    }

    private static String name(int era, SplittableRandom random) {
        boolean former = era > 0 && random.nextInt(20) == 0;
        return (former ? era - 1 : era) + "-" + random.nextInt(2);
    }

    /** A key of this name, which is read in the end. */
    String note(Place place, Kind kind, String name) {
        String key = place.keyspace() + ":" + mark + kind.name().toLowerCase(java.util.Locale.ROOT) + name;
        byDataset
                .computeIfAbsent(place.dataset(), dataset -> new ConcurrentHashMap<>())
                .put(key, kind);
        return key;
    }

    public Set<Map.Entry<String, Kind>> all(Place place) {
        return byDataset.getOrDefault(place.dataset(), Map.of()).entrySet();
    }
}
