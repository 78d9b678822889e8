package dev.meridian.simulator.history;

import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import dev.meridian.simulator.history.Step.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The happens-before order of one group: the closure of the order within sessions and of who read from whom (Bouajjani, Enea, Guerraoui,
 * Hamza, "On verifying causal consistency", POPL 2017). What it finds missing, {@link SessionGuarantees} and {@link CausalConsistency} name.
 *
 * <p>No graph is built. Each session carries what happened before as one {@link Causes}; each step that writes keeps the one of
 * its moment, shared in most of its parts with its neighbours'. A session goes on until it reads a write whose step was not judged yet,
 * then waits for it; so every read is looked at once, an element that is already among the causes costs a look, and a new one a join.
 * Sessions that wait for each other in the end are a cycle. All in all: the elements of all replies, times the depth of
 * the tree (2 to 4), and memory for the blocks that changed, some hundred bytes a write.
 *
 * <p>An unknown write, and whatever a session does below the levels session and causal, is a chain of its own: it must be seen only by
 * those that saw what came of it.
 */
final class CausalClosure {
    private static final int MISSES_MAX = 200;
    private static final int NEWER_LOOKED_AT = 64;

    /**
     * A read that does not show what it had to.
     *
     * @param shown of a register the older value that it showed, or null
     */
    record Miss(Read read, Write missing, @Nullable Write shown) {}

    /** Steps each of which happened before the next, and the last before the first; and whether sessions are part of why. */
    record Cycle(List<Step> steps, boolean sessions) {}

    final List<Miss> misses = new ArrayList<>();
    final List<Cycle> cycles = new ArrayList<>();
    private final Map<Lane, Causes> states = new HashMap<>();
    private final Map<Lane, Integer> written = new HashMap<>();
    private final Map<Lane, Integer> chains = new HashMap<>();
    private final Map<Step, List<Lane>> waiting = new HashMap<>();
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private final Map<KeyHistory, int[]> marks = new HashMap<>();
    private final Causes none;
    private int mark;
    private int chainCount;

    CausalClosure(Index.Group group) {
        List<Lane> lanes = lanes(group);
        none = Causes.none(chainCount);
        ready.addAll(lanes);
        run();
        for (Lane stuck = firstStuck(lanes); stuck != null; stuck = firstStuck(lanes)) {
            breakCycle(stuck);
            run();
        }
    }

    private List<Lane> lanes(Index.Group group) {
        List<Lane> lanes = new ArrayList<>();
        Map<Long, Lane> sessions = new HashMap<>();
        for (Step step : group.steps) {
            Operation operation = step.operation;
            if (operation.settled() || step.is(Outcome.REFUSED)) {
                continue;
            }
            boolean ordered = operation.level().ordersSession()
                    || operation.level() == Level.MONOTONIC_READ && step.writes.isEmpty();
            long name = 2L * operation.session() + (operation.level() == Level.MONOTONIC_READ ? 1 : 0);
            Lane lane = ordered ? sessions.get(name) : null;
            if (lane == null) {
                lane = new Lane(ordered);
                lanes.add(lane);
                if (ordered) {
                    sessions.put(name, lane);
                }
            }
            step.lane = lane;
            step.position = lane.steps.size();
            lane.steps.add(step);
            if (!step.writes.isEmpty()) {
                boolean alone = step.is(Outcome.UNKNOWN) || !ordered;
                step.chain = alone ? chainCount++ : chains.computeIfAbsent(lane, l -> chainCount++);
                step.sequence = alone ? 1 : written.merge(lane, 1, Integer::sum);
            }
        }
        return lanes;
    }

    private void run() {
        for (Lane lane = ready.poll(); lane != null; lane = ready.poll()) {
            while (lane.next < lane.steps.size()) {
                Step step = lane.steps.get(lane.next);
                Step source = unjudgedSource(lane, step);
                if (source != null) {
                    waiting.computeIfAbsent(source, s -> new ArrayList<>(1)).add(lane);
                    break;
                }
                judge(lane, step);
            }
        }
    }

    /** The first step that this one reads from and that was not judged yet; looks on where it stopped the last time. */
    private static @Nullable Step unjudgedSource(Lane lane, Step step) {
        for (; lane.readAt < step.reads.size(); lane.readAt++, lane.shownAt = 0) {
            Read read = step.reads.get(lane.readAt);
            for (; lane.shownAt < read.shown().length; lane.shownAt++) {
                Step source = read.key().writes.get(read.shown()[lane.shownAt]).step;
                if (!source.done && source != step && source.lane != null) {
                    return source;
                }
            }
        }
        return null;
    }

