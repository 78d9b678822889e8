package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private static final long SETTLE_MS = 60_000;
    private static final long SETTLE_STEP_MS = 250;
    private static final long ANSWER_MS = 30_000;
    private static final long REST_MS = 3_000;

    private final World world;
    private final Deployment deployment;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final Agreement agreement;
    private final Watch watch;
    private final Ledger ledger = new Ledger();
    private final Promises promises;
    private final Clients clients;
    private final @Nullable SimulatedDisk[] images;
    private final @Nullable String[] refusals;
    private final List<String> late = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();
    private Consumer<String> whenStopped = region -> {};
    private final long beganNs;

    /** All regions start, and are linked. */
    public Stage(Deployment deployment, boolean tracing) {
        this.world = new World(deployment.seed(), tracing);
        this.deployment = deployment;
        this.regions = deployment.regions();
        this.groups = deployment.groups();
        this.nodes = new SimulatedNode[regions.size()];
        this.images = new SimulatedDisk[regions.size()];
        this.refusals = new String[regions.size()];
        this.agreement = new Agreement(regions, groups, nodes);
        List<Dataset> datasets = deployment.datasets();
        this.watch = new Watch(world, regions, groups, datasets, counts);
        for (int r = 0; r < nodes.length; r++) {
            Placement placement = new Placement(regions.get(r), regions, groups, datasets);
            nodes[r] = new SimulatedNode(r, world, placement, deployment, watch);
        }
        network = new SimulatedNetwork(world, nodes);
        Placement placement = new Placement(regions.getFirst(), regions, groups, datasets);
        Clients[] holder = new Clients[1];
        promises = new Promises(List.of(
                new Durability(world, placement, nodes, ledger, counts),
                new OwnRegisters(world, placement, holder, counts),
                new Causality(),
                new Residency(placement, counts)));
        clients = new Clients(world, nodes, regions, promises, counts);
        holder[0] = clients;
        for (int a = 0; a < nodes.length; a++) {
            int region = a;
            nodes[a].join(network);
            nodes[a].whenStopped(why -> {
                gone(region);
                whenStopped.accept(regions.get(region));
            });
            for (int b = 0; b < nodes.length; b++) {
                usual(a, b);
            }
        }
        for (SimulatedNode node : nodes) {
            node.start();
        }
        network.connectAll();
        run(LINKING_MS);
        beganNs = world.nowNs();
    }

    private void usual(int from, int to) {
        long delayNs = deployment.rttMs().get(from).get(to) * 500_000L;
        network.shape(from, to, delayNs, deployment.noisy() ? delayNs / 4 : 0, deployment.lossPermille() / 1_000.0);
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

    /** How often what was met: faults, alarms, refusals, and ways that are not always taken. */
    public Map<String, Long> counts() {
        return counts;
    }

    long acknowledged() {
        return ledger.acknowledged();
    }

    private int index(String region) {
        return regions.indexOf(region);
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
            clients.send(send, then);
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
        steps.add(step);
        world.note(action.hashCode());
        if (fault != null) {
            world.trace(action::text);
        }
        if (!doing.getAsBoolean()) {
            steps.remove(step);
        } else if (fault != null) {
            counts.merge(fault, 1L, Long::sum);
        }
    }

    /** Does it now, with all that follows within the instant. */
    public void act(Action action) {
        world.act(world.nowNs(), () -> perform(action));
        world.runUntil(world.nowNs());
    }

    /** Sends a command as the named client of a region. Answers the reply, or null while the client waits for it. */
    public @Nullable String command(int region, String name, String... words) {
        String[] answer = new String[1];
        boolean[] isLate = new boolean[1];
        Action.Send send = new Action.Send(regions.get(region), name, List.of(List.of(words)));
        world.act(
                world.nowNs(),
                () -> send(send, replies -> {
                    if (isLate[0]) {
                        late.add(send.region() + "/" + name + ": " + Reply.text(replies.getFirst()));
                    } else {
                        answer[0] = replies.getFirst();
                    }
                }));
        world.runUntil(world.nowNs());
        isLate[0] = true;
        return answer[0];
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
    public void runUs(long us) {
        world.runUntil(world.nowNs() + us * 1_000L);
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

    // ---- faults: each answers whether there was anything to break ----

    private interface Direction {
        void apply(int from, int to);
    }

    private boolean each(Action.Links links, Direction direction) {
        int a = index(links.region());
        for (int b = 0; b < nodes.length; b++) {
            if (b != a && (links.other() == null || b == index(links.other()))) {
                direction.apply(a, b);
                if (!links.oneWay()) {
                    direction.apply(b, a);
                }
            }
        }
        return true;
    }

    boolean cut(Action.Links links) {
        return each(links, network::cut);
    }

    boolean heal(Action.Links links) {
        return each(links, (from, to) -> {
            usual(from, to);
            network.heal(from, to);
        });
    }

    boolean slow(Action.Links links, long delayMs, long jitterMs, int lossPermille) {
        return each(
                links,
                (from, to) ->
                        network.shape(from, to, delayMs * 1_000_000L, jitterMs * 1_000_000L, lossPermille / 1_000.0));
    }

    boolean breakConnection(String region, String other) {
        return network.disconnect(index(region), index(other));
    }

    boolean nonsense(String from, String to, String hex, int keep) {
        int a = index(from);
        int b = index(to);
        byte[] last = network.lastFrame(a, b);
        if (!nodes[b].running() || hex.isEmpty() && last.length < 2) {
            return false;
        }
        byte[] bytes = hex.isEmpty()
                ? java.util.Arrays.copyOf(last, 1 + keep % (last.length - 1))
                : java.util.HexFormat.of().parseHex(hex);
        nodes[b].nonsense(a, bytes);
        network.disconnect(a, b);
        return true;
    }

    boolean kill(String region) {
        int r = index(region);
        if (!nodes[r].running()) {
            return false;
        }
        nodes[r].kill();
        gone(r);
        return true;
    }

    /** Its process has ended. */
    private void gone(int r) {
        if (nodes[r].disk.damaged()) {
            lost(regions.get(r));
        }
        clients.lost(r);
        if (!ledger.lossless()) {
            // Rows that came from a region that has lost them may be gone here too: until they are at rest a restart
            // goes back.
            promises.lost(r);
        }
        for (int other = 0; other < nodes.length; other++) {
            if (other != r) {
                network.disconnect(r, other);
            }
        }
    }

    boolean losePower(String region, long seed) {
        if (!kill(region)) {
            return false;
        }
        SimulatedDisk disk = nodes[index(region)].disk;
        long lost = disk.losePower(seed);
        if (lost > 0) {
            counts.merge("unsynced bytes lost", lost, Long::sum);
            ledger.powerLost(index(region), world.nowNs(), nodes[index(region)].syncedNs());
            promises.lost(index(region));
        }
        return true;
    }

    boolean loseDisk(String region) {
        kill(region);
        nodes[index(region)].disk.loseEverything();
        lost(region);
        return true;
    }

    boolean keepImage(String region) {
        images[index(region)] = nodes[index(region)].disk.copy();
        return true;
    }

    boolean restoreImage(String region) {
        SimulatedDisk image = images[index(region)];
        if (image == null || !kill(region)) {
            return false;
        }
        nodes[index(region)].disk.become(image);
        lost(region);
        return true;
    }

    private void lost(String region) {
        ledger.diskLost(index(region), world.nowNs());
        promises.lost(index(region));
    }

    boolean restart(String region) {
        SimulatedNode node = nodes[index(region)];
        if (node.running()) {
            return false;
        }
        refusals[index(region)] = node.start();
        return true;
    }

    /** Told of each region whose process ended by itself. */
    void whenStopped(Consumer<String> told) {
        whenStopped = told;
    }

    /** Why the region's process ended when it was last started, or null where it did not. */
    public @Nullable String refusal(int region) {
        return refusals[region];
    }

    boolean pause(String region) {
        SimulatedNode node = nodes[index(region)];
        if (!node.running()) {
            return false;
        }
        node.pause();
        return true;
    }

    boolean resume(String region) {
        nodes[index(region)].resume();
        return true;
    }

    boolean pauseBeforeReplies(String region) {
        SimulatedNode node = nodes[index(region)];
        if (!node.running()) {
            return false;
        }
        node.pauseBeforeReplies();
        return true;
    }

    boolean suspend(String region) {
        SimulatedNode node = nodes[index(region)];
        if (!node.running()) {
            return false;
        }
        node.suspend();
        return true;
    }

    boolean stickClock(String region) {
        nodes[index(region)].stickWallClock(true);
        return true;
    }

    boolean breakDisk(String region, DiskFault how, long amount, long seed) {
        return how.strike(nodes[index(region)].disk, amount, seed);
    }

    boolean breakLink(Action.Links links, LinkFault how, long amount) {
        boolean[] any = new boolean[1];
        each(links, (from, to) -> any[0] |= how.strike(network, from, to, amount));
        return any[0];
    }

    boolean skew(String region, long ms) {
        nodes[index(region)].stickWallClock(false);
        nodes[index(region)].wallOffsetMs = ms;
        return true;
    }

    // ---- looking ----

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
                    return "region " + regions.get(r) + " does not serve "
                            + group.policy().id() + " yet";
                }
            }
        }
        for (int g = 0; g < groups.size(); g++) {
            String difference = agreement.difference(g);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    // ---- judging ----

    /**
     * Ends every fault. Then regions come to hold the same (V1), every region's writes in each of its groups are
     * acknowledged, and nothing waits for ever (Y1), each within its bound.
     */
    public void settle() {
        for (int a = 0; a < nodes.length; a++) {
            nodes[a].resume();
            nodes[a].wallOffsetMs = 0;
            nodes[a].stickWallClock(false);
            makeSound(a);
            for (int b = 0; b < nodes.length; b++) {
                if (a != b) {
                    network.heal(a, b);
                    network.shape(a, b, 5_000_000L, 1_000_000L, 0);
                }
            }
        }
        equal();
        run(REST_MS);
        List<String> open = new ArrayList<>();
        world.act(world.nowNs(), () -> probe(open));
        world.runUntil(world.nowNs());
        if (!runUntil(() -> open.isEmpty() && clients.answered(), ANSWER_MS)) {
            throw new World.Violation("Y1", "no answer within " + ANSWER_MS + " ms: " + open + agreement.links());
        }
        equal();
        run(REST_MS);
    }

    /** The disk works again; where it holds what no start accepts, the operator moves it away, as the refusal says. */
    private void makeSound(int r) {
        nodes[r].disk.makeSound();
        restart(regions.get(r));
        if (!nodes[r].running()) {
            loseDisk(regions.get(r));
            restart(regions.get(r));
        }
    }

    private void equal() {
        long endNs = world.nowNs() + SETTLE_MS * 1_000_000L;
        String difference = difference();
        while ((difference != null || heldBack() != null) && world.nowNs() < endNs) {
            run(SETTLE_STEP_MS);
            difference = difference();
        }
        if (difference != null || heldBack() != null) {
            throw difference != null
                    ? new World.Violation("V1", difference)
                    : new World.Violation("Y1", heldBack() + " after " + SETTLE_MS + " ms" + agreement.links());
        }
    }

    /** What waits. Where something was lost, what depends on it and was lost as well may be held for good. */
    private @Nullable String heldBack() {
        for (SimulatedNode node : nodes) {
            String waiting = node.kernel().replicator().waiting();
            if (ledger.lossless() && !waiting.equals("0 bytes wait")) {
                return "region " + regions.get(node.region) + " still holds " + waiting;
            }
        }
        return null;
    }

    private void probe(List<String> open) {
        for (String region : regions) {
            for (DatasetPlan plan : deployment.plans()) {
                if (plan.members().contains(region)) {
                    String key = plan.name() + ":probe" + region;
                    open.add(key);
                    List<String> words = List.of("SET", key, "1");
                    clients.send(new Action.Send(region, "probe", List.of(words)), replies -> {
                        if (!replies.getFirst().startsWith("+OK")) {
                            throw new World.Violation(
                                    "Y1", "a write of " + key + " got " + replies + agreement.links());
                        }
                        open.remove(key);
                    });
                }
            }
        }
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
        watch.disks(nodes);
        if (!answered()) {
            throw new World.Violation("Y1", "a client still waits for its answer");
        }
    }

    List<String> traced() {
        return world.traced();
    }
}
