package dev.meridian.kernel.placement;

import java.util.List;

/**
 * Where data flow down a tree: whom a region asks for everything that others write.
 *
 * @param sources members of the group, its parent first, then those that stand in while it is silent, in order
 */
public record Upstream(String region, List<String> sources) {
    public Upstream {
        sources = List.copyOf(sources);
    }
}
