package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A region that takes itself for the primary acknowledges no write once the control group has decided, by the true time, that another is,
 * where it acknowledges under a lease (F1, F2, F3).
 */
final class Fencing implements Promise {
    private static final Set<String> WRITES =
            Set.of("SET", "SADD", "INCRBY", "RPUSH", "LPUSH", "HSET", "DEL", "APPEND");

    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final SimulatedControl control;

    Fencing(Placement placement, SimulatedNode[] nodes, SimulatedControl control) {
        this.placement = placement;
        this.nodes = nodes;
        this.control = control;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        // Who reads late reads what was acknowledged long ago.
        if (asked.inBlock() || asked.session().readsAfterNs > 0 || !WRITES.contains(asked.name())) {
            return null;
        }
        Dataset dataset = placement.datasetOf(asked.key().getBytes(StandardCharsets.ISO_8859_1));
        GroupPolicy policy = placement.group(dataset);
        int region = asked.session().region;
        if (policy.primary() == null || !policy.failover().automatic()) {
            return null;
        }
        return reply -> {
            if (reply.startsWith("-") || !nodes[region].running()) {
                return;
            }
            String here = placement.regions().get(region);
            boolean takesItself =
                    nodes[region].kernel().groups()[dataset.group()].isWriter();
            String decided = control.primary(policy);
            if (takesItself && !here.equals(decided)) {
                throw new World.Violation(
                        "F2",
                        "region " + here + " acknowledges a write of group " + policy.id() + " whose primary is "
                                + decided);
            }
        };
    }
}
