package dev.meridian.simulator;

import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.primary.ControlCodec;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of the control group: one log, to which the leader adds an entry once a majority of the regions has it. Who leads reaches a
 * majority both ways; when it no longer does, another leads after an election. What was under way then may be decided or not. Entries
 * reach each region behind the delay of its link, in order; one that lacks many gets the state instead. Answers get lost, entries are
 * proposed twice or sit in a socket. Does nothing, and draws nothing, while nobody proposes.
 */
final class SimulatedControl {
    private static final long ANSWER_NS_MAX = 3_000_000_000L;
    private static final long ELECTION_NS = 1_000_000_000L;
    private static final long AGAIN_NS = 500_000_000L;
    private static final int ENTRIES_MAX = 8;
    private static final int RARELY = 16;

    private record Decided(long index, byte[] entry, long atNs) {}

    private record Proposed(int by, byte[] entry) {}

    /** Told of each configuration when it is decided, and how it came about, as {@link Sometimes} names it. */
    interface Decisions {
        void decided(Configuration decided, String how);
    }

    private final World world;
    private final SimulatedNetwork network;
    private final SimulatedNode[] nodes;
    private final List<String> regions;
    private final List<GroupPolicy> groups;
    private final boolean calm;
    private final SplittableRandom random;
    private final ControlState state = new ControlState();
    private final List<Decided> log = new ArrayList<>();
    private final List<Proposed> underWay = new ArrayList<>();
    private final Set<String> led = new TreeSet<>();
    private final Map<String, Long> epochs = new TreeMap<>();
    private Decisions decisions = (decided, how) -> {};

    /** What each region has on its disk. */
    private final ControlState[] held;

    /** Whether the region's kernel has been told what the region had on its disk when it started. */
    private final boolean[] told;

    private final boolean[] catchingUp;
    private int leader = -1;
    private long leadsFromNs;

    SimulatedControl(World world, SimulatedNetwork network, SimulatedNode[] nodes, Deployment deployment) {
        this.world = world;
        this.network = network;
        this.nodes = nodes;
        this.regions = deployment.regions();
        this.groups = deployment.groups();
        this.calm = !deployment.noisy();
        this.random = new SplittableRandom(deployment.seed() ^ 0xC0117801L);
        this.held = new ControlState[nodes.length];
        Arrays.setAll(held, r -> new ControlState());
        this.told = new boolean[nodes.length];
        this.catchingUp = new boolean[nodes.length];
    }

    // ---- proposals ----

    /** {@code answer} gets the outcome, or null when none has come in time; once. */
    void propose(int region, byte[] entry, Consumer<byte @Nullable []> answer) {
        boolean[] answered = new boolean[1];
        Consumer<byte @Nullable []> once = outcome -> {
            if (!answered[0]) {
                answered[0] = true;
                answer.accept(outcome);
            }
        };
        world.in(ANSWER_NS_MAX, () -> once.accept(null));
        carry(region, entry, once);
        if (rarely()) {
            world.in(random.nextLong(2 * ANSWER_NS_MAX), () -> carry(region, entry, outcome -> {}));
        }
    }

    private boolean rarely() {
        return !calm && random.nextInt(RARELY) == 0;
    }

    private void carry(int region, byte[] entry, Consumer<byte @Nullable []> answer) {
        if (!leads() || !reaches(region, leader)) {
            return;
        }
        int to = leader;
        world.in(delayNs(region, to) + (rarely() ? 2 * random.nextLong(2 * ANSWER_NS_MAX) : 0), () -> {
            if (to == leader && leads() && reaches(region, to)) {
                world.in(majorityNs(to), () -> taken(region, to, entry, answer));
            }
        });
    }

    private void taken(int region, int by, byte[] entry, Consumer<byte @Nullable []> answer) {
        if (by != leader || !leads()) {
            if (calm || random.nextBoolean()) {
                underWay.add(new Proposed(region, entry));
            }
            return;
        }
        byte[] outcome = decide(region, entry);
        if (!rarely()) {
            world.in(delayNs(by, region), () -> {
                if (reaches(by, region)) {
                    answer.accept(outcome);
                }
            });
        }
    }

    private byte[] decide(int by, byte[] entry) {
        long index = state.applied() + 1 + (rarely() ? random.nextInt(5) : 0);
        byte[] outcome = state.apply(index, entry);
        for (Configuration decided : state.configurations()) {
            led.add(decided.group() + " " + decided.primary());
            Long before = epochs.put(decided.group(), decided.epoch());
            if (before == null || before != decided.epoch()) {
                decisions.decided(decided, how(regions.get(by), entry));
            }
        }
        log.add(new Decided(index, entry, world.nowNs()));
        world.note(entry, 0, entry.length);
        for (int r = 0; r < nodes.length; r++) {
            catchUp(r, delayNs(leader, r));
        }
        return outcome;
    }

    /** @param by the region whose node proposed it */
    private String how(String by, byte[] entry) {
        if (!(ControlCodec.read(entry).change() instanceof ControlEntry.Configure change)) {
            return "decided otherwise";
        }
        String next = String.valueOf(change.next().primary());
        if (next.equals(change.current().primary())) {
            return change.next().reign() == change.current().reign() ? "live members changed" : "primary began anew";
        }
        if (next.equals(by)) {
            return change.automatic() ? "taken over" : "taken over by hand";
        }
        if (!change.automatic()) {
            return "switched over by hand";
        }
        boolean isByHours = groups.stream()
                .anyMatch(group -> group.id().equals(change.next().group())
                        && !group.failover().schedule().isEmpty());
        return isByHours ? "moved by the hours" : "moved to its writers";
    }

