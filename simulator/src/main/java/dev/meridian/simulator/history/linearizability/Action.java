package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One command on one key.
 *
 * @param argument the value or element that it writes; empty where it writes none
 * @param expected what it answered; null where that is not known or says nothing
 * @param shown the whole set or list that it answered, or null
 */
record Action(
        Key key,
        Verb verb,
        String argument,
        long amount,
        @Nullable Answer expected,
        @Nullable Whole shown) {

    /** Whether it writes or saw a value that is taken for never written. */
    boolean isForgotten() {
        return key.isForgotten(argument) || expected instanceof Answer.Text(String text) && key.isForgotten(text);
    }

    /** What commands do. */
    enum Verb {
        GET,
        SET,
        SET_IF_MISSING,
        SET_IF_PRESENT,
        SET_AND_GET,
        DELETE,
        GET_AND_DELETE,
        EXISTS,
        INCREMENT,
        ADD,
        REMOVE,
        MEMBERS,
        IS_MEMBER,
        SIZE,
        APPEND,
        RANGE;

        boolean writes() {
            return switch (this) {
                case GET, EXISTS, MEMBERS, IS_MEMBER, SIZE, RANGE -> false;
                default -> true;
            };
        }
    }

    /** The actions of a command. */
    static List<Action> of(Keys keys, Call call, @Nullable Answer answer) {
        List<String> words = call.words();
        Key key = keys.named(words.get(1));
        return switch (words.getFirst().toUpperCase(Locale.ROOT)) {
            case "GET" -> List.of(plain(key, Verb.GET, "", answer));
            case "SET" -> List.of(plain(key, set(words), words.get(2), answer));
            case "SETNX" -> List.of(plain(key, Verb.SET_IF_MISSING, words.get(2), answer));
            case "GETSET" -> List.of(plain(key, Verb.SET_AND_GET, words.get(2), answer));
            case "GETDEL" -> List.of(plain(key, Verb.GET_AND_DELETE, "", answer));
            case "DEL", "UNLINK" ->
                words.subList(1, words.size()).stream()
                        .map(name -> plain(keys.named(name), Verb.DELETE, "", words.size() == 2 ? answer : null))
                        .toList();
            case "EXISTS" -> List.of(plain(key, Verb.EXISTS, "", answer));
            case "INCR" -> List.of(counting(key, 1, answer));
            case "DECR" -> List.of(counting(key, -1, answer));
            case "INCRBY" -> List.of(counting(key, Long.parseLong(words.get(2)), answer));
            case "DECRBY" -> List.of(counting(key, -Long.parseLong(words.get(2)), answer));
            case "SADD" -> each(key, Verb.ADD, words, answer);
            case "SREM" -> each(key, Verb.REMOVE, words, answer);
            case "RPUSH" -> each(key, Verb.APPEND, words, answer);
            case "SISMEMBER" -> List.of(plain(key, Verb.IS_MEMBER, words.get(2), answer));
            case "SCARD", "LLEN" -> List.of(plain(key, Verb.SIZE, "", answer));
            case "SMEMBERS" -> List.of(whole(key, Verb.MEMBERS, answer));
            case "LRANGE" -> List.of(whole(key, Verb.RANGE, answer));
            default -> throw new IllegalArgumentException("no model of " + call);
        };
    }

    private static Verb set(List<String> words) {
        Verb verb = Verb.SET;
        for (String option : words.subList(3, words.size())) {
            verb = switch (option.toUpperCase(Locale.ROOT)) {
                case "NX" -> Verb.SET_IF_MISSING;
                case "XX" -> Verb.SET_IF_PRESENT;
                case "GET" -> Verb.SET_AND_GET;
                default -> throw new IllegalArgumentException("no model of " + words);
            };
        }
        return verb;
    }

    private static Action plain(Key key, Verb verb, String argument, @Nullable Answer answer) {
        return new Action(key, verb, argument, 0, answer, null);
    }

    private static Action counting(Key key, long amount, @Nullable Answer answer) {
        return new Action(key, Verb.INCREMENT, "", amount, answer, null);
    }

    private static List<Action> each(Key key, Verb verb, List<String> words, @Nullable Answer answer) {
        List<Action> actions = new ArrayList<>(1);
        for (String element : words.subList(2, words.size())) {
            if (!key.isForgotten(element)) {
                boolean counts = words.size() == 3 && !(verb == Verb.APPEND && key.forgetsSome());
                actions.add(plain(key, verb, element, counts ? answer : null));
            }
        }
        return actions;
    }

    private static Action whole(Key key, Verb verb, @Nullable Answer answer) {
        Whole shown = null;
        if (answer instanceof Answer.Items(List<Answer> items)) {
            List<String> elements = items.stream()
                    .map(item -> item instanceof Answer.Text(String text) ? text : item.toString())
                    .filter(element -> !key.isForgotten(element))
                    .toList();
            shown = new Whole(elements, verb == Verb.RANGE);
        }
        return new Action(key, verb, "", 0, null, shown);
    }
}
