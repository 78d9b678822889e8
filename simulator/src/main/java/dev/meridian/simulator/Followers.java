package dev.meridian.simulator;

import dev.meridian.kernel.placement.Upstream;
import java.util.List;

/**
 * What members of a dataset do that take no writes of their own.
 *
 * @param pilotLight whether they serve nothing
 * @param tree members that are below others, and whom each asks for everything; they forward writes
 */
public record Followers(boolean pilotLight, List<Upstream> tree) {
    /** They serve reads, and ask each writer for its own. */
    public static final Followers USUAL = new Followers(false, List.of());

    Followers within(List<String> regions) {
        return new Followers(
                pilotLight,
                tree.stream()
                        .filter(each -> regions.contains(each.region()))
                        .map(each -> new Upstream(
                                each.region(),
                                each.sources().stream()
                                        .filter(regions::contains)
                                        .toList()))
                        .filter(each -> !each.sources().isEmpty())
                        .toList());
    }

    boolean isBelow(String region) {
        return tree.stream().anyMatch(each -> each.region().equals(region));
    }

    /** As a group's id tells it. */
    String id() {
        return equals(USUAL) ? "" : (pilotLight ? " pilot" : "") + " " + tree;
    }
}
