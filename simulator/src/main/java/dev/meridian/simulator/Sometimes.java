package dev.meridian.simulator;

import java.util.List;
import java.util.Map;

/**
 * What a long run must have met, by the names under which it is counted: every kind of fault, every topology, every refusal, and every way that
 * data and clients sometimes take. A run that never got there proves nothing about it (Y3).
 */
final class Sometimes {
    static final List<String> FAULTS = List.of(
            "cut",
            "one-way cut",
            "isolation",
            "swizzle",
            "ring",
            "bridge",
            "slow link",
            "link heavy-tail",
            "link cap",
            "link replay",
            "link corrupt",
            "link half-open",
            "link slow-receiver",
            "broken connection",
            "cut-off frame",
            "nonsense frame",
            "kill",
            "pause",
            "pause before replies",
            "machine suspended",
            "power loss",
            "unsynced bytes lost",
            "disk lost",
            "old disk restored",
            "wrong file",
            "clients killed",
            "slow reader",
            "clock jump ahead",
            "clock jump back",
            "stuck clock",
            "disk crash",
            "disk full",
            "disk slow",
            "disk fsync-error",
            "disk lost-write",
            "disk misdirected-write",
            "disk log-rot",
            "disk row-rot",
            "disk read-error");

    static final List<String> REFUSALS = List.of(
            "refused CLUSTERDOWN",
            "refused CONFLICT",
            "refused CROSSSLOT",
            "refused ERR",
            "refused EXECABORT",
            "refused LOADING",
            "refused LOSTWRITE",
            "refused MASTERDOWN",
            "refused MISCONF",
            "refused NOREPLICAS",
            "refused NOCONFLICT",
            "refused NOTYET",
            "refused RESIDENCY",
            "refused RPOEXCEEDED",
            "refused STALE",
            "refused STANDBY",
            "refused TRYAGAIN",
            "refused UNCERTAIN",
            "refused WRONGTYPE",
            "refused to start",
            "alarm MRD-4102",
            "alarm MRD-4104",
            "alarm MRD-4106");

    static final List<String> WAYS = List.of(
            "block in a history",
            "conflict left open",
            "conflict resolved",
            "flushed",
            "forged request",
            "key in quarantine",
            "lifetime prolonged",
            "frames for bootstrap",
            "frames for control",
            "frames for forward",
            "frames for replication",
            "log read from disk",
            "log trimmed",
            "turn held for want of room",
            "StoreFullException told to the kernel",
            "stopped: StoreFailedException",
            "killed at the end of a turn",
            "killed between its replies and frames",
            "killed at a step of its work on the disk",
            "bounded read served",
            "remote read served",
            "client moved",
            "client reconnected",
            "siblings resolved by a rule",
            "switched over by hand",
            "taken over",
            "taken over by hand",
            "primary began anew",
            "moved by the hours",
            "moved to its writers",
            "live members changed",
            "witness sealed",
            "late write listed",
            "late write applied",
            "late write discarded",
            "quorum commit",
            "quorum read served",
            "strong commit",
            "strong read served locally",
            "served once promoted",
            "stood still longer than its lease",
            "token adopted",
            "request answered again",
            "request sent again",
            "retried",
            "WAIT told 0",
            "WAIT told 1",
            "WAIT told 2");

    private Sometimes() {}

    /** Those that were not met. */
    static List<String> missing(Map<String, Long> counts) {
        return java.util.stream.Stream.of(FAULTS, REFUSALS, WAYS, Topologies.ALL)
                .flatMap(List::stream)
                .filter(name -> !counts.containsKey(name))
                .toList();
    }

    /** How many faults were injected. */
    static long faults(Map<String, Long> counts) {
        return FAULTS.stream()
                .filter(name -> !List.of("unsynced bytes lost", "swizzle", "ring", "bridge", "slow reader")
                        .contains(name))
                .mapToLong(name -> counts.getOrDefault(name, 0L))
                .sum();
    }
}
