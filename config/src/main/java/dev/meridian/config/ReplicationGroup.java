package dev.meridian.config;

import java.time.Duration;
import java.util.List;

/**
 * All datasets with the same placement, topology, replication, consistency and primary (where there
 * is one, also the same way to replace it); of a partitioned dataset each partition: the unit of replication and failover.
 *
 * @param id stable: the same policy gives the same id, whatever else the file says
 * @param policy what its datasets have in common, as its first has it
 * @param members its regions, in the order in which the file lists them
 * @param writers in that order too
 * @param tree whom its regions ask for everything, where data flow down a tree; others are not named
 * @param lagAction the strictest that one of its datasets asks for
 * @param lagThreshold the smallest of the datasets that ask for that action
 * @param datasets or partitions, in the file's order, never empty
 */
public record ReplicationGroup(
        String id,
        Dataset policy,
        List<String> members,
        List<String> writers,
        List<Upstream> tree,
        Duration lagThreshold,
        LagAction lagAction,
        List<Dataset> datasets) {}
