package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.config.Acknowledgement;
import dev.meridian.config.Dataset;
import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the file's datasets promise, one by one, and what the clients were told. */
final class Judgement {
    private static final Set<String> DURABILITY = Set.of("D1", "V9");
    private static final Set<String> WRITES = Set.of("SADD", "RPUSH", "INCRBY", "SET");
    private static final Set<String> CONVERGENCE = Set.of("V1");

    /** A write that a primary holds for longer is refused. */
    private static final Duration HELD_AT_MOST = Duration.ofSeconds(1);

    private final List<Place> places;
    private final Drill drill;
    private final List<Operation> operations;
    private final Map<String, List<Anomaly>> anomalies = new HashMap<>();
    private final Map<String, Long> waiting;
    private final Map<String, Integer> lostByDataset = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /** @param waiting late writes that wait for somebody to decide, by dataset */
    Judgement(
            List<Place> places,
            Drill drill,
            List<Operation> operations,
            List<Anomaly> found,
            Map<String, Long> waiting) {
        this.waiting = waiting;
        this.places = places;
        this.drill = drill;
        this.operations = operations;
        found.forEach(anomaly -> anomalies
                .computeIfAbsent(dataset(anomaly), d -> new ArrayList<>())
                .add(anomaly));
    }

    /** How many acknowledged writes are gone, by dataset. */
    Map<String, Integer> lost() {
        return lostByDataset;
    }

    /** Where a primary was cut off from its majority: it acknowledged nothing once its lease was over, until the fault was. */
    void fencing(Place place, Damage damage, Clock clock) {
        Dataset dataset = place.policy();
        Duration lease = dataset.succession().lease();
        long sinceNs = clock.brokenNs() + lease.toNanos();
        long late = operations.stream()
                .filter(operation -> damage.isolated().contains(operation.region()))
                .filter(operation -> operation.outcome() == Outcome.OK
                        && operation.calledNs() > sinceNs
                        && operation.returnedNs() < clock.healNs())
                .filter(operation -> isOf(place, operation))
                .flatMap(operation -> operation.calls().stream())
                .filter(call -> WRITES.contains(call.words().getFirst()))
                .count();
        add(
                dataset,
                "one primary: nothing acknowledged by the old one after its lease",
                late == 0,
                late + " writes",
                "lease " + lease.toMillis() / 1e3 + " s");
    }

    /** Where primaries were handed over as planned: how long writes that were under way then had to wait, and what became of them. */
    void handover(Place place, Clock clock, Duration roundTrip, Duration machine) {
        List<Operation> writes = operations.stream()
                .filter(operation -> !operation.settled()
                        && operation.returnedNs() > clock.breakNs()
                        && operation.calledNs() < clock.endNs())
                .filter(operation -> isOf(place, operation))
                .filter(operation -> operation.calls().stream()
                        .anyMatch(call -> WRITES.contains(call.words().getFirst())))
                .toList();
        long longestNs = writes.stream()
                .filter(operation -> operation.outcome() == Outcome.OK)
                .mapToLong(operation -> operation.returnedNs() - operation.calledNs())
                .max()
                .orElse(0);
        long mostNs = HELD_AT_MOST.plus(roundTrip.multipliedBy(2)).plus(machine).toNanos();
        long unanswered = count(writes, Outcome.UNKNOWN);
        // A client that gave up had waited for longer than any that was answered.
        add(
                place.policy(),
                String.format(Locale.ROOT, "a handover holds a write for at most %.2f s", mostNs / 1e9),
                longestNs > 0 && longestNs <= mostNs && unanswered == 0,
                String.format(
                        Locale.ROOT,
                        "%d of %d unanswered, %d refused; %.3f s the longest that was answered",
                        unanswered,
                        writes.size(),
                        count(writes, Outcome.REFUSED),
                        longestNs / 1e9),
                "held for 1 s, then refused; two round trips to the primary; and what the machine delays");
    }

    private static long count(List<Operation> writes, Outcome outcome) {
        return writes.stream()
                .filter(operation -> operation.outcome() == outcome)
                .count();
    }

    List<Finding> findings() {
        return findings;
    }

    /**
     * Adds what is to be said of a dataset.
     *
     * @param exposure what only the lost regions had, or null where that says nothing
     * @param differences why regions were not equal in the end
     * @param equalAfterNs how long after the heal they were found equal
     */
    void judge(
            Place place,
            List<Verdict> verdicts,
            @Nullable Exposure exposure,
            List<String> differences,
            long equalAfterNs,
            ResidencyProbe residency) {
        Dataset dataset = place.policy();
        durability(place);
        if (exposure != null && (drill == Drill.REGION_LOSS || drill == Drill.TWO_REGION_LOSS)) {
            objective(dataset, exposure);
        }
        reads(place);
        served(dataset, verdicts);
        convergence(dataset, differences, equalAfterNs);
        if (ResidencyProbe.concerns(dataset)) {
            List<String> breaches = residency.breaches(dataset);
            add(
                    dataset,
                    "nothing of it outside " + String.join(", ", dataset.placement()),
                    breaches.isEmpty(),
                    breaches.isEmpty()
                            ? residency.refused(dataset) + " attempts refused"
                            : breaches.size() + " answered",
                    breaches.isEmpty() ? "data_residency" : breaches.getFirst());
        }
        rest(dataset);
    }

