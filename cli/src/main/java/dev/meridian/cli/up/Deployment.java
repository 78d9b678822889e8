package dev.meridian.cli.up;

import dev.meridian.cli.Json;
import dev.meridian.cli.Names;
import dev.meridian.cli.Trouble;
import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.wan.EmulatedWan;
import dev.meridian.cli.wan.EmulatedWan.Pair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Regions that run on this machine: a process each, an emulated WAN between them, and a control endpoint. Nothing of it
 * outlives {@link #close} or this process. A region that ends by itself stays down until it is started again.
 */
public final class Deployment implements AutoCloseable {
    private static final long READY_TIMEOUT_MS = 60_000;
    private static final long TOGETHER_TIMEOUT_MS = 10_000;
    private static final long TOGETHER_POLL_MS = 25;
    private static final int LOG_LINES = 5;
    private static final long MEASURE_MS = 1_600;
    private static final long MEASURE_MS_MAX = 4_000;
    /** The answer to a heartbeat waits for the next one of the other side, which comes within this time. */
    private static final long ANSWER_WAITS_MS = 250;

    private final UpState state;
    private final boolean ephemeral;
    private final Map<String, String> environment;
    private final FileChannel lockFile;
    private final EmulatedWan wan;
    private final WanControl wanControl;
    private final ControlServer control;
    private final Map<String, RegionProcess> processes = new LinkedHashMap<>();
    private final Consumer<String> events;
    private final @Nullable String password;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private boolean serving;
    private boolean closed;

    private Deployment(
            UpPlan plan,
            UpState state,
            boolean ephemeral,
            Map<String, String> environment,
            FileChannel lockFile,
            Consumer<String> events)
            throws IOException {
        this.state = state;
        this.ephemeral = ephemeral;
        this.environment = environment;
        this.lockFile = lockFile;
        this.events = events;
        this.password = plan.password();
        var links = new LinkedHashMap<String, InetSocketAddress>();
        var controls = new LinkedHashMap<String, InetSocketAddress>();
        state.regions().forEach(region -> {
            links.put(region.name(), region.linkAddress());
            controls.put(region.name(), region.controlAddress());
        });
        this.wan = EmulatedWan.between(links, controls);
        this.wanControl = new WanControl(wan, plan, events);
        this.control = new ControlServer(controlPort(state), state.token());
    }

    /**
     * Starts every region and waits until all are ready; links have no delay yet.
     *
     * @param ports as in {@link PortPlan#choose}
     * @param events told what happens from then on, a line or several each
     */
    public static Deployment start(
            UpPlan plan, PortPlan ports, Path directory, boolean ephemeral, Consumer<String> events)
            throws IOException, InterruptedException {
        return start(plan, ports, directory, ephemeral, Map.of(), events);
    }

    /**
     * As above.
     *
     * @param environment what the regions' processes have beside this one's
     */
    public static Deployment start(
            UpPlan plan,
            PortPlan ports,
            Path directory,
            boolean ephemeral,
            Map<String, String> environment,
            Consumer<String> events)
            throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("log"));
        FileChannel lockFile = lock(plan.name(), directory);
        var token = new byte[16];
        new SecureRandom().nextBytes(token);
        var state = new UpState(
                UpState.API,
                plan.name(),
                ProcessHandle.current().pid(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "http://127.0.0.1:" + ports.control(),
                HexFormat.of().formatHex(token),
                directory,
                ports.regions());
        // Nodes started later must read what those read that run now.
        Path file = directory.resolve("running.yaml");
        OwnersFile.write(file, plan.text());
        var deployment = new Deployment(plan, state, ephemeral, environment, lockFile, events);
        try {
            deployment.startRegions(file);
            deployment.awaitTogether();
            deployment.serveControl();
            state.save();
            deployment.reportDeaths();
            return deployment;
        } catch (IOException | InterruptedException | RuntimeException e) {
            deployment.close();
            throw e;
        }
    }

    public UpState state() {
        return state;
    }

    /**
     * Switches the emulated WAN on, and lets the nodes measure their links for a moment.
     *
     * @return the WAN as {@code /v1/wan} shows it, with the least round trip of several: others were held up by a busy
     *     machine, not by the WAN
     */
    public Map<String, @Nullable Object> emulateWan() throws InterruptedException {
        wanControl.emulate();
        long switchedNs = System.nanoTime();
        var least = new HashMap<Pair, Double>();
        for (long sinceMs = 0; sinceMs < MEASURE_MS || sinceMs < MEASURE_MS_MAX && !allMeasuredSince(sinceMs); ) {
            Thread.sleep(MEASURE_MS / 8);
            sinceMs = (System.nanoTime() - switchedNs) / 1_000_000;
            measuredSince(sinceMs, statuses()).forEach((pair, ms) -> least.merge(pair, ms, Math::min));
        }
        return wanControl.show(least);
    }

    /** Where the data of the regions are, a directory each. */
    public static Path disks(Path directory, boolean ephemeral) {
        return directory.resolve(ephemeral ? "ephemeral" : "data");
    }

    /** Waits until somebody asks it to stop. */
    public void awaitStop() throws InterruptedException {
        stopAsked.await();
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends everything that runs; returns whether this call did it. */
    public synchronized boolean stop() {
        if (closed) {
            return false;
        }
        closed = true;
        stopAsked.countDown();
        control.close();
        processes.values().forEach(RegionProcess::stop);
        try {
            for (RegionProcess process : processes.values()) {
                process.awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wan.close();
        try {
            if (ephemeral) {
                delete(dataDirectory());
            }
            delete(temporaryDirectory());
            // Last, since `down` waits for it.
            state.forget();
            lockFile.close();
        } catch (IOException e) {
            events.accept("could not tidy up " + state.directory() + ": " + e.getMessage());
        }
        return true;
    }

    private synchronized void reportDeaths() {
        serving = true;
    }

    private static FileChannel lock(String name, Path directory) throws IOException {
        FileChannel file =
                FileChannel.open(directory.resolve("up.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw Trouble.ALREADY_RUNS.because(
                    "the deployment " + name + " already runs in " + directory,
                    "`meridian status --name " + name + "` shows it, `meridian down --name " + name + "` stops it",
                    "or start this one under another name: --name NAME");
        }
        return file;
    }

    private static int controlPort(UpState state) {
        return Integer.parseInt(state.control().substring(state.control().lastIndexOf(':') + 1));
    }

    private Path temporaryDirectory() {
        return state.directory().resolve("tmp");
    }

    private Path dataDirectory() {
        return disks(state.directory(), ephemeral);
    }

    private void startRegions(Path file) throws IOException, InterruptedException {
        if (ephemeral) {
            delete(dataDirectory());
        }
        delete(temporaryDirectory());
        Files.createDirectories(temporaryDirectory());
        for (UpState.RegionPorts region : state.regions()) {
            processes.put(region.name(), process(region, file));
        }
        for (RegionProcess process : processes.values()) {
            process.start();
        }
        for (RegionProcess process : processes.values()) {
            awaitReady(process);
        }
    }

    /** Ready is what a user can rely on: every region hears every other, and none is still being filled. */
    private void awaitTogether() throws InterruptedException {
        long deadlineNs = System.nanoTime() + TOGETHER_TIMEOUT_MS * 1_000_000;
        while (!areTogether(statuses())) {
            if (System.nanoTime() > deadlineNs) {
                events.accept(
                        "regions do not all hear each other yet, or are still being filled: see `meridian status`");
                return;
            }
            Thread.sleep(TOGETHER_POLL_MS);
        }
    }

    private boolean areTogether(NodeStatuses statuses) {
        if (statuses.answered().size() < state.regions().size()) {
            return false;
        }
        for (JsonNode status : statuses.answered()) {
            for (JsonNode peer : status.path("peers")) {
                if (!peer.path("connected").asBoolean()) {
                    return false;
                }
            }
            for (JsonNode group : status.path("groups")) {
                if (!group.path("serving").asBoolean()) {
                    return false;
                }
            }
        }
        return true;
    }

    private RegionProcess process(UpState.RegionPorts region, Path file) {
        var arguments = new ArrayList<>(List.of(
                "server",
                file.toString(),
                "--region=" + region.name(),
                "--data=" + dataDirectory().resolve(region.name()),
                "--resp=" + region.respText(),
                "--http=127.0.0.1:" + region.http(),
                "--link=127.0.0.1:" + region.link(),
                "--control=127.0.0.1:" + region.control(),
                "--supervised"));
        if (ephemeral) {
            arguments.add("--ephemeral");
        }
        for (UpState.RegionPorts peer : state.regions()) {
            if (!peer.equals(region)) {
                String from = region.name();
                String to = peer.name();
                arguments.add(
                        "--peer=" + to + "=127.0.0.1:" + wan.door(from, to).getPort());
                arguments.add("--control-peer=" + to + "=127.0.0.1:"
                        + wan.controlDoor(from, to).getPort());
            }
        }
        Path log = state.logDirectory().resolve(region.name() + ".log");
        return new RegionProcess(
                region.name(),
                Program.node(temporaryDirectory(), arguments),
                environment,
                log,
                how -> died(region.name(), how));
    }

    private void awaitReady(RegionProcess process) throws InterruptedException {
        if (!process.awaitReady(READY_TIMEOUT_MS)) {
            String what = process.state() == RegionProcess.State.starting
                    ? "is not ready after " + READY_TIMEOUT_MS / 1_000 + " s"
                    : "ended before it was ready";
            List<String> last = process.lastLogLines(LOG_LINES);
            String cause = last.stream()
                    .filter(line -> line.startsWith("error["))
                    .findFirst()
                    .map(line -> ": " + line.substring(line.indexOf(": ") + 2))
                    .orElse("");
            var help = new ArrayList<String>();
            if (cause.isEmpty()) {
                last.forEach(line -> help.add("it wrote: " + line));
            }
            help.add("the whole log is " + process.log());
            throw Trouble.REGION_DID_NOT_START.because(
                    "region " + process.region() + " " + what + cause, help.toArray(String[]::new));
        }
    }

    private void died(String region, String how) {
        RegionProcess process = processes.get(region);
        if (process == null) {
            return;
        }
        synchronized (this) {
            if (!serving || closed) {
                return;
            }
        }
        var lines = new StringBuilder(region + " " + how + "; its last log lines:");
        process.lastLogLines(LOG_LINES).forEach(line -> lines.append("\n    ").append(line));
        lines.append("\n  It stays down until `meridian start ")
                .append(region)
                .append("`. Log: ")
                .append(process.log());
        events.accept(lines.toString());
    }

    private void serveControl() {
        control.on("GET /v1/up", body -> describe())
                .on("GET /v1/wan", body -> wanControl.show(measuredNow()))
                .on("POST /v1/wan", body -> {
                    wanControl.apply(body);
                    return wanControl.show(measuredNow());
                })
                .on("POST /v1/kill", body -> {
                    RegionProcess process = named(body.path("region").asString());
                    boolean changed = process.kill();
                    if (changed) {
                        events.accept(process.region() + " killed on request");
                    }
                    return changed(process, changed);
                })
                .on("POST /v1/start", body -> {
                    RegionProcess process = named(body.path("region").asString());
                    boolean changed = process.start();
                    awaitReady(process);
                    if (changed) {
                        events.accept(process.region() + " started on request and ready");
                    }
                    return changed(process, changed);
                })
                .on("POST /v1/down", body -> {
                    stopAsked.countDown();
                    return describe();
                })
                .start();
    }

    private RegionProcess named(String region) {
        RegionProcess process = processes.get(Names.known(processes.keySet(), region));
        if (process == null) {
            throw new IllegalStateException("region " + region + " is known and has no process");
        }
        return process;
    }

    private Map<String, @Nullable Object> describe() {
        Map<String, @Nullable Object> description = state.toJson();
        var states = new LinkedHashMap<String, Object>();
        processes.forEach(
                (region, process) -> states.put(region, process.state().name()));
        description.put("processes", states);
        var pids = new LinkedHashMap<String, Object>();
        processes.forEach((region, process) -> pids.put(region, process.pid()));
        description.put("pids", pids);
        return description;
    }

    private static Map<String, @Nullable Object> changed(RegionProcess process, boolean changed) {
        Map<String, @Nullable Object> answer = Json.ofSchema("meridian.region/1");
        answer.put("region", process.region());
        answer.put("process", process.state().name());
        answer.put("changed", changed);
        return answer;
    }

    private NodeStatuses statuses() {
        var urls = new LinkedHashMap<String, String>();
        state.regions().forEach(region -> urls.put(region.name(), region.httpUrl()));
        return NodeStatuses.ask(urls, password);
    }

    /** Whether every link that is expected to stand was measured after the switch. */
    private boolean allMeasuredSince(long sinceMs) {
        NodeStatuses statuses = statuses();
        int expected = 0;
        for (JsonNode status : statuses.answered()) {
            expected += status.path("peers").size();
        }
        return measuredSince(sinceMs, statuses).size() == expected;
    }

    /** Round trips of heartbeats that were sent within the last so many milliseconds: there, waiting there, and back. */
    private static Map<Pair, Double> measuredSince(long sinceMs, NodeStatuses statuses) {
        var measured = new HashMap<Pair, Double>();
        for (JsonNode status : statuses.answered()) {
            for (JsonNode peer : status.path("peers")) {
                double roundTripMs = peer.path("rtt_ms").asDouble(Double.MAX_VALUE);
                double ageMs = peer.path("rtt_age_ms").asDouble(Double.MAX_VALUE);
                if (peer.path("connected").asBoolean() && roundTripMs + ageMs + ANSWER_WAITS_MS < sinceMs) {
                    measured.put(
                            new Pair(
                                    status.path("region").asString(),
                                    peer.path("region").asString()),
                            roundTripMs);
                }
            }
        }
        return measured;
    }

    private Map<Pair, Double> measuredNow() {
        return measuredSince(Long.MAX_VALUE, statuses());
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
