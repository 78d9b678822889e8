package dev.meridian.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A setting that this version understands and does not carry out: the one list for the warning at its line and for the
 * node that refuses to start with it. A weaker promise in its place would be kept by nobody's wish.
 *
 * @param key the setting's key in a dataset
 * @param word what it says
 * @param mend what this version carries out in its place
 */
public record NotCarriedOut(String key, String word, String mend) {
    private static final Set<Acknowledgement> ACKNOWLEDGEMENTS = EnumSet.of(Acknowledgement.ASYNC);

    /** In the others a primary moves or an edge forgets: run as another topology over several regions they would mislead. */
    private static final Set<Topology> TOPOLOGIES =
            EnumSet.complementOf(EnumSet.of(Topology.FOLLOW_THE_SUN, Topology.PILOT_LIGHT, Topology.HIERARCHICAL_EDGE));

    /** All that keeps a node from starting with the dataset; empty when it is carried out as it stands. */
    public static List<NotCarriedOut> of(Dataset dataset) {
        List<NotCarriedOut> all = new ArrayList<>();
        if (!ACKNOWLEDGEMENTS.contains(dataset.acknowledgement())) {
            ConsistencyLevel level = dataset.consistency().level();
            all.add(
                    level.needsPrimary()
                            ? new NotCarriedOut("consistency", level.word(), "use causal, session or a weaker level")
                            : new NotCarriedOut(
                                    "replication", dataset.replication().word(), "use async"));
        }
        if (dataset.placement().size() > 1 && !TOPOLOGIES.contains(dataset.topology())) {
            all.add(new NotCarriedOut(
                    "topology", dataset.topology().word(), "use active-active or read-replicas, or one region"));
        }
        return List.copyOf(all);
    }

    /** As a sentence about the dataset. */
    public String text(Dataset dataset) {
        return "dataset '" + dataset.name() + "' asks for " + key + ": " + word
                + ", which this version does not carry out";
    }
}
