package dev.meridian.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All datasets with the same placement, topology, replication, consistency and primary (where there
 * is one, also the same failover and timetable): the unit of replication and failover.
 *
 * @param id stable: the same policy gives the same id, whatever else the file says
 * @param placement in the order in which the file lists its regions
 * @param lagAction the strictest that one of its datasets asks for
 * @param lagThreshold the smallest of the datasets that ask for that action
 * @param datasets in the file's order, never empty
 */
public record ReplicationGroup(
        String id,
        List<String> placement,
        Topology topology,
        ReplicationMode replication,
        Consistency consistency,
        @Nullable String primary,
        List<String> writers,
        Failover failover,
        List<Handover> schedule,
        Duration lagThreshold,
        LagAction lagAction,
        List<Dataset> datasets) {}