    void onDecision(Decisions told) {
        decisions = told;
    }

    /** The group's primary by the last decision. */
    @Nullable
    String primary(GroupPolicy policy) {
        Configuration decided = state.configuration(policy.id());
        return decided == null ? policy.primary() : decided.primary();
    }

    /** Whether the group's primary has ever been decided about: then its history may have forked where others did not have all of it. */
    boolean hasMoved(GroupPolicy policy) {
        return epochs.containsKey(policy.id());
    }

    /** Whether the region has ever been the group's primary. */
    boolean hasLed(GroupPolicy policy, String region) {
        return region.equals(policy.primary()) || led.contains(policy.id() + " " + region);
    }

    // ---- who leads ----

    private boolean leads() {
        if (leader < 0 || !reachesMajority(leader)) {
            elect();
        }
        return leader >= 0 && world.nowNs() >= leadsFromNs;
    }

    private void elect() {
        boolean first = leader < 0 && log.isEmpty();
        int from = calm || first ? 0 : random.nextInt(nodes.length);
        leader = -1;
        for (int i = 0; i < nodes.length && leader < 0; i++) {
            int candidate = (from + i) % nodes.length;
            leader = reachesMajority(candidate) ? candidate : -1;
        }
        if (leader >= 0 && !first) {
            leadsFromNs = world.nowNs() + ELECTION_NS + (calm ? 0 : random.nextLong(3 * ELECTION_NS));
            world.at(leadsFromNs, this::finishWhatWasUnderWay);
        }
    }

    private void finishWhatWasUnderWay() {
        if (leads()) {
            List<Proposed> entries = List.copyOf(underWay);
            underWay.clear();
            entries.forEach(each -> decide(each.by, each.entry));
        }
    }

    private boolean reaches(int a, int b) {
        return nodes[a].works() && nodes[b].works() && (a == b || (network.carries(a, b) && network.carries(b, a)));
    }

    private boolean reachesMajority(int region) {
        int reached = 0;
        for (int r = 0; r < nodes.length; r++) {
            reached += reaches(region, r) ? 1 : 0;
        }
        return 2 * reached > nodes.length;
    }

    private long delayNs(int from, int to) {
        long delayNs = from == to ? 100_000L : network.delayNs(from, to);
        return calm ? delayNs : delayNs + random.nextLong(1 + delayNs / 4);
    }

    /** The round trip to the nearest regions that make up a majority. */
    private long majorityNs(int region) {
        long[] roundTrips = new long[nodes.length];
        for (int r = 0; r < nodes.length; r++) {
            roundTrips[r] = reaches(region, r) ? delayNs(region, r) + delayNs(r, region) : Long.MAX_VALUE;
        }
        Arrays.sort(roundTrips);
        return roundTrips[nodes.length / 2];
    }

    // ---- what regions hear ----

    /** The region's kernel has started, and knows nothing. */
    void started(int region) {
        told[region] = false;
        if (state.applied() == 0) {
            told[region] = true;
            return;
        }
        int run = nodes[region].run();
        world.in(calm ? 1_000_000L : random.nextLong(ELECTION_NS), () -> {
            if (nodes[region].run() == run) {
                told[region] = true;
                tellAll(region);
                catchUp(region, AGAIN_NS);
            }
        });
    }

    private void tellAll(int region) {
        if (held[region].applied() > 0) {
            byte[] snapshot = held[region].snapshot();
            nodes[region].event(k -> k.controlRestored(snapshot));
        }
    }

    /** The region's disk is gone. */
    void forget(int region) {
        held[region] = new ControlState();
    }

    private void catchUp(int region, long inNs) {
        if (!catchingUp[region]) {
            catchingUp[region] = true;
            world.in(inNs, () -> {
                catchingUp[region] = false;
                bring(region);
            });
        }
    }

    private void bring(int region) {
        if (held[region].applied() == state.applied()) {
            return;
        }
        if (!leads() || !reaches(leader, region) || !told[region]) {
            catchUp(region, AGAIN_NS);
            return;
        }
        long sentNs = world.nowNs() - network.delayNs(leader, region);
        List<Decided> due = log.stream()
                .filter(entry -> entry.index > held[region].applied())
                .toList();
        if (due.size() > ENTRIES_MAX && due.getLast().atNs <= sentNs) {
            held[region] = ControlState.restore(state.snapshot());
            tellAll(region);
        } else {
            for (Decided next : due) {
                if (next.atNs <= sentNs) {
                    held[region].apply(next.index, next.entry);
                    nodes[region].event(k -> k.controlApplied(next.index, next.entry));
                }
            }
        }
        if (held[region].applied() < state.applied()) {
            catchUp(region, Math.max(1_000_000L, due.getLast().atNs - sentNs));
        }
    }

    /** What keeps a region's kernel from knowing all that was decided; null when each knows it, byte for byte (L5). */
    @Nullable
    String difference() {
        if (state.applied() == 0) {
            return null;
        }
        byte[] decided = state.snapshot();
        for (int r = 0; r < nodes.length; r++) {
            ControlState known = nodes[r].kernel().control().state();
            if (known.applied() == state.applied() && !Arrays.equals(known.snapshot(), decided)) {
                throw new World.Violation("L5", "region " + r + " made another control state of the same entries");
            }
            if (known.applied() != state.applied()) {
                return "region " + r + " knows the control group's log up to " + known.applied() + " of "
                        + state.applied();
            }
        }
        return null;
    }
}