    private void judge(Lane lane, Step step) {
        Causes causes = states.getOrDefault(lane, none);
        for (Read read : step.reads) {
            for (int i : read.shown()) {
                Step source = read.key().writes.get(i).step;
                if (source != step && source.past != null && !source.happenedBefore(causes)) {
                    causes = causes.join(source.past);
                }
            }
        }
        for (Read read : step.reads) {
            if (read.key().collection()) {
                lookForElements(read, causes);
            } else if (read.key().is(KeyHistory.Kind.REGISTER)) {
                lookForNewer(read, causes);
            }
        }
        if (step.chain >= 0) {
            step.past = causes.with(step.chain, step.sequence);
        }
        if (lane.session && step.is(Outcome.OK)) {
            states.put(lane, step.past == null ? causes : step.past);
        }
        step.done = true;
        lane.next++;
        lane.readAt = 0;
        lane.shownAt = 0;
        List<Lane> others = waiting.remove(step);
        if (others != null) {
            ready.addAll(others);
        }
    }

    private void lookForElements(Read read, Causes causes) {
        List<Write> writes = read.key().writes;
        int[] marked = marks.computeIfAbsent(read.key(), key -> new int[writes.size()]);
        mark++;
        for (int i : read.shown()) {
            marked[i] = mark;
        }
        long until = read.step().operation.returnedNs();
        for (Write write : writes) {
            if (write.calledNs() > until) {
                break;
            }
            if (marked[write.index] != mark && !write.refused() && !write.excused && expected(read, write, causes)) {
                miss(new Miss(read, write, null));
            }
        }
    }

    private static boolean expected(Read read, Write write, Causes causes) {
        return write.step == read.step() ? write.call < read.call() : write.step.happenedBefore(causes);
    }

    /** A register must not show a value when one that was written with knowledge of it is among the causes. */
    private void lookForNewer(Read read, Causes causes) {
        List<Write> writes = read.key().writes;
        Write shown = read.shown().length == 0 ? null : writes.get(read.shown()[0]);
        int looked = 0;
        for (int i = lastBefore(writes, read.step().operation.returnedNs()); i >= 0 && looked < NEWER_LOOKED_AT; i--) {
            Write newer = writes.get(i);
            if (newer == shown) {
                continue;
            }
            looked++;
            if (!newer.refused() && !newer.excused && replaced(shown, newer) && expected(read, newer, causes)) {
                miss(new Miss(read, newer, shown));
                return;
            }
        }
    }

    private static boolean replaced(@Nullable Write older, Write newer) {
        if (older == null || older.step == newer.step) {
            return older == null || older.call < newer.call;
        }
        return newer.step.past != null && older.step.happenedBefore(newer.step.past);
    }

    private static int lastBefore(List<Write> writes, long untilNs) {
        int from = 0;
        int to = writes.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (writes.get(middle).calledNs() <= untilNs) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    private void miss(Miss miss) {
        if (misses.size() < MISSES_MAX) {
            misses.add(miss);
        }
    }

    private static @Nullable Lane firstStuck(List<Lane> lanes) {
        for (Lane lane : lanes) {
            if (lane.next < lane.steps.size()) {
                return lane;
            }
        }
        return null;
    }

    /** Follows who waits for whom until it comes round, tells, and lets one of them go on without what it waits for. */
    private void breakCycle(Lane stuck) {
        List<Lane> path = new ArrayList<>();
        List<Step> sources = new ArrayList<>();
        Lane lane = stuck;
        while (!path.contains(lane)) {
            path.add(lane);
            Step source = unjudgedSource(lane, lane.steps.get(lane.next));
            if (source == null || source.lane == null) {
                ready.add(lane);
                return;
            }
            sources.add(source);
            lane = source.lane;
        }
        List<Step> steps = new ArrayList<>();
        boolean sessions = false;
        for (int i = path.indexOf(lane); i < path.size(); i++) {
            Step reader = path.get(i).steps.get(path.get(i).next);
            Step source = sources.get(i);
            Lane next = source.lane;
            steps.add(reader);
            if (next != null && next.steps.get(next.next) != source) {
                sessions = true;
                steps.add(source);
            }
        }
        cycles.add(new Cycle(steps, sessions));
        waiting.values().forEach(lanes -> lanes.remove(stuckAt(steps.getFirst())));
        judge(stuckAt(steps.getFirst()), steps.getFirst());
        ready.add(stuckAt(steps.getFirst()));
    }

    private static Lane stuckAt(Step step) {
        return Objects.requireNonNull(step.lane);
    }
}
