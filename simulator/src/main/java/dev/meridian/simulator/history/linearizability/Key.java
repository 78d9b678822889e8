package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Answer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One key: what must still be seen of it. A change that takes away for good what an operation has yet to see leads to no order that explains
 * all answers; leaving such changes out keeps the search short and loses no order.
 */
final class Key {
    final String name;
    final int index;
    private final Set<String> forgotten;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Integer> textsLeft = new HashMap<>();
    private int missingLeft;
    private boolean textsComeBack;
    private boolean missingComesBack;
    private boolean presenceCounts;
    private boolean onlyGrows = true;
    private boolean onlyCounts = true;
    private final TreeMap<Long, Integer> sumsLeft = new TreeMap<>();
    private final Growth growth = new Growth();

    Key(String name, int index, Set<String> forgotten) {
        this.name = name;
        this.index = index;
        this.forgotten = forgotten;
    }

    boolean isForgotten(String element) {
        return forgotten.contains(element);
    }

    boolean forgetsSome() {
        return !forgotten.isEmpty();
    }

    // ---- before the search: what there is ----

    /** Takes note of an action. */
    void meet(Action action, boolean maybe) {
        onlyCounts &=
                action.verb() == Action.Verb.GET || action.verb() == Action.Verb.INCREMENT && action.amount() >= 0;
        switch (action.verb()) {
            case SET, SET_AND_GET -> writes(action);
            case SET_IF_MISSING, SET_IF_PRESENT -> {
                writes(action);
                presenceCounts = true;
            }
            case DELETE, GET_AND_DELETE -> {
                missingComesBack = true;
                presenceCounts |= !maybe;
                onlyGrows = false;
            }
            case INCREMENT -> textsComeBack = true;
            case REMOVE -> {
                missingComesBack = true;
                onlyGrows = false;
            }
            case APPEND -> onlyGrows &= written.add(action.argument());
            case EXISTS, SIZE -> presenceCounts = true;
            default -> {}
        }
        if (action.shown() != null) {
            growth.add(action.shown());
            seen.addAll(action.shown().elements());
        } else if (action.expected() instanceof Answer.Text(String text)) {
            seen.add(text);
        } else if (action.verb() == Action.Verb.IS_MEMBER || action.verb() == Action.Verb.REMOVE) {
            seen.add(action.argument());
        }
    }

    private void writes(Action action) {
        textsComeBack |= !written.add(action.argument());
        onlyGrows = false;
    }

    /** Once all actions are known; false if two reads contradict each other whatever the order. */
    boolean prepare() {
        return !onlyGrows || growth.prepare();
    }

    /** Whether a write of this text that perhaps took place explains nothing: nobody saw it, or whether there was anything. */
    boolean explainsNothing(Action write) {
        return write.verb() == Action.Verb.SET && !presenceCounts && !isSeen(write.argument());
    }

    /** Whether some operation may have seen this text or element. */
    boolean isSeen(String text) {
        return textsComeBack || seen.contains(text);
    }

    // ---- during the search: what is left to be seen ----

    /** So many more operations like this one have no place yet. */
    void left(Action action, int more) {
        Answer expected = action.expected();
        if (action.shown() != null && onlyGrows) {
            growth.left(action.shown(), more);
        }
        Long sum = onlyCounts ? sumBefore(action) : null;
        if (sum != null) {
            sumsLeft.merge(sum, more, (a, b) -> a + b == 0 ? null : a + b);
        }
        switch (action.verb()) {
            case GET, SET_AND_GET, GET_AND_DELETE -> {
                if (expected instanceof Answer.Text(String text)) {
                    textsLeft.merge(text, more, Integer::sum);
                } else if (expected instanceof Answer.Nil) {
                    missingLeft += more;
                }
            }
            case SET_IF_MISSING ->
                missingLeft += expected != null && !(expected instanceof Answer.Nil) && !isZero(expected) ? more : 0;
            case SET_IF_PRESENT -> missingLeft += expected instanceof Answer.Nil ? more : 0;
            case DELETE, EXISTS, SIZE -> missingLeft += expected != null && isZero(expected) ? more : 0;
            default -> {}
        }
    }

    /** Which sum this operation has to come upon, or null: its answer does not tell, or is none. */
    private static @Nullable Long sumBefore(Action action) {
        return switch (action.expected()) {
            case Answer.Number(long sum) -> sum - action.amount();
            case Answer.Text(String text) when text.matches("-?[0-9]{1,18}") -> Long.valueOf(text);
            case Answer.Nil() -> 0L;
            case null, default -> null;
        };
    }

    private static boolean isZero(Answer answer) {
        return answer instanceof Answer.Number(long number) && number == 0;
    }

    /** What is there instead of what was; null if that leads nowhere. */
    @Nullable
    Value replaced(Value before, Value after) {
        boolean dead = switch (before) {
            case Value.Text(String text) ->
                !textsComeBack && !before.equals(after) && textsLeft.getOrDefault(text, 0) > 0;
            case Value.Missing missing -> !missingComesBack && missingLeft > 0 && !(after instanceof Value.Missing);
            default -> false;
        };
        return dead ? null : after;
    }

    /** A sum after an increment; null if that leads nowhere: a sum that never falls has left behind what is still to be seen. */
    @Nullable
    Value counted(Value before, long sum) {
        boolean dead = onlyCounts && !sumsLeft.isEmpty() && sumsLeft.firstKey() < sum;
        return dead ? null : replaced(before, new Value.Text(Long.toString(sum)));
    }

    /** A set with the element; null if that leads nowhere. */
    @Nullable
    Value added(Value before, String element) {
        return onlyGrows && !growth.mayAdd(element) ? null : replaced(before, flipped(before, element));
    }

    Value flipped(Value before, String element) {
        int number = numbers.computeIfAbsent(element, e -> numbers.size());
        Value.Members members = before instanceof Value.Members m ? m : new Value.Members(new long[0], 0, 0);
        return members.flipped(number, element);
    }

    boolean has(Value value, String element) {
        Integer number = numbers.get(element);
        return value instanceof Value.Members members && number != null && members.has(number);
    }

    /** A list with the element at its end; null if that leads nowhere. */
    @Nullable
    Value appended(Value before, String element) {
        Value.Elements list = before instanceof Value.Elements elements ? elements : new Value.Elements(0, 0);
        return onlyGrows && !growth.mayAppend(element, list.size()) ? null : replaced(before, list.and(element));
    }
}
