package dev.meridian.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Breaks things at random, each for a while, and counts what it broke. */
final class Faults {
    private final World world;
    private final SplittableRandom random;
    private final Swarm swarm;
    private final SimulatedNode[] nodes;
    private final SimulatedNetwork network;
    private final Ledger ledger;
    private final List<Workload> clients;
    private final Map<String, Long> counts;
    private final long[][] usualNs;
    private final @Nullable SimulatedDisk[] images;
    private boolean over;

    Faults(
            World world,
            Swarm swarm,
            SimulatedNode[] nodes,
            SimulatedNetwork network,
            Ledger ledger,
            List<Workload> clients,
            Map<String, Long> counts) {
        this.world = world;
        this.random = world.fork();
        this.swarm = swarm;
        this.nodes = nodes;
        this.network = network;
        this.ledger = ledger;
        this.clients = clients;
        this.counts = counts;
        this.usualNs = new long[nodes.length][nodes.length];
        for (int a = 0; a < nodes.length; a++) {
            for (int b = 0; b < nodes.length; b++) {
                usualNs[a][b] = network.delayNs(a, b);
            }
        }
        this.images = new SimulatedDisk[nodes.length];
    }

    void start() {
        next();
    }

    private void next() {
        if (swarm.faultEveryMs() > 0 && !over) {
            world.in(random.nextLong(2 * swarm.faultEveryMs() * 1_000_000L) + 1, () -> {
                if (!over) {
                    strike();
                    next();
                }
            });
        }
    }

    private void strike() {
        int a = random.nextInt(nodes.length);
        int b = (a + 1 + random.nextInt(nodes.length - 1)) % nodes.length;
        long forNs = (50 + random.nextLong(random.nextInt(4) == 0 ? 15_000 : 2_000)) * 1_000_000L;
        switch (random.nextInt(12)) {
            case 0 -> {
                hit("cut");
                network.cut(a, b);
                network.cut(b, a);
                world.in(forNs, () -> {
                    network.heal(a, b);
                    network.heal(b, a);
                });
            }
            case 1 -> {
                hit("one-way cut");
                network.cut(a, b);
                world.in(forNs, () -> network.heal(a, b));
            }
            case 2 -> {
                hit("broken connection");
                network.disconnect(a, b);
            }
            case 3 -> {
                hit("kill");
                kill(a, forNs);
            }
            case 4 -> {
                hit("power loss");
                losePower(a, forNs);
            }
            case 5 -> {
                if (nodes[a].running()) {
                    hit("pause");
                    nodes[a].pause();
                    world.in(forNs, nodes[a]::resume);
                }
            }
            case 6 -> {
                hit("slow link");
                long usual = usualNs[a][b];
                network.shape(a, b, usual * 10 + 100_000_000L, 50_000_000L, 0.05);
                world.in(forNs, () -> {
                    if (!over) {
                        network.shape(a, b, usual, usual / 4, swarm.lossRate());
                    }
                });
            }
            case 8 -> nonsense(a, b);
            case 9 -> {
                if (random.nextInt(4) == 0) {
                    replaceDisk(a, forNs);
                }
            }
            case 10 -> images[a] = nodes[a].disk.copy();
            case 7 -> {
                if (swarm.skewMs() > 0) {
                    hit("clock jump");
                    nodes[a].wallOffsetMs = random.nextLong(-swarm.skewMs(), swarm.skewMs() + 1);
                }
            }
            default -> {
                hit("isolation");
                for (int other = 0; other < nodes.length; other++) {
                    if (other != a) {
                        int to = other;
                        network.cut(a, to);
                        network.cut(to, a);
                        world.in(forNs + random.nextLong(100_000_000L), () -> {
                            network.heal(a, to);
                            network.heal(to, a);
                        });
                    }
                }
            }
        }
    }

    private void hit(String kind) {
        counts.merge(kind, 1L, Long::sum);
        world.trace("fault: " + kind);
        world.note(kind.hashCode());
    }

    private void kill(int a, long forNs) {
        if (nodes[a].running()) {
            nodes[a].kill();
            rowsMayBeGone(a);
            breakConnections(a);
            world.in(forNs, () -> restart(a));
        }
    }

    /** Rows that came from another region are at rest only with the next checkpoint: until then a restart goes back. */
    private void rowsMayBeGone(int a) {
        if (!ledger.lossless()) {
            clients.forEach(client -> client.powerLost(a));
        }
    }

    private void losePower(int a, long forNs) {
        if (nodes[a].running()) {
            nodes[a].kill();
            long lost = nodes[a].disk.losePower(false);
            rowsMayBeGone(a);
            if (lost > 0) {
                counts.merge("unsynced bytes lost", lost, Long::sum);
                ledger.powerLost(a, world.nowNs(), nodes[a].syncedNs());
                clients.forEach(client -> client.powerLost(a));
            }
            breakConnections(a);
            world.in(forNs, () -> restart(a));
        }
    }

    /** The disk is gone, or an image of it from some time ago is put in its place. */
    private void replaceDisk(int a, long forNs) {
        if (!nodes[a].running()) {
            return;
        }
        nodes[a].kill();
        SimulatedDisk image = images[a];
        if (image == null || random.nextBoolean()) {
            hit("disk lost");
            nodes[a].disk.loseEverything();
        } else {
            hit("old disk restored");
            nodes[a].disk.become(image);
        }
        ledger.diskLost(a, world.nowNs());
        clients.forEach(client -> client.powerLost(a));
        breakConnections(a);
        world.in(forNs, () -> restart(a));
    }

    /** A frame arrives that is none, or the beginning of one; the connection ends over it. */
    private void nonsense(int a, int b) {
        byte[] last = network.lastFrame(a, b);
        if (last.length < 2 || !nodes[b].running()) {
            return;
        }
        hit("nonsense frame");
        byte[] bytes;
        if (random.nextBoolean()) {
            bytes = Arrays.copyOf(last, 1 + random.nextInt(last.length - 1));
        } else {
            bytes = new byte[1 + random.nextInt(64)];
            random.nextBytes(bytes);
            bytes[0] = (byte) random.nextInt(16);
        }
        nodes[b].nonsense(a, bytes);
        network.disconnect(a, b);
    }

    private void breakConnections(int a) {
        for (int other = 0; other < nodes.length; other++) {
            if (other != a) {
                network.disconnect(a, other);
            }
        }
    }

    private void restart(int a) {
        if (!nodes[a].running()) {
            nodes[a].start();
        }
    }

    /** Ends all faults: everything runs, every link carries, clocks agree. */
    void heal() {
        over = true;
        for (int a = 0; a < nodes.length; a++) {
            nodes[a].resume();
            nodes[a].wallOffsetMs = 0;
            restart(a);
            for (int b = 0; b < nodes.length; b++) {
                if (a != b) {
                    network.heal(a, b);
                    network.shape(a, b, 5_000_000L, 1_000_000L, 0);
                }
            }
        }
    }
}
