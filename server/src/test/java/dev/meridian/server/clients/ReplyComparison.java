package dev.meridian.server.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares the replies of one connection here and there, leaving out what Redis leaves open: the order of what is
 * unordered, which member is drawn, time that went by, and the digits of a double, which changed with Redis 7.2.
 */
final class ReplyComparison {
    private static final Set<String> UNORDERED =
            Set.of("SMEMBERS", "SINTER", "SUNION", "SDIFF", "HKEYS", "HVALS", "KEYS", "HGETALL", "CONFIG");
    private static final Set<String> DRAWN =
            Set.of("SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER", "RANDOMKEY", "SPOP", "TIME");
    private static final Set<String> TIMES = Set.of("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME");
    private static final Set<String> PAIRS = Set.of("HGETALL", "HSCAN", "ZSCAN", "CONFIG");
    private static final Pattern FRACTION = Pattern.compile("[,$]?-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?");

    final List<String> differences = new ArrayList<>();
    private final List<List<String>> queued = new ArrayList<>();
    private int compared;

    /** A reply is text that begins with its type, or a list whose first element is it. */
    void compare(List<String> command, Object ours, Object theirs) {
        String name = command.get(0).toUpperCase(Locale.ROOT);
        compared++;
        if ("+QUEUED".equals(theirs) && "+QUEUED".equals(ours)) {
            queued.add(command);
            return;
        }
        boolean same;
        if (name.equals("EXEC")
                && theirs instanceof List<?> a
                && ours instanceof List<?> b
                && a.size() == queued.size() + 1) {
            same = a.size() == b.size();
            for (int i = 0; i < queued.size() && same; i++) {
                same = same(queued.get(i), b.get(i + 1), a.get(i + 1));
            }
        } else {
            same = same(command, ours, theirs);
        }
        if (!same) {
            differences.add("command %d %s %s%n  ours:   %s%n  theirs: %s"
                    .formatted(compared, command, name.equals("EXEC") ? queued : "", ours, theirs));
        }
        if (Set.of("EXEC", "DISCARD", "RESET").contains(name) && command.size() == 1) {
            queued.clear();
        }
    }

    private static boolean same(List<String> command, Object ours, Object theirs) {
        String name = command.get(0).toUpperCase(Locale.ROOT);
        if (DRAWN.contains(name)) {
            return ours instanceof List<?> a && theirs instanceof List<?> b
                    ? a.size() == b.size()
                    : (theirs.toString().startsWith("-")
                            ? ours.equals(theirs)
                            : ours.toString().charAt(0) == theirs.toString().charAt(0));
        }
        if (TIMES.contains(name) && number(ours) > 0 && number(theirs) > 0) {
            return Math.abs(number(ours) - number(theirs)) <= (name.startsWith("P") ? 3000 : 3);
        }
        if (name.equals("DBSIZE") && number(ours) >= 0) {
            // Redis counts keys whose end has passed until it comes across them.
            return number(ours) <= number(theirs);
        }
        if (name.equals("MEMORY") || name.equals("OBJECT")) {
            if (number(ours) >= 0 && number(theirs) >= 0) {
                return true;
            }
        }
        if (name.endsWith("SCAN") && (partial(ours) || partial(theirs) || walksOn(command))) {
            return true;
        }
        if (name.equals("OBJECT")
                && ours.toString().startsWith("$")
                && theirs.toString().startsWith("$")) {
            return true;
        }
        if (ours.toString().startsWith("-CROSSSLOT") && theirs.toString().startsWith("-")) {
            return true;
        }
        return newer(ours, theirs) || normal(name, ours).equals(normal(name, theirs));
    }

    /** What Redis answers so since 7.2, by its pull request 11338, and 7.0 otherwise. */
    private static boolean newer(Object ours, Object theirs) {
        return ours.equals("-ERR timeout is out of range") && theirs.equals("-ERR timeout is negative");
    }

    private static boolean walksOn(List<String> command) {
        int cursor = command.get(0).length() == 4 ? 1 : 2;
        return command.size() > cursor && command.get(cursor).matches("[1-9][0-9]*");
    }

    /** What a walk finds at first, and where it goes on, is left open. */
    private static boolean partial(Object reply) {
        return reply instanceof List<?> list && list.size() == 3 && !list.get(1).equals("$0");
    }

    private static long number(Object reply) {
        return reply instanceof String text && text.matches(":[0-9]+") ? Long.parseLong(text.substring(1)) : -1;
    }

    private static Object normal(String name, Object reply) {
        if (name.endsWith("SCAN") && reply instanceof List<?> list && list.size() == 3) {
            return sorted((List<?>) list.get(2), PAIRS.contains(name) ? 2 : 1);
        }
        return UNORDERED.contains(name) && reply instanceof List<?> list
                ? sorted(list, PAIRS.contains(name) ? 2 : 1)
                : digits(reply);
    }

    private static List<String> sorted(List<?> list, int step) {
        List<String> sorted = new ArrayList<>();
        for (int i = 1; i + step <= list.size(); i += step) {
            sorted.add(digits(list.subList(i, i + step)).toString());
        }
        sorted.sort(null);
        sorted.add(list.get(0).toString());
        return sorted;
    }

    private static Object digits(Object reply) {
        if (reply instanceof List<?> list) {
            return list.stream().map(ReplyComparison::digits).toList();
        }
        String text = reply.toString();
        if (text.equals("$-0") || text.equals(",-0")) {
            return text.charAt(0) + "0";
        }
        boolean fraction = FRACTION.matcher(text).matches() && text.matches(".*[.e].*|.{17,}");
        return fraction ? text.charAt(0) + Double.toString(Double.parseDouble(text.substring(1))) : text;
    }
}
