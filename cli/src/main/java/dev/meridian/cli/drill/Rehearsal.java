package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Aftermath;
import dev.meridian.cli.blackbox.FaultInjector;
import dev.meridian.cli.blackbox.FaultInjector.Undo;
import dev.meridian.cli.blackbox.FaultyMachine;
import dev.meridian.cli.blackbox.Place;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.config.LateWrites;
import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Checkers;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.HistoryFile;
import dev.meridian.simulator.history.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One drill on regions that run: calm, fault, heal, until all regions are equal; then the judgement. */
public final class Rehearsal {
    private static final long CALM_MS = 3_000;
    private static final long AFTER_MS = 3_000;
    private static final long POLL_MS = 50;
    /** A node's clock is looked at by itself and by others some times a second. */
    private static final int CLOCK_FACTOR = 3;

    private final Drill drill;
    private final List<String> hit;
    private final Configuration configuration;
    private final UpPlan plan;
    private final UpState state;
    private final @Nullable FaultyMachine machine;
    private final boolean lent;
    private final Duration lasts;
    private final long seed;
    private final Timeline timeline;

    /**
     * A drill to come.
     *
     * @param hit the regions that it is about
     * @param machine with which the regions were started, or null
     * @param lent whether the regions go on behind it
     * @param lasts how long the fault goes on
     */
    public Rehearsal(
            Drill drill,
            List<String> hit,
            Configuration configuration,
            UpPlan plan,
            UpState state,
            @Nullable FaultyMachine machine,
            boolean lent,
            Duration lasts,
            long seed,
            Timeline timeline) {
        this.drill = drill;
        this.hit = hit;
        this.configuration = configuration;
        this.plan = plan;
        this.state = state;
        this.machine = machine;
        this.lent = lent;
        this.lasts = lasts;
        this.seed = seed;
        this.timeline = timeline;
    }

