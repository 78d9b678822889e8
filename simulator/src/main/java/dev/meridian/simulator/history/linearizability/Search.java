package dev.meridian.simulator.history.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for one order of some operations that explains all their answers and keeps what followed in real time: Wing and Gong ("Testing and
 * verifying concurrent objects", 1993), with the list of events and the cache of configurations of Lowe ("Testing for linearizability",
 * 2017), as in Porcupine. Operations of which nobody knows whether they took place are tried only where nothing else goes on.
 */
final class Search {
    /** What came out. */
    enum Outcome {
        LINEARIZABLE,
        NOT_LINEARIZABLE,
        /** It met more configurations than it may keep. */
        UNDECIDED
    }

    private static final int HEAD = 0;

    /** A step back: what was put in its place, what the keys held before, and where to go on. */
    private record Frame(Candidate candidate, Value[] before, int event, int maybe) {}

    private final List<Key> keys;
    private final List<Candidate> sure = new ArrayList<>();
    private final List<Candidate> maybe = new ArrayList<>();
    private final int[] twins;
    private final boolean[] taken;
    private final Value[] values;
    private final List<Frame> stack = new ArrayList<>();
    private final Seen seen;
    /** Events in the order of time, linked: HEAD, and of candidate i its call 2i + 1 and its return 2i + 2. */
    private final int[] next;

    private final int[] previous;
    private long high;
    private long low;

    /** @param configurationsMax how many to keep */
    Search(Keys keys, List<Candidate> candidates, int configurationsMax) {
        this.keys = keys.all;
        seen = new Seen(configurationsMax);
        for (Candidate candidate : candidates) {
            if (!candidate.maybe()) {
                sure.add(candidate);
            } else if (candidate.actions().stream()
                    .anyMatch(action -> !action.key().explainsNothing(action))) {
                maybe.add(candidate);
            }
        }
        maybe.sort(Comparator.comparingLong(Candidate::called));
        twins = twins();
        taken = new boolean[maybe.size()];
        values = new Value[this.keys.size()];
        Arrays.fill(values, Value.MISSING);
        next = new int[2 * sure.size() + 1];
        previous = new int[2 * sure.size() + 1];
        link();
    }

    Outcome run() {
        for (Key key : keys) {
            if (!key.prepare()) {
                return Outcome.NOT_LINEARIZABLE;
            }
        }
        sure.forEach(
                candidate -> candidate.actions().forEach(action -> action.key().left(action, 1)));
        int event = next[HEAD];
        int from = 0;
        while (event != HEAD) {
            if (seen.full()) {
                return Outcome.UNDECIDED;
            }
            if (event % 2 == 1) {
                Candidate candidate = sure.get(event / 2);
                if (take(candidate, event / 2, event, 0)) {
                    lift(event);
                    event = next[HEAD];
                } else {
                    event = next[event];
                }
                continue;
            }
            int tried = tryMaybes(event, from);
            if (tried >= 0) {
                event = next[HEAD];
                from = 0;
            } else if (stack.isEmpty()) {
                return Outcome.NOT_LINEARIZABLE;
            } else {
                Frame frame = back();
                event = frame.candidate.maybe() ? frame.event : next[frame.event];
                from = frame.candidate.maybe() ? frame.maybe + 1 : 0;
            }
        }
        return Outcome.LINEARIZABLE;
    }

    /** The first, from one on, that may have been called before an event and can be put in its place; or -1. */
    private int tryMaybes(int event, int from) {
        long until = sure.get(event / 2 - 1).returned();
        for (int i = from; i < maybe.size() && maybe.get(i).called() <= until; i++) {
            if (!taken[i] && (twins[i] < 0 || taken[twins[i]]) && take(maybe.get(i), sure.size() + i, event, i)) {
                taken[i] = true;
                return i;
            }
        }
        return -1;
    }

    private boolean take(Candidate candidate, int number, int event, int at) {
        List<Action> actions = candidate.actions();
        Value[] before = new Value[actions.size()];
        if (!candidate.maybe()) {
            actions.forEach(action -> action.key().left(action, -1));
        }
        boolean fits = true;
        boolean changes = !candidate.maybe();
        int done = 0;
        while (done < before.length && fits) {
            Action action = actions.get(done);
            Value was = values[action.key().index];
            Value is = Semantics.after(action, was);
            before[done] = was;
            fits = is != null;
            changes |= fits && is != was;
            if (is != null) {
                become(action.key().index, is);
                done++;
            }
        }
        mark(number);
        Frame frame = new Frame(candidate, done == before.length ? before : Arrays.copyOf(before, done), event, at);
        if (fits && changes && seen.add(high, low)) {
            stack.add(frame);
            return true;
        }
        undo(frame, number);
        return false;
    }

    private Frame back() {
        Frame frame = stack.removeLast();
        if (frame.candidate.maybe()) {
            taken[frame.maybe] = false;
            undo(frame, sure.size() + frame.maybe);
        } else {
            undo(frame, frame.event / 2);
            unlift(frame.event);
        }
        return frame;
    }

    private void undo(Frame frame, int number) {
        mark(number);
        List<Action> actions = frame.candidate.actions();
        for (int i = frame.before.length - 1; i >= 0; i--) {
            become(actions.get(i).key().index, frame.before[i]);
        }
        if (!frame.candidate.maybe()) {
            actions.forEach(action -> action.key().left(action, 1));
        }
    }

    // ---- the hash of a configuration: which operations have their place, and what the keys hold ----

    private void mark(int number) {
        high ^= Hashes.mix(2L * number);
        low ^= Hashes.mix(2L * number + 1);
    }

    private void become(int key, Value value) {
        hash(key);
        values[key] = value;
        hash(key);
    }

    private void hash(int key) {
        long hash = values[key].hash() + ((long) key << 32);
        high ^= Hashes.mix(hash ^ 0x6A09E667F3BCC908L);
        low ^= Hashes.mix(hash ^ 0xBB67AE8584CAA73BL);
    }

    // ---- the list of events ----

    private void link() {
        sure.sort(Comparator.comparingLong(Candidate::called));
        Integer[] events = new Integer[2 * sure.size()];
        Arrays.setAll(events, i -> i + 1);
        // What returned at the very moment of a call may have been under way.
        Arrays.sort(
                events, Comparator.<Integer>comparingLong(this::time).thenComparing(event -> event % 2 == 1 ? 0 : 1));
        int last = HEAD;
        for (int event : events) {
            next[last] = event;
            previous[event] = last;
            last = event;
        }
        next[last] = HEAD;
        previous[HEAD] = last;
    }

    private long time(int event) {
        return event % 2 == 1
                ? sure.get(event / 2).called()
                : sure.get(event / 2 - 1).returned();
    }

    private void lift(int call) {
        unlink(call);
        unlink(call + 1);
    }

    private void unlift(int call) {
        relink(call + 1);
        relink(call);
    }

    private void unlink(int event) {
        next[previous[event]] = next[event];
        previous[next[event]] = previous[event];
    }

    private void relink(int event) {
        next[previous[event]] = event;
        previous[next[event]] = event;
    }

    /** Of each perhaps done operation the one before that explains as much: trying them in their order is enough. */
    private int[] twins() {
        int[] before = new int[maybe.size()];
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < before.length; i++) {
            Integer twin = last.put(maybe.get(i).signature(), i);
            before[i] = twin == null ? -1 : twin;
        }
        return before;
    }
}
