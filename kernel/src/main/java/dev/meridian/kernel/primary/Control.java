package dev.meridian.kernel.primary;

import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The control group as a node sees it: what it has heard that was decided, which may be behind, and proposals that are asked again
 * until their outcome is known. Decisions are made in the group's log only, never on what this knows. With the group out of reach it
 * goes on knowing what it knew.
 *
 * <p>Not thread-safe; all of it within a turn.
 */
public final class Control {
    private static final long PAUSE_MS = 100;
    private static final long PAUSE_MS_MAX = 2_000;
    private static final int PENDING_MAX = 256;
    private static final String NOBODY = "no majority of the regions answered in time";

    private final Placement placement;
    private final long fingerprint;
    private final long origin;
    private final ControlRules rules;
    private final SplittableRandom random;
    private final ControlPort port;
    private final Configuration[] configurations;
    private final List<BiConsumer<Integer, Configuration>> listeners = new ArrayList<>();
    private final List<Proposal> pending = new ArrayList<>();
    private final LinkedHashMap<Long, Proposal> asked = new LinkedHashMap<>();
    private ControlState state = new ControlState();
    private long cluster;
    private long tickets;
    private long operations;
    private long wallMs;
    private long nowNs;

    private static final class Proposal {
        final ControlEntry entry;
        final long deadlineNs;
        final Consumer<ControlOutcome> then;
        byte @Nullable [] bytes;
        boolean waits;
        long againNs;
        long pauseMs = PAUSE_MS;

        Proposal(ControlEntry entry, long deadlineNs, Consumer<ControlOutcome> then) {
            this.entry = entry;
            this.deadlineNs = deadlineNs;
            this.then = then;
        }
    }

    /**
     * @param origin the identity of this run; also that of a control group which this node founds
     * @param seed of the pauses between two tries
     */
    public Control(
            Placement placement, ControlRules rules, long fingerprint, long origin, long seed, ControlPort port) {
        this.placement = placement;
        this.rules = rules;
        this.fingerprint = fingerprint;
        this.origin = origin;
        this.random = new SplittableRandom(seed);
        this.port = port;
        configurations = new Configuration[placement.groups().size()];
        for (int g = 0; g < configurations.length; g++) {
            configurations[g] = first(placement.groups().get(g));
        }
    }

    /** The configuration of epoch 1: what the file says. */
    public static Configuration first(GroupPolicy policy) {
        LinkedHashSet<String> members = new LinkedHashSet<>(policy.members());
        members.addAll(policy.witnesses());
        List<String> all = List.copyOf(members);
        return new Configuration(
                policy.id(),
                1,
                policy.primary(),
                0,
                all,
                policy.witnessesKeepLog() ? all : policy.members(),
                List.of());
    }

    // ---- what is known ----

    /** The configuration of the highest epoch that this node has heard of, for a group by its index. */
    public Configuration configuration(int group) {
        return configurations[group];
    }

    /** Told each configuration of a higher epoch than was known for its group, once, and the group's index. */
    public void onConfiguration(BiConsumer<Integer, Configuration> listener) {
        listeners.add(listener);
    }

    /** A configuration that was decided and that this node heard of by another way: from its own disk, or from a peer. */
    public void learn(Configuration configuration) {
        for (int g = 0; g < configurations.length; g++) {
            if (configurations[g].group().equals(configuration.group())
                    && configuration.epoch() > configurations[g].epoch()) {
                configurations[g] = configuration;
                for (BiConsumer<Integer, Configuration> listener : List.copyOf(listeners)) {
                    listener.accept(g, configuration);
                }
            }
        }
    }

    /** Everything decided that has reached this node: drains, the master switch, the file in force, the audit. */
    public ControlState state() {
        return state;
    }

    /** The identity of the control group, 0 while this node has not heard of it. */
    public long cluster() {
        return cluster;
    }

    // ---- proposals ----

    /** A name for a new operation, never used before. */
    public String nextOperation() {
        return placement.self() + "-" + Long.toHexString(origin) + "-" + ++operations;
    }