    private void durability(Place place) {
        Dataset dataset = place.policy();
        long acknowledged = operations.stream()
                .filter(operation -> operation.outcome() == Outcome.OK && !operation.settled())
                .filter(operation -> isOf(place, operation))
                .flatMap(operation -> operation.calls().stream())
                .filter(call -> WRITES.contains(call.words().getFirst()))
                .count();
        List<Anomaly> lost = taken(dataset, DURABILITY);
        lostByDataset.put(dataset.name(), lost.size());
        boolean late = dataset.acknowledgement() == Acknowledgement.ASYNC
                || dataset.acknowledgement() == Acknowledgement.SEMI_SYNC;
        boolean kept = !lost.isEmpty() && late && waiting.getOrDefault(dataset.name(), 0L) >= lost.size();
        add(
                dataset,
                "no acknowledged write lost",
                lost.isEmpty() || kept,
                lost.size() + " of " + acknowledged + (kept ? " late, and wait for review" : " lost"),
                lost.isEmpty()
                        ? dataset.acknowledgement()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-') + ", and the disks came back"
                        : lost.getFirst().text());
    }

    private void objective(Dataset dataset, Exposure exposure) {
        boolean held = exposure.oldestNs() <= dataset.lagThreshold().toNanos();
        add(
                dataset,
                "RPO <= " + dataset.lagThreshold().toMillis() / 1e3 + " s",
                held,
                String.format(
                        Locale.ROOT,
                        "%.3f s: %d of %d writes were nowhere else",
                        exposure.oldestNs() / 1e9,
                        exposure.late(),
                        exposure.acknowledged()),
                "lag_threshold");
    }

    private void reads(Place place) {
        Dataset dataset = place.policy();
        record Level(String promise, Set<String> invariants) {}
        Level level = switch (dataset.consistency().level()) {
            case STRONG, QUORUM -> new Level("as if there were one copy", Set.of("L1", "L3"));
            case CAUSAL -> new Level("causes are read before effects", Set.of("C1", "C2"));
            case SESSION -> new Level("a session reads its own writes", Set.of("C2"));
            case MONOTONIC_READ -> new Level("a session never reads backwards", Set.of("C2"));
            case BOUNDED -> new Level("no read is older than its bound", Set.of("S1"));
            case EVENTUAL -> new Level("", Set.of());
        };
        if (!level.promise.isEmpty()) {
            List<Anomaly> broken = taken(dataset, level.invariants);
            long reads = operations.stream()
                    .filter(operation -> operation.outcome() == Outcome.OK && !operation.settled())
                    .filter(operation -> isOf(place, operation))
                    .count();
            add(
                    dataset,
                    level.promise,
                    broken.isEmpty(),
                    broken.size() + " breaches in " + reads + " operations",
                    broken.isEmpty()
                            ? "consistency: " + dataset.consistency().text()
                            : broken.getFirst().text());
        }
    }

    private void served(Dataset dataset, List<Verdict> verdicts) {
        List<Verdict> own = verdicts.stream()
                .filter(verdict -> verdict.expectation().lane().dataset().equals(dataset.name()))
                .toList();
        List<Verdict> broken = own.stream().filter(verdict -> !verdict.held()).toList();
        add(
                dataset,
                "served where and when the file says",
                broken.isEmpty(),
                (own.size() - broken.size()) + " of " + own.size() + " kinds of requests",
                broken.isEmpty()
                        ? "see requests"
                        : broken.getFirst().expectation().lane().words() + " "
                                + broken.getFirst().measured());
    }

    private void convergence(Dataset dataset, List<String> differences, long equalAfterNs) {
        List<Anomaly> unequal = taken(dataset, CONVERGENCE);
        List<String> own = differences.stream()
                .filter(difference -> difference.contains(dataset.name()) || difference.contains("does not answer"))
                .toList();
        boolean held = unequal.isEmpty() && own.isEmpty();
        add(
                dataset,
                "regions equal after the heal",
                held,
                held ? String.format(Locale.ROOT, "proved after %.1f s", equalAfterNs / 1e9) : "not equal",
                held
                        ? "digests of all keys"
                        : own.isEmpty() ? unequal.getFirst().text() : own.getFirst());
    }

    /** What no promise above speaks of: nothing refused took place, nothing twice, nothing deleted came back, blocks are whole. */
    private void rest(Dataset dataset) {
        List<Anomaly> left = anomalies.getOrDefault(dataset.name(), List.of());
        add(
                dataset,
                "nothing refused, twice, torn or back from the dead",
                left.isEmpty(),
                left.size() + " anomalies",
                left.isEmpty()
                        ? "of every dataset"
                        : left.getFirst().invariant() + " " + left.getFirst().text());
    }

    private List<Anomaly> taken(Dataset dataset, Set<String> invariants) {
        List<Anomaly> own = anomalies.getOrDefault(dataset.name(), new ArrayList<>());
        List<Anomaly> taken = own.stream()
                .filter(anomaly -> invariants.contains(anomaly.invariant()))
                .toList();
        own.removeAll(taken);
        return taken;
    }

    private void add(Dataset dataset, String promise, boolean held, String measured, String why) {
        findings.add(new Finding(dataset.name(), promise, held, measured, why));
    }

    private static boolean isOf(Place place, Operation operation) {
        return place.has(operation.calls().getFirst().words().get(1));
    }

    private String dataset(Anomaly anomaly) {
        return anomaly.operations().isEmpty()
                ? ""
                : Place.of(
                                places,
                                anomaly.operations()
                                        .getFirst()
                                        .calls()
                                        .getFirst()
                                        .words()
                                        .get(1))
                        .dataset();
    }
}
