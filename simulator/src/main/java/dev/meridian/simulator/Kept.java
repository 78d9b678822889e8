package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.replication.Group;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a region has answered, and what it calls durable, it has after its next start as long as its disk is sound and its own (D1):
 * the one unless it lost its power, with durability always even then; the other whatever it lost.
 */
final class Kept {
    private final String region;
    private final boolean always;
    private final Map<String, Map<Long, Long>> durable = new TreeMap<>();
    private long answeredLsn;
    private int disks = -1;
    private int powerLosses;

    /** @param always whether each turn is synced before it is answered */
    Kept(String region, boolean always) {
        this.region = region;
        this.always = always;
    }

    /** What the log has up to here is answered. */
    void answered(long lsn) {
        answeredLsn = lsn;
    }

    /** The process ends. */
    void promise(Kernel kernel, SimulatedDisk disk) {
        disks = disk.replaced();
        powerLosses = disk.powerLosses();
        durable.clear();
        for (Group group : kernel.groups()) {
            Map<Long, Long> last = durable.computeIfAbsent(group.policy().id(), id -> new TreeMap<>());
            for (int o = 0; o < group.durable().width(); o++) {
                last.put(kernel.origins().id(o), group.durable().get(o));
            }
        }
    }

    /** What the last process called durable of a group before it ended, by origin. */
    Map<Long, Long> durable(String group) {
        return durable.getOrDefault(group, Map.of());
    }

    /** Whether the disk may lack what the last process has answered. */
    boolean mayLack(SimulatedDisk disk) {
        return disk.replaced() != disks || disk.damaged() || !always && disk.powerLosses() != powerLosses;
    }

    /** The process has started again. */
    void check(Kernel kernel, SimulatedDisk disk) {
        long endLsn = kernel.log().drained();
        if (!mayLack(disk) && endLsn < answeredLsn) {
            throw new World.Violation(
                    "D1",
                    "region " + region + " answered what its log had up to " + answeredLsn + " and starts again with "
                            + endLsn);
        }
        answeredLsn = endLsn;
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
