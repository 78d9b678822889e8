package dev.meridian.cli.blackbox;

import dev.meridian.cli.up.ControlClient;
import dev.meridian.cli.up.UpState;
import dev.meridian.cli.wan.EmulatedWan.Pair;
import dev.meridian.cli.wan.LinkConditions;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes faults in a running deployment; each is undone by what it returns. */
public final class FaultInjector {
    /** The end of a fault. */
    @FunctionalInterface
    public interface Undo {
        void run() throws IOException, InterruptedException;
    }

    private final UpState state;
    private final ControlClient control;
    private final Map<Pair, LinkConditions> usual;
    private final @Nullable FaultyMachine machine;

    /**
     * An injector.
     *
     * @param usual what the links are like without faults
     * @param machine what fails below the processes; null where nothing of the kind can be made
     */
    public FaultInjector(UpState state, Map<Pair, LinkConditions> usual, @Nullable FaultyMachine machine) {
        this.state = state;
        this.control = new ControlClient(state);
        this.usual = usual;
        this.machine = machine;
    }

    /** SIGKILL; undone by a start. */
    public Undo kill(String region) {
        control.post("/v1/kill", Map.of("region", region));
        return () -> control.post("/v1/start", Map.of("region", region));
    }

    /** SIGSTOP; undone by SIGCONT. */
    public Undo pause(String region) throws IOException, InterruptedException {
        signal("STOP", region);
        return () -> signal("CONT", region);
    }

    public Undo cut(String from, String to, boolean oneWay) {
        wan("cut", from, to, oneWay);
        return () -> wan("heal", from, to, oneWay);
    }

    /** A region without any other. */
    public Undo isolate(String region) {
        List<String> others = state.regionNames().stream()
                .filter(other -> !other.equals(region))
                .toList();
        others.forEach(other -> wan("cut", region, other, false));
        return () -> others.forEach(other -> wan("heal", region, other, false));
    }

    /** A link of this delay, jitter, loss in percent and rate, both ways. */
    public Undo slow(String one, String other, Duration delay, Duration jitter, int lossPercent, String rate) {
        set(one, other, delay.toMillis(), jitter.toMillis(), lossPercent, rate);
        long delayMs =
                usual.getOrDefault(new Pair(one, other), LinkConditions.NONE).delayNs() / 1_000_000;
        return () -> set(one, other, delayMs, 0, 0, "unlimited");
    }

    /** A disk without space, or whose fsync fails; undone by a kill and a start on a good disk, since the node may have given up. */
    public Undo failDisk(String region, FaultyMachine.Disk how) throws IOException {
        FaultyMachine faulty = machine();
        faulty.fail(region, how);
        return () -> {
            control.post("/v1/kill", Map.of("region", region));
            faulty.mend(region);
            control.post("/v1/start", Map.of("region", region));
        };
    }

    /** A wall clock that is so far ahead, or behind. */
    public Undo skew(String region, Duration by) throws IOException {
        FaultyMachine faulty = machine();
        faulty.skew(region, by);
        return () -> faulty.skew(region, Duration.ZERO);
    }

    /** Heals every link. */
    public void healLinks() {
        control.post("/v1/wan", Map.of("action", "heal"));
    }

    private FaultyMachine machine() {
        if (machine == null) {
            throw new IllegalStateException("these processes were not started with a machine that fails");
        }
        return machine;
    }

    private void set(String one, String other, long delayMs, long jitterMs, int lossPercent, String rate) {
        var body = new LinkedHashMap<String, @Nullable Object>(Map.of("action", "set", "from", one, "to", other));
        body.put("delay", delayMs + "ms");
        body.put("jitter", jitterMs + "ms");
        body.put("loss", lossPercent + "%");
        body.put("rate", rate);
        control.post("/v1/wan", body);
    }

    private void wan(String action, String from, String to, boolean oneWay) {
        control.post("/v1/wan", Map.of("action", action, "from", from, "to", to, "one_way", oneWay));
    }

    private void signal(String name, String region) throws IOException, InterruptedException {
        JsonNode pid = control.get("/v1/up").path("pids").path(region);
        if (!pid.isIntegralNumber()) {
            throw new IOException("the deployment does not tell the process of " + region);
        }
        new ProcessBuilder("kill", "-" + name, pid.asString()).start().waitFor();
    }
}