    /**
     * Asks for a decision, again and again until its outcome is known or the time is over. {@code then} gets the outcome once, in
     * this turn or a later one; {@link ControlOutcome.Unknown} means that it may be decided even so.
     *
     * @param forMs how long to go on asking
     */
    public void propose(ControlEntry entry, long forMs, Consumer<ControlOutcome> then) {
        try {
            ControlCodec.write(entry);
        } catch (IllegalArgumentException e) {
            then.accept(new ControlOutcome.Refused(cluster, "size", String.valueOf(e.getMessage()), "say it shorter"));
            return;
        }
        if (pending.size() >= PENDING_MAX) {
            then.accept(new ControlOutcome.Refused(
                    cluster, "pending", PENDING_MAX + " proposals wait already", "wait for their outcomes"));
            return;
        }
        Proposal proposal = new Proposal(entry, nowNs + forMs * 1_000_000, then);
        pending.add(proposal);
        ask(proposal);
    }

    private void ask(Proposal proposal) {
        byte[] bytes = proposal.bytes;
        if (bytes == null && cluster != 0) {
            bytes = ControlCodec.write(proposal.entry.asked(wallMs, cluster));
            proposal.bytes = bytes;
        }
        long ticket = ++tickets;
        asked.put(ticket, proposal);
        proposal.waits = true;
        port.propose(ticket, bytes != null ? bytes : founding());
    }

    /** The first that is decided: every node that knows no control group proposes the same operation. */
    private byte[] founding() {
        ControlEntry.AdoptFile file = new ControlEntry.AdoptFile(1, fingerprint, placement.regions(), keepers(), rules);
        ControlEntry entry = ControlEntry.of(
                "file-1-" + Long.toHexString(fingerprint), placement.self(), "the first of this control group", file);
        return ControlCodec.write(entry.asked(wallMs, origin));
    }

    private List<String> keepers() {
        return placement.regions().stream()
                .filter(region -> placement.groups().stream()
                        .anyMatch(group -> group.members().contains(region)))
                .toList();
    }

    /** Time has passed: what is due is asked again, what is late is given up. */
    public void turn(long wallMs, long nowNs) {
        this.wallMs = wallMs;
        this.nowNs = nowNs;
        if (pending.isEmpty()) {
            return;
        }
        for (Proposal proposal : List.copyOf(pending)) {
            if (nowNs >= proposal.deadlineNs) {
                asked.values().removeIf(other -> other == proposal);
                finish(proposal, new ControlOutcome.Unknown(NOBODY));
            } else if (!proposal.waits && nowNs >= proposal.againNs) {
                ask(proposal);
            }
        }
    }

    private void finish(Proposal proposal, ControlOutcome outcome) {
        if (pending.remove(proposal)) {
            proposal.then.accept(outcome);
        }
    }

    // ---- what the host tells ----

    /** The answer to a proposal: the outcome that the state machine gave it, or null when that is not known. */
    public void answered(long ticket, byte @Nullable [] bytes) {
        Proposal proposal = asked.remove(ticket);
        if (proposal != null) {
            proposal.waits = false;
        }
        if (bytes == null) {
            if (proposal != null) {
                long pauseMs = proposal.pauseMs;
                proposal.pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX);
                proposal.againNs = nowNs + (pauseMs / 2 + random.nextLong(pauseMs)) * 1_000_000;
            }
            return;
        }
        ControlOutcome outcome = ControlOutcome.read(bytes);
        boolean wasFounding = proposal != null && proposal.bytes == null;
        switch (outcome) {
            case ControlOutcome.Accepted(long id, long index, Configuration configuration) -> heard(id, configuration);
            case ControlOutcome.Conflict(long id, String reason, Configuration won) -> heard(id, won);
            default -> {}
        }
        if (proposal == null) {
            return;
        }
        if (wasFounding && cluster != 0) {
            ask(proposal);
        } else {
            finish(proposal, outcome);
        }
    }

    private void heard(long id, @Nullable Configuration configuration) {
        if (cluster == 0) {
            cluster = id;
        }
        if (configuration != null && id == cluster) {
            learn(configuration);
        }
    }

    /** The next entry of the control group's log, in order; one that is known already is skipped. */
    public void applied(long index, byte[] entry) {
        if (index > state.applied()) {
            state.apply(index, entry);
            learnAll();
        }
    }

    /** The state of the control group after the entry at this index; an earlier one than is known is skipped. */
    public void restored(byte[] snapshot) {
        ControlState restored = ControlState.restore(snapshot);
        if (restored.applied() > state.applied() || state.applied() == 0) {
            state = restored;
            learnAll();
        }
    }

    private void learnAll() {
        if (cluster == 0) {
            cluster = state.cluster();
        }
        if (cluster == state.cluster()) {
            state.configurations().forEach(this::learn);
        }
    }
}
