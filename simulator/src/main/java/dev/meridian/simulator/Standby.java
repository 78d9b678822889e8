package dev.meridian.simulator;

import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A region that stands by with a pilot light answers no read and takes no write: who reads there would read what nobody promises (F1, S3). */
final class Standby implements Promise {
    private static final Set<String> COMMANDS = Set.of(
            "GET", "SMEMBERS", "LRANGE", "HGETALL", "EXISTS", "SET", "SADD", "LPUSH", "RPUSH", "INCRBY", "DEL", "HSET");

    private final Placement placement;
    private final SimulatedNode[] nodes;
    private final Map<String, Long> counts;

    Standby(Placement placement, SimulatedNode[] nodes, Map<String, Long> counts) {
        this.placement = placement;
        this.nodes = nodes;
        this.counts = counts;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        int region = asked.session().region;
        if (asked.inBlock() || !COMMANDS.contains(asked.name()) || asked.words().size() < 2) {
            return null;
        }
        int g = placement
                .datasetOf(asked.key().getBytes(StandardCharsets.ISO_8859_1))
                .group();
        GroupPolicy policy = placement.groups().get(g);
        String here = placement.regions().get(region);
        if (!policy.pilotLight() || !policy.members().contains(here)) {
            return null;
        }
        int run = nodes[region].run();
        boolean stoodBy = standsBy(region, g);
        return reply -> {
            if (run != nodes[region].run() || reply.startsWith("-")) {
                return;
            }
            if (stoodBy && standsBy(region, g)) {
                throw new World.Violation(
                        "F1", "region " + here + " stands by for " + policy.id() + " and answers " + asked.name());
            }
            if (!here.equals(policy.primary())) {
                counts.merge("served once promoted", 1L, Long::sum);
            }
        };
    }

    private boolean standsBy(int region, int g) {
        return nodes[region].running() && !nodes[region].kernel().groups()[g].isWriter();
    }
}
