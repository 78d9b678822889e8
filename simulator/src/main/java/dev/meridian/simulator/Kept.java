package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.replication.Group;
import java.util.Map;
import java.util.TreeMap;

/** What a region calls durable it has after its next start, whatever power it lost, as long as its disk is sound and its own (D1). */
final class Kept {
    private final String region;
    private final Map<String, Map<Long, Long>> durable = new TreeMap<>();
    private int disks = -1;

    Kept(String region) {
        this.region = region;
    }

    /** The process ends. */
    void promise(Kernel kernel, SimulatedDisk disk) {
        disks = disk.replaced();
        durable.clear();
        for (Group group : kernel.groups()) {
            Map<Long, Long> last = durable.computeIfAbsent(group.policy().id(), id -> new TreeMap<>());
            for (int o = 0; o < group.durable().width(); o++) {
                last.put(kernel.origins().id(o), group.durable().get(o));
            }
        }
    }

    /** The process has started again. */
    void check(Kernel kernel, SimulatedDisk disk) {
        if (disk.replaced() != disks || disk.damaged()) {
            return;
        }
        for (Group group : kernel.groups()) {
            durable.getOrDefault(group.policy().id(), Map.of()).forEach((id, seq) -> {
                int origin = kernel.origins().find(id);
                long has = origin < 0 ? 0 : group.applied().get(origin);
                if (has < seq && !group.incomplete()) {
                    throw new World.Violation(
                            "D1",
                            "region " + region + " called mutation " + seq + " of group "
                                    + group.policy().id() + " durable and starts again with " + has);
                }
            });
        }
    }
}
