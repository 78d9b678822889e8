package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A region that may not keep a dataset, and may not ask for it elsewhere, answers nothing of it (R3). */
final class Residency implements Promise {
    private static final Set<String> READS = Set.of("GET", "SMEMBERS", "LRANGE", "HGETALL", "EXISTS");
    private static final Set<String> WRITES = Set.of("SET", "SADD", "LPUSH", "RPUSH", "INCRBY", "INCR", "DEL", "HSET");

    private final Placement placement;
    private final List<String> regions;
    private final Map<String, Long> counts;

    Residency(Placement placement, Map<String, Long> counts) {
        this.placement = placement;
        this.regions = placement.regions();
        this.counts = counts;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        boolean write = WRITES.contains(asked.name());
        if (asked.inBlock()
                || (!write && !READS.contains(asked.name()))
                || asked.words().size() < 2) {
            return null;
        }
        Dataset dataset = placement.datasetOf(asked.key().getBytes(StandardCharsets.ISO_8859_1));
        String here = regions.get(asked.session().region);
        if (placement.group(dataset).members().contains(here)
                || dataset.remoteAccess() == Dataset.RemoteAccess.READ_WRITE) {
            return null;
        }
        boolean refused = dataset.remoteAccess() == Dataset.RemoteAccess.NONE || write;
        return reply -> {
            if (refused && !reply.startsWith("-")) {
                throw new World.Violation(
                        "R3",
                        "region " + here + " answered '" + asked.name() + "' of " + dataset.name() + ": " + reply);
            }
            if (!refused && !reply.startsWith("-")) {
                counts.merge("remote read served", 1L, Long::sum);
            }
        };
    }
}