    /**
     * Runs it.
     *
     * @param keep where the history of a drill goes that broke a promise
     */
    public DrillReport run(Path keep) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        var workload = new Workload(
                configuration, state, drill.slack(), seed, "drill" + Long.toHexString(startNs & 0xFFFFFF) + "-");
        var residency = new ResidencyProbe(workload.places, state);
        try (var events = new NodeEvents(state);
                var delay = new MachineDelay()) {
            timeline.add(
                    "workload",
                    workload.size() + " clients in " + state.regions().size() + " regions, seed " + seed);
            workload.start();
            Thread.sleep(CALM_MS);
            residency.ask();
            Map<String, String> primaries = Primaries.now(state);
            timeline.add("break", words());
            long breakNs = System.nanoTime();
            Undo undo = once(make());
            var hook = new Thread(() -> heal(undo), "heal");
            if (lent) {
                // Who stops a drill gets their regions back as they were.
                Runtime.getRuntime().addShutdownHook(hook);
            }
            long brokenNs = System.nanoTime();
            History elsewhere = new History();
            boolean looked;
            Map<String, String> moved = new TreeMap<>();
            long healNs;
            try {
                residency.ask();
                sleepUntil(breakNs + lasts.toNanos());
                looked = look(workload, elsewhere);
                if (drill != Drill.SWITCHOVER) {
                    moved.putAll(Primaries.moved(primaries, Primaries.now(state)));
                }
            } finally {
                timeline.add("heal", healed());
                healNs = System.nanoTime();
                undo.run();
                if (lent) {
                    Runtime.getRuntime().removeShutdownHook(hook);
                }
            }
            awaitService(workload, healNs);
            long endNs = System.nanoTime();
            workload.stop();
            moved.putAll(Primaries.moved(primaries, Primaries.now(state)));
            List<String> differences = Aftermath.differences(state, line -> timeline.add("wait", line));
            long equalNs = System.nanoTime();
            timeline.add("equal", differences.isEmpty() ? "all regions hold the same" : differences.getFirst());
            if (differences.isEmpty()) {
                Aftermath.read(state.regions(), workload.places, workload.keys, workload.history);
            }
            residency.ask();
            var clock = new Clock(startNs, breakNs, brokenNs, healNs, endNs);
            long allowedNs = delay.allowedNs(breakNs, endNs);
            timeline.add(
                    breakNs,
                    "machine",
                    "kept threads waiting while they could run: an answer may take " + allowedNs / 1_000_000
                            + " ms longer for that");
            return judge(
                    workload,
                    clock,
                    looked ? elsewhere : null,
                    allowedNs,
                    differences,
                    equalNs,
                    residency,
                    events.all(),
                    moved,
                    keep);
        }
    }

    private DrillReport judge(
            Workload workload,
            Clock clock,
            @Nullable History elsewhere,
            long allowedNs,
            List<String> differences,
            long equalNs,
            ResidencyProbe residency,
            List<NodeEvents.Event> events,
            Map<String, String> moved,
            Path keep)
            throws IOException {
        var rules = Place.rules(workload.places);
        List<Anomaly> anomalies = Checkers.check(workload.history, rules);
        Map<Lane, Served> lanes = Served.of(workload.places, workload.history.operations());
        Damage damage = drill.damage(configuration, hit);
        Duration roundTrip = roundTripMax();
        var expectations = new Expectations(configuration, damage, lasts, roundTrip);
        Map<String, Long> waiting = Primaries.waiting(state);
        workload.places.stream()
                .map(Place::policy)
                .filter(dataset -> dataset.succession().lateWrites() != LateWrites.REVIEW)
                .forEach(dataset -> waiting.remove(dataset.name()));
        var judgement = new Judgement(workload.places, drill, workload.history.operations(), anomalies, waiting);
        List<Verdict> verdicts = new ArrayList<>();
        Map<String, Exposure> exposures = new HashMap<>();
        for (Place place : workload.places) {
            Dataset dataset = place.policy();
            List<Expectation> lanesOf = expectations.of(dataset);
            if (lanesOf.stream().anyMatch(Expectation::waitsForFailover)) {
                timeline.add(clock.brokenNs(), "bound", expectations.failoverWords(dataset));
            }
            for (Expectation expectation : lanesOf) {
                Served served = lanes.getOrDefault(expectation.lane(), Served.nothing(expectation.lane()));
                verdicts.add(
                        Verdict.of(expectation, served, clock, drill.slack().toNanos() + allowedNs));
            }
            Exposure exposure = exposure(place, workload, elsewhere, damage, clock);
            if (exposure != null && exposure.acknowledged() > 0) {
                exposures.put(place.dataset(), exposure);
            }
            if (drill == Drill.SWITCHOVER && hit.contains(place.policy().primary())) {
                judgement.handover(place, clock, roundTrip, Duration.ofNanos(allowedNs));
            }
            if (expectations.outlivesItsLease(dataset)) {
                judgement.fencing(place, damage, clock);
            }
            judgement.judge(
                    place, verdicts, exposures.get(place.dataset()), differences, equalNs - clock.healNs(), residency);
        }
        Map<String, String> datasets = new HashMap<>();
        groups().forEach((dataset, group) -> datasets.merge(group, dataset, (one, other) -> one + ", " + other));
        events.forEach(event -> timeline.add(event.atNs(), event.region(), NodeEvents.words(event, datasets)));
        var report = new DrillReport(
                drill,
                hit,
                configuration.name(),
                state.regions().size(),
                seed,
                lasts,
                clock,
                equalNs,
                timeline.entries(),
                verdicts,
                judgement.findings(),
                exposures,
                judgement.lost(),
                waiting,
                Primaries.splits(moved, groups(), events, verdicts, clock));
        if (!report.held()) {
            new HistoryFile(rules, workload.history).save(keep);
            timeline.add("kept", keep.toString());
        }
        return report;
    }

    /** Null where no region could be asked that was not hit, or where none of them is lost to the others. */
    private @Nullable Exposure exposure(
            Place place, Workload workload, @Nullable History elsewhere, Damage damage, Clock clock) {
        Set<String> lost = new HashSet<>(damage.down());
        lost.addAll(damage.isolated());
        // Who stands by tells nobody what it has.
        boolean told = elsewhere != null
                && elsewhere.operations().stream()
                        .anyMatch(read ->
                                place.has(read.calls().getFirst().words().get(1)));
        if (elsewhere == null || !told || lost.isEmpty() || lost.containsAll(place.kept())) {
            return null;
        }
        long atNs = damage.down().isEmpty() ? clock.healNs() : clock.brokenNs();
        return Exposure.of(place, lost, workload.history.operations(), elsewhere.operations(), atNs);
    }

    /** What the other regions have while the fault lasts; false if they did not tell. */
    private boolean look(Workload workload, History elsewhere) throws IOException {
        try {
            Aftermath.read(
                    state.regions().stream()
                            .filter(region -> !hit.contains(region.name()))
                            .toList(),
                    workload.places,
                    workload.keys,
                    elsewhere);
            return true;
        } catch (IOException e) {
            timeline.add("look", "not all regions could be read meanwhile: " + e.getMessage());
            return false;
        }
    }

    private Undo make() throws IOException, InterruptedException {
        var injector = new FaultInjector(state, plan.links(), machine);
        List<Undo> undos = new ArrayList<>();
        switch (drill) {
            case REGION_LOSS, TWO_REGION_LOSS -> hit.forEach(region -> undos.add(injector.kill(region)));
            case PARTITION -> hit.forEach(region -> undos.add(injector.isolate(region)));
            case SLOW_LINK ->
                undos.add(injector.slow(
                        hit.get(0),
                        hit.get(1),
                        Drill.SLOW_DELAY,
                        Drill.SLOW_JITTER,
                        Drill.SLOW_LOSS_PERCENT,
                        Drill.SLOW_RATE));
            case PRIMARY_PAUSE -> undos.add(injector.pause(hit.getFirst()));
            case CLOCK_SKEW -> undos.add(injector.skew(hit.getFirst(), skew()));
            case SWITCHOVER -> undos.add(new PlannedMoves(state, timeline).away(hit.getFirst(), configuration));
            case DISK_FULL -> undos.add(injector.failDisk(hit.getFirst(), FaultyMachine.Disk.FULL));
        }
        return () -> {
            for (Undo undo : undos) {
                undo.run();
            }
        };
    }

    private static Undo once(Undo undo) {
        var done = new AtomicBoolean();
        return () -> {
            if (!done.getAndSet(true)) {
                undo.run();
            }
        };
    }

    private void heal(Undo undo) {
        try {
            undo.run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            timeline.add("heal", "could not be undone: " + e);
        }
    }

    private Duration skew() {
        return configuration.replication().clockOffsetLimit().multipliedBy(CLOCK_FACTOR);
    }

    private String words() {
        String regions = String.join(" and ", hit);
        return switch (drill) {
            case REGION_LOSS, TWO_REGION_LOSS -> regions + " killed (SIGKILL)";
            case PARTITION -> regions + " cut off from every other region";
            case SLOW_LINK ->
                "the link between " + regions + ": " + Drill.SLOW_DELAY.toMillis() + " ms each way, "
                        + Drill.SLOW_LOSS_PERCENT + " % lost, " + Drill.SLOW_RATE;
            case PRIMARY_PAUSE -> regions + " stands still (SIGSTOP)";
            case CLOCK_SKEW -> "the clock of " + regions + " is " + skew().toMillis() + " ms ahead";
            case SWITCHOVER -> regions + " hands over its primaries";
            case DISK_FULL -> "the disk of " + regions + " is full";
        };
    }

    private String healed() {
        String regions = String.join(" and ", hit);
        return switch (drill) {
            case REGION_LOSS, TWO_REGION_LOSS -> regions + " started again";
            case PARTITION, SLOW_LINK -> "links as before";
            case PRIMARY_PAUSE -> regions + " goes on (SIGCONT)";
            case CLOCK_SKEW -> "the clock of " + regions + " is right again";
            case SWITCHOVER -> regions + " gets its primaries back";
            case DISK_FULL -> regions + " killed, and started on a good disk";
        };
    }

    /** The group of each dataset, as nodes name it. */
    private Map<String, String> groups() {
        Map<String, String> groups = new HashMap<>();
        configuration
                .groups()
                .forEach(group -> group.datasets().forEach(dataset -> groups.put(dataset.name(), group.id())));
        return groups;
    }

    private Duration roundTripMax() {
        long most = plan.links().values().stream()
                .mapToLong(link -> 2 * link.delayNs())
                .max()
                .orElse(0);
        return Duration.ofNanos(most);
    }

    /** Until every kind of request that was served before the fault is served again, or should long have been. */
    private void awaitService(Workload workload, long healNs) throws InterruptedException {
        Thread.sleep(AFTER_MS);
        while (System.nanoTime() - healNs < Verdict.RECOVERY_NS
                && Served.of(workload.places, workload.history.snapshot()).values().stream()
                        .anyMatch(served -> !served.okNs().isEmpty() && served.firstAfter(healNs) == Operation.NEVER)) {
            Thread.sleep(POLL_MS * 10);
        }
    }

    private static void sleepUntil(long ns) throws InterruptedException {
        for (long leftMs = (ns - System.nanoTime()) / 1_000_000;
                leftMs > 0;
                leftMs = (ns - System.nanoTime()) / 1_000_000) {
            Thread.sleep(Math.min(leftMs, POLL_MS));
        }
    }
}
