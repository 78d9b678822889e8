package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlOutcome;
import dev.meridian.kernel.primary.Succession;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What can be broken in a deployment, and mended. Each method answers whether there was anything to do. */
final class Injection {
    private static final String OPERATOR = "operator";
    private final World world;
    private final Deployment deployment;
    private final List<String> regions;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final SimulatedControl control;
    private final Ledger ledger;
    private final Promises promises;
    private final Clients clients;
    private final Map<String, Long> counts;
    private final @Nullable SimulatedDisk[] images;
    private final @Nullable String[] refusals;
    private Consumer<String> whenStopped = region -> {};
    private Consumer<String> whenEnded = how -> {};

    /** All links begin as the deployment has them. */
    Injection(
            World world,
            Deployment deployment,
            SimulatedNode[] nodes,
            SimulatedNetwork network,
            SimulatedControl control,
            Ledger ledger,
            Promises promises,
            Clients clients,
            Map<String, Long> counts) {
        this.world = world;
        this.deployment = deployment;
        this.regions = deployment.regions();
        this.nodes = nodes;
        this.network = network;
        this.control = control;
        this.ledger = ledger;
        this.promises = promises;
        this.clients = clients;
        this.counts = counts;
        this.images = new SimulatedDisk[nodes.length];
        this.refusals = new String[nodes.length];
        for (int a = 0; a < nodes.length; a++) {
            int region = a;
            nodes[a].whenStopped(why -> {
                gone(region);
                whenStopped.accept(regions.get(region));
            });
            for (int b = 0; b < nodes.length; b++) {
                usual(a, b);
            }
        }
    }

    private int index(String region) {
        return regions.indexOf(region);
    }

    private void usual(int from, int to) {
        long delayNs = deployment.rttMs().get(from).get(to) * 500_000L;
        network.shape(from, to, delayNs, deployment.noisy() ? delayNs / 4 : 0, deployment.lossPermille() / 1_000.0);
    }

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
        boolean up = network.up(index(region), index(other));
        if (up) {
            network.disconnect(index(region), index(other));
        }
        return up;
    }

    boolean nonsense(String from, String to, String hex, int keep) {
        int a = index(from);
        int b = index(to);
        byte[] last = network.lastFrame(a, b);
        if (!nodes[b].running() || (hex.isEmpty() && last.length < 2)) {
            return false;
        }
        byte[] bytes = hex.isEmpty()
                ? Arrays.copyOf(last, 1 + keep % (last.length - 1))
                : HexFormat.of().parseHex(hex);
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
        clients.lost(r);
        if (nodes[r].disk.damaged()) {
            lost(regions.get(r));
        }
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
        SimulatedNode node = nodes[index(region)];
        long lost = node.disk.losePower(seed);
        if (lost > 0) {
            counts.merge("unsynced bytes lost", lost, Long::sum);
            ledger.powerLost(index(region), world.nowNs(), node.syncedNs);
            promises.lost(index(region));
        }
        return true;
    }

    boolean loseDisk(String region) {
        kill(region);
        nodes[index(region)].disk.loseEverything();
        control.forget(index(region));
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

    /** The process runs with another configuration file than the others, or with the same again. */
    boolean file(String region, boolean other) {
        SimulatedNode node = nodes[index(region)];
        long fingerprint = Figures.FINGERPRINT + (other ? 1 : 0);
        if (node.fingerprint == fingerprint) {
            return false;
        }
        boolean ran = kill(region);
        node.fingerprint = fingerprint;
        return !ran || restart(region);
    }

    /** Why the region's process ended when it was last started, or null where it did not. */
    @Nullable
    String refusal(String region) {
        return refusals[index(region)];
    }

    /** Told of each region whose process ended by itself. */
    void whenStopped(Consumer<String> told) {
        whenStopped = told;
    }

    boolean pause(String region) {
        SimulatedNode node = nodes[index(region)];
        if (!node.running()) {
            return false;
        }
        node.standstill().pause();
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
        node.standstill().pauseBeforeReplies();
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
        nodes[index(region)].clocks.stick(true);
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
        nodes[index(region)].clocks.stick(false);
        nodes[index(region)].clocks.wallOffsetMs = ms;
        return true;
    }

    /** Told how each operation of an operator ended. */
    void whenEnded(Consumer<String> told) {
        whenEnded = told;
    }

    boolean move(Action.Move move) {
        SimulatedNode node = nodes[index(move.region())];
        if (!node.running()) {
            return false;
        }
        node.event(kernel -> {
            int g = kernel.placement().datasets().stream()
                    .filter(dataset -> dataset.name().equals(move.dataset()))
                    .mapToInt(Dataset::group)
                    .findFirst()
                    .orElseThrow();
            Succession succession = kernel.primaries().succession();
            Succession.Ended ended = why -> ended(move.operation(), why);
            if (move.isPlanned()) {
                succession.handOver(g, move.to(), move.operation(), OPERATOR, "drawn", ended);
            } else {
                succession.takeOver(g, move.isLossAccepted(), move.operation(), OPERATOR, "drawn", ended);
            }
        });
        return true;
    }

    boolean drain(Action.Drain drain) {
        SimulatedNode node = nodes[index(drain.region())];
        if (!node.running()) {
            return false;
        }
        ControlEntry.Change change =
                drain.isOff() ? new ControlEntry.Drain(drain.region()) : new ControlEntry.Undrain(drain.region());
        node.event(kernel -> kernel.control()
                .propose(
                        ControlEntry.of(drain.operation(), OPERATOR, "drawn", change),
                        5_000,
                        outcome -> ended(
                                drain.operation(),
                                outcome instanceof ControlOutcome.Accepted ? null : outcome.toString())));
        return true;
    }

    private void ended(String operation, @Nullable String why) {
        counts.merge(why == null ? "operation done" : "operation refused", 1L, Long::sum);
        whenEnded.accept("operator " + operation + ": " + (why == null ? "done" : why));
    }

    /** Ends every fault: everything runs, every link carries at once, clocks agree. */
    void mend() {
        for (int a = 0; a < nodes.length; a++) {
            nodes[a].resume();
            nodes[a].clocks.wallOffsetMs = 0;
            nodes[a].clocks.stick(false);
            file(regions.get(a), false);
            makeSound(regions.get(a));
            for (int b = 0; b < nodes.length; b++) {
                if (a != b) {
                    network.heal(a, b);
                    network.shape(a, b, 5_000_000L, 1_000_000L, 0);
                }
            }
        }
    }

    /** The disk works again; where it holds what no start accepts, the operator moves it away, as the refusal says. */
    private void makeSound(String region) {
        SimulatedNode node = nodes[index(region)];
        node.disk.makeSound();
        restart(region);
        if (!node.running()) {
            loseDisk(region);
            restart(region);
        }
    }

    /** Whether links still carry what was sent while they were slow. */
    boolean linksAreBehind() {
        return network.busyUntilNs() > world.nowNs() + 100_000_000L;
    }
}
