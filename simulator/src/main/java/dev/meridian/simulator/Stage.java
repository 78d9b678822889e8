package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A deployment in simulated time. All that is done to it, by a seed, a replay or a scenario, is an {@link Action} that is performed
 * here and recorded. The same actions at the same times give the same course, and are judged by the same promises.
 */
public final class Stage {
    private static final long STEP_NS = 5_000_000L;
    private static final long LINKING_MS = 2_000;

    private final World world;
    private final Deployment deployment;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final SimulatedNode[] nodes;
    private final Agreement agreement;
    private final Watch watch;
    private final Ledger ledger = new Ledger();
    private final Histories histories;
    private final Promises promises;
    private final Clients clients;
    private final Injection injection;
    private final SimulatedControl control;
    private final Settling settling;
    private final List<String> late = new ArrayList<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final long beganNs;

    /** All regions start, and are linked. */
    public Stage(Deployment deployment, boolean tracing) {
        this.world = new World(deployment.seed(), tracing);
        this.deployment = deployment;
        this.regions = deployment.regions();
        this.groups = deployment.groups();
        this.nodes = new SimulatedNode[regions.size()];
        this.agreement = new Agreement(regions, groups, nodes);
        List<Dataset> datasets = deployment.datasets();
        this.watch =
                new Watch(world, regions, groups, datasets, deployment.figures().maxDriftMs(), counts);
        for (int r = 0; r < nodes.length; r++) {
            nodes[r] = new SimulatedNode(r, world, deployment.placement(r), deployment, watch);
        }
        SimulatedNetwork network = new SimulatedNetwork(world, nodes);
        control = new SimulatedControl(world, network, nodes, deployment);
        watch.leads(control::hasLed);
        Placement placement = deployment.placement(0);
        Clients[] holder = new Clients[1];
        histories = new Histories(world, placement, ledger, counts, control::hasMoved, control::primary);
        promises = new Promises(List.of(
                histories,
                new Durability(world, placement, nodes, ledger, counts, control::hasMoved),
                new OwnRegisters(world, placement, holder, counts, control::hasMoved),
                new Causality(placement),
                new Budget(world, placement, nodes),
                new Residency(placement, counts),
                new RefusedBlocks(),
                new OncePerId(world, placement, nodes, ledger, counts, control::hasMoved),
                new Fencing(placement, nodes, control),
                new Standby(placement, nodes, counts),
                new Lifetimes(world, placement, nodes, ledger, counts),
                new Siblings(world, placement, deployment, nodes, ledger, counts)));
        clients = new Clients(world, nodes, regions, promises, counts);
        holder[0] = clients;
        // What an earlier primary acknowledged and its successor did not have is late: it comes back, after others have
        // missed it.
        control.onDecision((decided, how) -> {
            counts.merge(how, 1L, Long::sum);
            for (int r = 0; r < nodes.length; r++) {
                if (!regions.get(r).equals(decided.primary())) {
                    promises.lost(r);
                }
            }
        });
        injection = new Injection(world, deployment, nodes, network, control, ledger, promises, clients, counts);
        settling = new Settling(this, world, nodes, injection, agreement, ledger, clients);
        for (SimulatedNode node : nodes) {
            node.join(network, control);
        }
        for (SimulatedNode node : nodes) {
            node.start();
        }
        network.connectAll();
        run(LINKING_MS);
        beganNs = world.nowNs();
    }

    public List<String> regions() {
        return regions;
    }

    public Deployment deployment() {
        return deployment;
    }

    /** Two plays of the same actions have the same hash. */
    public long hash() {
        return world.hash();
    }

    World world() {
        return world;
    }

    Clients clients() {
        return clients;
    }

    Injection injection() {
        return injection;
    }

    /** How often what was met: faults, alarms, refusals, and ways that are not always taken. */
    public Map<String, Long> counts() {
        return counts;
    }

    long acknowledged() {
        return ledger.acknowledged();
    }

    // ---- actions ----

    /** All that was done so far. */
    public List<Step> steps() {
        return steps;
    }

    /** Since the regions were linked. */
    long sinceBeginNs() {
        return world.nowNs() - beganNs;
    }

    /** At so long after the regions were linked, as the last thing of its instant. */
    void at(long sinceBeginNs, Runnable task) {
        world.act(beganNs + sinceBeginNs, task);
    }

    /** Does it now, from within {@link #at}. */
    void perform(Action action) {
        perform(action, () -> action.perform(this));
    }

    /** As {@link #perform(Action)} does a sending; {@code then} gets the replies. */
    void send(Action.Send send, Consumer<List<String>> then) {
        perform(send, () -> {
            clients.send(send, reply -> {}, then);
            return true;
        });
    }

    /** As {@link #perform(Action)} does an adoption; {@code then} gets the replies, none where there is no token. */
    void adopt(Action.Adopt adopt, Consumer<List<String>> then) {
        perform(adopt, () -> clients.adopt(adopt.region(), adopt.client(), then));
    }

