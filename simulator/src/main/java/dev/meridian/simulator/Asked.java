package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset.ReadLevel;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command as a client sends it, with what it is to be judged by.
 *
 * @param inBlock whether it is queued for EXEC
 * @param name of the command, in capitals
 * @param words without MERIDIAN.READ in front
 * @param level that it asks for itself or its connection has chosen; null for the dataset's own
 */
record Asked(
        Clients.Session session,
        long atNs,
        boolean inBlock,
        String name,
        List<String> words,
        @Nullable ReadLevel level,
        long boundMs) {

    static Asked of(Clients.Session session, long atNs, List<String> sent) {
        int own = wrapped(sent);
        List<String> words = own == 0 ? sent : sent.subList(own, sent.size());
        return new Asked(
                session,
                atNs,
                session.inBlock,
                words.getFirst().toUpperCase(Locale.ROOT),
                words,
                own == 0 ? session.level : level(sent.get(1)),
                own == 0 ? session.boundMs : own == 3 ? ms(sent.get(2)) : 0);
    }

    /** The first key, or nothing. */
    String key() {
        return words.size() > 1 ? words.get(1) : "";
    }

    boolean is(String name, int count) {
        return words.size() == count && this.name.equals(name);
    }

    /** How many words stand in front of the command that is meant. */
    private static int wrapped(List<String> words) {
        if (!words.getFirst().equals("MERIDIAN.READ")) {
            return 0;
        }
        int own = words.size() > 1 && words.get(1).equals("bounded") ? 3 : 2;
        return words.size() > own ? own : 0;
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
