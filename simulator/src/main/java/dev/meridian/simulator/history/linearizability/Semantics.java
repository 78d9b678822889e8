package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Answer;
import org.jspecify.annotations.Nullable;

/** What each command does to a key where one follows another. */
final class Semantics {
    private static final Answer OK = new Answer.Status("OK");
    private static final Answer NIL = new Answer.Nil();

    private Semantics() {}

    /**
     * What a key holds after an action.
     *
     * @return null if the action would not have answered what it did, or leads nowhere
     */
    static @Nullable Value after(Action action, Value before) {
        Key key = action.key();
        boolean missing = before instanceof Value.Missing;
        String argument = action.argument();
        Value text = new Value.Text(argument);
        return switch (action.verb()) {
            case GET -> answers(action, content(before)) ? before : null;
            case SET -> answers(action, OK) ? key.replaced(before, text) : null;
            case SET_IF_MISSING ->
                missing
                        ? answers(action, OK, 1) ? key.replaced(before, text) : null
                        : answers(action, NIL, 0) ? before : null;
            case SET_IF_PRESENT ->
                missing
                        ? answers(action, NIL, 0) ? before : null
                        : answers(action, OK, 1) ? key.replaced(before, text) : null;
            case SET_AND_GET -> answers(action, content(before)) ? key.replaced(before, text) : null;
            case DELETE -> answers(action, missing ? 0 : 1) ? key.replaced(before, Value.MISSING) : null;
            case GET_AND_DELETE -> answers(action, content(before)) ? key.replaced(before, Value.MISSING) : null;
            case EXISTS -> answers(action, missing ? 0 : 1) ? before : null;
            case INCREMENT -> incremented(action, before);
            case ADD ->
                key.has(before, argument)
                        ? answers(action, 0) ? before : null
                        : answers(action, 1) && before.isSet() ? key.added(before, argument) : null;
            case REMOVE ->
                key.has(before, argument)
                        ? answers(action, 1) ? key.replaced(before, key.flipped(before, argument)) : null
                        : answers(action, 0) ? before : null;
            case IS_MEMBER -> answers(action, key.has(before, argument) ? 1 : 0) ? before : null;
            case SIZE -> answers(action, before.size()) ? before : null;
            case MEMBERS, RANGE -> action.shown() == null || action.shown().shows(before) ? before : null;
            case APPEND ->
                answers(action, before.size() + 1) && before.isList() ? key.appended(before, argument) : null;
        };
    }

    private static @Nullable Value incremented(Action action, Value before) {
        String was = before instanceof Value.Text(String text) ? text : "0";
        if (!was.matches("-?[0-9]{1,18}") || !(before instanceof Value.Text || before instanceof Value.Missing)) {
            return null;
        }
        long sum = Long.parseLong(was) + action.amount();
        return answers(action, sum) ? action.key().counted(before, sum) : null;
    }

    private static Answer content(Value value) {
        return value instanceof Value.Text(String text) ? new Answer.Text(text) : NIL;
    }

    private static boolean answers(Action action, Answer answer, long number) {
        return action.expected() == null || action.expected().equals(answer) || answers(action, number);
    }

    private static boolean answers(Action action, Answer answer) {
        return action.expected() == null || action.expected().equals(answer);
    }

    private static boolean answers(Action action, long number) {
        return action.expected() == null
                || action.expected() instanceof Answer.Number(long answered) && answered == number;
    }
}