    private void perform(Action action, BooleanSupplier doing) {
        Step step = new Step(sinceBeginNs(), action);
        String fault = action.fault();
        int at = steps.size();
        steps.add(step);
        if (fault != null) {
            world.trace(action::text);
        }
        if (!doing.getAsBoolean()) {
            steps.remove(at);
            return;
        }
        // Kinds of faults are enums, whose hash is another in every process.
        world.note(
                action instanceof Action.Send
                        ? action.hashCode()
                        : action.text().hashCode());
        if (fault != null) {
            counts.merge(fault, 1L, Long::sum);
        }
    }

    /** Does it now, with all that follows within the instant. */
    public void act(Action action) {
        world.act(world.nowNs(), () -> perform(action));
        world.runUntil(world.nowNs());
    }

    /** From now on {@link #lateReplies} tells how operators' wishes ended, too. */
    public void tellOperators() {
        injection.whenEnded(late::add);
    }

    /** As {@link #act}, for a client's commands. Answers the replies that came at once; the others are late. */
    public List<String> command(Action.Send send) {
        List<String> replies = new ArrayList<>();
        boolean[] isLate = new boolean[1];
        world.act(
                world.nowNs(),
                () -> perform(send, () -> {
                    clients.send(
                            send,
                            reply -> {
                                if (isLate[0]) {
                                    late.add(send.region() + "/" + send.client() + ": " + Reply.text(reply));
                                } else {
                                    replies.add(reply);
                                }
                            },
                            all -> {});
                    return true;
                }));
        world.runUntil(world.nowNs());
        isLate[0] = true;
        return List.copyOf(replies);
    }

    /** The replies that came since this was asked last, each behind the client that got it. */
    public List<String> lateReplies() {
        List<String> replies = List.copyOf(late);
        late.clear();
        return replies;
    }

    public boolean answered() {
        return clients.answered();
    }

    // ---- time ----

    /** Lets time pass, in ms. */
    public void run(long ms) {
        world.runUntil(world.nowNs() + ms * 1_000_000L);
    }

    /** Lets time pass, in microseconds. */
    public void runNs(long ns) {
        world.runUntil(world.nowNs() + ns);
    }

    /** Lets time pass until the condition holds, for so many ms at most. Answers whether it holds. */
    public boolean runUntil(BooleanSupplier condition, long msMax) {
        long endNs = world.nowNs() + msMax * 1_000_000L;
        while (!condition.getAsBoolean()) {
            if (world.nowNs() >= endNs) {
                return false;
            }
            world.runUntil(Math.min(endNs, world.nowNs() + STEP_NS));
        }
        return true;
    }

    // ---- looking ----

    /** Why the region's process ended when it was last started, or null where it did not. */
    public @Nullable String refusal(String region) {
        return injection.refusal(region);
    }

    SimulatedNode node(int region) {
        return nodes[region];
    }

    public boolean running(int region) {
        return nodes[region].running();
    }

    /** Whether the region hears the other. */
    public boolean hears(int region, int other) {
        if (!nodes[region].running()) {
            return false;
        }
        for (var peer : nodes[region].kernel().replicator().peers()) {
            if (peer.region().equals(regions.get(other))) {
                return nodes[region].kernel().replicator().hears(peer);
            }
        }
        return false;
    }

    /** The region that is primary of the dataset by the last decision; null where none is. */
    @Nullable
    String primary(DatasetPlan plan) {
        return groups.stream()
                .filter(policy -> policy.id().equals(plan.groupId()))
                .findFirst()
                .map(control::primary)
                .orElse(null);
    }

    /** Keys that a running region keeps. */
    public int keyCount(int region) {
        int count = 0;
        for (int g = 0; g < groups.size(); g++) {
            count += agreement.keyCount(region, g);
        }
        return count;
    }

    /** What differs between the regions that keep the same data or keeps one from being read, or null when nothing does. */
    public @Nullable String difference() {
        for (int r = 0; r < nodes.length; r++) {
            if (!nodes[r].running()) {
                return "region " + regions.get(r) + " does not run";
            }
            for (Group group : nodes[r].kernel().groups()) {
                if (group.held() && !group.serving()) {
                    return "region " + regions.get(r) + " does not serve " + group + " yet" + agreement.links();
                }
            }
        }
        for (int g = 0; g < groups.size(); g++) {
            String difference = agreement.difference(g);
            if (difference != null) {
                return difference;
            }
        }
        return control.difference();
    }

    // ---- judging ----

    /**
     * Ends every fault. Then regions come to hold the same (V1), every region's writes in each of its groups are
     * acknowledged, and nothing waits for ever (Y1), each within its bound.
     */
    public void settle() {
        settling.settle();
    }

    /**
     * Judges everything that can be judged at rest: regions equal (V1), what clients were told against what is there
     * (D1, D5, D6, V8, V9), restricted bytes on disks (R1), nobody waiting. Throws {@link World.Violation}. (All else is judged
     * as it happens.)
     */
    public void check() {
        String difference = difference();
        if (difference != null) {
            throw new World.Violation("V1", difference);
        }
        promises.judge();
        Map<String, List<String>> readings = histories.readings();
        histories.judge(readings, settling.readings(readings));
        watch.disks(nodes);
        if (!answered()) {
            throw new World.Violation("Y1", "still waits for an answer: " + clients.waiting());
        }
    }

    List<String> traced() {
        return world.traced();
    }
}
