package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset.ReadLevel;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command as a client sends it, with what it is to be judged by.
 *
 * @param inBlock whether it is queued for EXEC
 * @param words without MERIDIAN.READ in front
 * @param level that it asks for itself or its connection has chosen; null for the dataset's own
 */
record Asked(
        Clients.Session session,
        long atNs,
        boolean inBlock,
        List<String> words,
        @Nullable ReadLevel level,
        long boundMs) {

    Asked(Clients.Session session, long atNs, List<String> words) {
        this(session, atNs, session.inBlock, inner(words), levelOf(session, words), boundOf(session, words));
    }

    String name() {
        return words.getFirst().toUpperCase(Locale.ROOT);
    }

    /** The first key, or nothing. */
    String key() {
        return words.size() > 1 ? words.get(1) : "";
    }

    boolean is(String name, int count) {
        return words.size() == count && name().equals(name);
    }

    private static int wrapped(List<String> words) {
        int words1 = words.size() > 1 && words.get(1).equals("bounded") ? 3 : 2;
        return words.getFirst().equals("MERIDIAN.READ") && words.size() > words1 ? words1 : 0;
    }

    private static List<String> inner(List<String> words) {
        return words.subList(wrapped(words), words.size());
    }

    private static @Nullable ReadLevel levelOf(Clients.Session session, List<String> words) {
        return wrapped(words) == 0 ? session.level : level(words.get(1));
    }

    private static long boundOf(Clients.Session session, List<String> words) {
        return wrapped(words) == 0 ? session.boundMs : wrapped(words) == 3 ? ms(words.get(2)) : 0;
    }

    static @Nullable ReadLevel level(String word) {
        for (ReadLevel level : ReadLevel.values()) {
            if (level.name().equals(word.toUpperCase(Locale.ROOT).replace('-', '_'))) {
                return level;
            }
        }
        return null;
    }

    /** The time of a bound, such as 500ms or 2s; 0 when it is none. */
    static long ms(String text) {
        String digits = text.replaceFirst("[a-z]+$", "");
        if (!digits.matches("[0-9]{1,9}")) {
            return 0;
        }
        return Long.parseLong(digits) * (text.endsWith("ms") ? 1 : text.endsWith("s") ? 1_000 : 0);
    }

    /** A number, or -1 when it is none. */
    static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }
}
