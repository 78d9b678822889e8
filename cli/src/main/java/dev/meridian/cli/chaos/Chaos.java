package dev.meridian.cli.chaos;

import dev.meridian.cli.blackbox.Aftermath;
import dev.meridian.cli.blackbox.Client;
import dev.meridian.cli.blackbox.FaultInjector;
import dev.meridian.cli.blackbox.FaultyMachine;
import dev.meridian.cli.blackbox.Keys;
import dev.meridian.cli.blackbox.Place;
import dev.meridian.cli.up.Deployment;
import dev.meridian.cli.up.PortPlan;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.config.Configuration;
import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Checkers;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.HistoryFile;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One run of the black box: regions in processes of their own, clients in every region, faults for a while, then peace, reads of
 * everything everywhere, and judgement. Its memory is bounded by {@link #OPERATIONS_MAX}, at which the load ends early.
 */
public final class Chaos {
    private static final int OPERATIONS_MAX = 3_000_000;
    private static final int CLIENTS_A_REGION = 16;
    /** More where datasets behave as one copy: an operation there takes a round trip or two. */
    private static final int EXACT_CLIENTS_A_REGION = 48;

    private static final int THINK_MS = 4;
    private static final int TIMEOUT_MS = 5_000;
    private static final int RETRY_MS = 100;
    private static final long BOUND_NS = 2_000_000_000L;
    private static final List<Level> LEVELS = List.of(
            Level.SESSION,
            Level.SESSION,
            Level.CAUSAL,
            Level.EVENTUAL,
            Level.SESSION,
            Level.BOUNDED,
            Level.CAUSAL,
            Level.MONOTONIC_READ);

    private final UpPlan plan;
    private final List<Place> places;
    private final long seed;
    private final boolean failingDisks;
    private final Consumer<String> events;
    private final History history = new History();
    private final Keys keys = new Keys("");
    private final List<String> troubles = new CopyOnWriteArrayList<>();

    /**
     * A run to come.
     *
     * @param failingDisks whether disks fail too, where there is a compiler
     * @param events told what happens, a line each
     */
    public Chaos(UpPlan plan, Configuration configuration, long seed, boolean failingDisks, Consumer<String> events) {
        this.plan = plan;
        this.places = Place.of(configuration);
        this.seed = seed;
        this.failingDisks = failingDisks;
        this.events = events;
    }

    /**
     * Runs it.
     *
     * @param directory of the deployment; its data are forgotten, its logs stay
     * @param keep where the history goes if something was broken
     */
    public Report run(Path directory, Duration load, Path keep) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        var machine = new FaultyMachine(directory, Deployment.disks(directory.toRealPath(), true));
        List<Fault> faults = failingDisks && machine.available() ? List.of(Fault.values()) : Fault.WITHOUT_DISKS;
        Map<String, String> environment = failingDisks ? machine.environment() : Map.of();
        PortPlan ports = PortPlan.choose("random", plan.regions());
        var ended = new CopyOnWriteArrayList<String>();
        try (Deployment deployment =
                Deployment.start(plan, ports, directory, true, environment, event -> heard(event, ended))) {
            deployment.emulateWan();
            var injector = new FaultInjector(deployment.state(), plan.links(), machine);
            var nemesis = new Nemesis(injector, plan.regions(), faults, seed, events);
            List<Client> clients = clients(deployment);
            long startNs = System.nanoTime();
            trouble(clients, nemesis, load);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            settle(deployment, ended, nemesis);
            return judge(nemesis, clients, seconds, faults, keep);
        }
    }

    /** Judges a history that an earlier run kept. */
    public static Report check(Path file) throws IOException {
        HistoryFile loaded = HistoryFile.load(file);
        long startNs = System.nanoTime();
        List<Anomaly> anomalies = Checkers.check(loaded.history(), loaded.rules());
        return new Report(
                0,
                0,
                (System.nanoTime() - startNs) / 1e9,
                Ledger.of(loaded.history(), loaded.rules()),
                Map.of(),
                0,
                anomalies,
                List.of(),
                List.of());
    }

    private void heard(String event, List<String> ended) {
        events.accept(event);
        if (event.contains("its last log lines")) {
            ended.add(event.lines().findFirst().orElse(event));
        }
    }

    private List<Client> clients(Deployment deployment) {
        var sessions = new AtomicInteger();
        var random = new SplittableRandom(seed);
        var clients = new ArrayList<Client>();
        int regions = plan.regions().size();
        List<Place> linearizable = places.stream().filter(Place::linearizable).toList();
        int others = CLIENTS_A_REGION * regions;
        for (int i = 0; i < others + (linearizable.isEmpty() ? 0 : EXACT_CLIENTS_A_REGION * regions); i++) {
            boolean exact = i >= others;
            clients.add(new Client(
                    i,
                    exact ? habits(Level.QUORUM, false) : habits(LEVELS.get(i / regions % LEVELS.size()), true),
                    deployment.state().regions(),
                    exact ? linearizable : places,
                    keys,
                    history,
                    sessions,
                    random.nextLong()));
        }
        return clients;
    }

    /** Datasets that behave as one copy are read as they are, and below that by the other clients. */
    private static Client.Habits habits(Level level, boolean told) {
        return new Client.Habits(level, BOUND_NS, told, Client.Mix.BOTH, THINK_MS, TIMEOUT_MS, RETRY_MS, told);
    }

    private void trouble(List<Client> clients, Nemesis nemesis, Duration load) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        clients.forEach(client ->
                threads.add(Thread.ofPlatform().daemon().name("client").start(client)));
        Thread troubles = Thread.ofPlatform().daemon().name("nemesis").start(nemesis);
        long endNs = System.nanoTime() + load.toNanos();
        while (System.nanoTime() - endNs < 0 && history.size() < OPERATIONS_MAX && nemesis.failure() == null) {
            Thread.sleep(50);
        }
        nemesis.stop();
        troubles.join();
        clients.forEach(Client::stop);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void settle(Deployment deployment, List<String> ended, Nemesis nemesis) throws InterruptedException {
        Exception failure = nemesis.failure();
        if (failure != null) {
            troubles.add("a fault could not be made or undone: " + failure);
        }
        ended.stream().filter(event -> !nemesis.mayHaveEnded(event)).forEach(event -> troubles.add("crash: " + event));
        events.accept(history.size() + " operations; waiting until all regions are equal");
        List<String> differences = Aftermath.differences(deployment.state(), events);
        differences.forEach(difference -> troubles.add("V1, not equal at rest: " + difference));
        try {
            Aftermath.read(deployment.state().regions(), places, keys, history);
        } catch (IOException e) {
            troubles.add("not read at rest: " + e.getMessage());
        }
    }

    private Report judge(Nemesis nemesis, List<Client> clients, double seconds, List<Fault> faults, Path keep)
            throws IOException {
        Rules rules = Place.rules(places);
        long startNs = System.nanoTime();
        List<Anomaly> anomalies = Checkers.check(history, rules);
        List<String> leftOut = Arrays.stream(Fault.values())
                .filter(fault -> !faults.contains(fault))
                .map(fault -> fault.words() + (failingDisks ? ": there is no gcc" : ""))
                .toList();
        var report = new Report(
                seed,
                seconds,
                (System.nanoTime() - startNs) / 1e9,
                Ledger.of(history, rules),
                nemesis.made(),
                clients.stream().mapToInt(Client::moves).sum(),
                anomalies,
                troubles,
                leftOut);
        if (!report.held()) {
            new HistoryFile(rules, history).save(keep);
        }
        return report;
    }
}
