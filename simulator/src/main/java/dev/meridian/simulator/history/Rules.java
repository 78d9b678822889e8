package dev.meridian.simulator.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was promised: which keys are replicated together, how conflicts end, and which losses the policy names.
 *
 * @param datasets a key begins with the name of its dataset and a colon; the longest such name counts
 */
public record Rules(List<Dataset> datasets, List<Loss> losses) {
    /** With durability every_second, what was not synced when a machine lost its power is at most so old. */
    /** For how long what was acknowledged may be on no disk yet, with durability every_second on a disk that keeps up. */
    public static final long UNSYNCED_NS = 1_200_000_000L;

    /** How concurrent values end. */
    public enum Resolution {
        LAST_WRITE_WINS,
        CRDT,
        MANUAL,
        CUSTOM
    }

    /**
     * One dataset.
     *
     * @param group datasets of one group share causality and atomicity
     * @param takers the regions that took writes, one at a time; empty when each takes those of its clients
     * @param linearizable whether reads at level strong or quorum, and all writes, behave as if there were one copy
     */
    public record Dataset(String name, String group, Resolution resolution, List<String> takers, boolean linearizable) {
        /** One that promises less, with one primary or none. */
        public Dataset(String name, String group, Resolution resolution, @Nullable String primary) {
            this(name, group, resolution, primary == null ? List.of() : List.of(primary), false);
        }

        /** Whether one region took all writes. */
        boolean hasOneTaker() {
            return takers.size() == 1;
        }
    }

    /**
     * A region lost something that the policy says it may lose.
     *
     * @param everything whether all that it had taken is gone, or only what was not yet synced
     */
    public record Loss(String region, long atNs, boolean everything) {}

    /** These rules, and one more loss. */
    public Rules with(Loss loss) {
        List<Loss> all = new ArrayList<>(losses);
        all.add(loss);
        return new Rules(datasets, List.copyOf(all));
    }

    /** The dataset that a key is in. */
    public Dataset dataset(String key) {
        Dataset longest = null;
        for (Dataset dataset : datasets) {
            boolean in = key.startsWith(dataset.name())
                    && (key.length() == dataset.name().length()
                            || key.charAt(dataset.name().length()) == ':');
            if (in
                    && (longest == null
                            || longest.name().length() < dataset.name().length())) {
                longest = dataset;
            }
        }
        if (longest == null) {
            throw new IllegalArgumentException("no dataset has key `" + key + "`");
        }
        return longest;
    }

    /** Whether a write may be gone: the region that took it lost it in a way that the policy names. */
    boolean excused(Dataset dataset, Operation write) {
        List<String> takers = dataset.takers().isEmpty() ? List.of(write.region()) : dataset.takers();
        for (Loss loss : losses) {
            if (takers.contains(loss.region())
                    && write.calledNs() <= loss.atNs()
                    && (loss.everything() || write.returnedNs() >= loss.atNs() - UNSYNCED_NS)) {
                return true;
            }
        }
        return false;
    }

    boolean lossless(String region) {
        return losses.stream().noneMatch(loss -> loss.region().equals(region));
    }
}
