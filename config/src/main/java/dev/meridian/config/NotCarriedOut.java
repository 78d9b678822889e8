package dev.meridian.config;

import java.util.List;
import java.util.function.Predicate;

/**
 * A setting that this version understands and does not carry out: the one list for the warning at its line and for the
 * node that refuses to start with it. A weaker promise in its place would be kept by nobody's wish.
 *
 * @param key the setting's key in a dataset
 * @param word what it says
 * @param mend what this version carries out in its place
 */
public record NotCarriedOut(String key, String word, String mend) {
    private static final String OTHER_TOPOLOGY = "use active-active or read-replicas, or one region";

    private record Entry(NotCarriedOut word, Predicate<Dataset> asks) {}

    /** A line a word: it goes when the word is carried out. */
    private static final List<Entry> ALL =
            List.of(topology(Topology.FOLLOW_THE_SUN), topology(Topology.PILOT_LIGHT), primary());

    /** Run as another topology over several regions they would mislead. */
    private static Entry topology(Topology topology) {
        return entry(
                "topology",
                topology,
                OTHER_TOPOLOGY,
                d -> d.topology() == topology && d.placement().size() > 1);
    }

    private static Entry primary() {
        return new Entry(
                new NotCarriedOut("primary", "auto", "name the region"),
                d -> d.succession().followsWriters() && d.placement().size() > 1);
    }

    private static Entry entry(String key, Word word, String mend, Predicate<Dataset> asks) {
        return new Entry(new NotCarriedOut(key, word.word(), mend), asks);
    }

    /** All that keeps a node from starting with the dataset; empty when it is carried out as it stands. */
    public static List<NotCarriedOut> of(Dataset dataset) {
        return ALL.stream()
                .filter(entry -> entry.asks.test(dataset))
                .map(Entry::word)
                .toList();
    }

    /** As a sentence about the dataset. */
    public String text(Dataset dataset) {
        return "dataset '" + dataset.name() + "' asks for " + key + ": " + word
                + ", which this version does not carry out";
    }
}
