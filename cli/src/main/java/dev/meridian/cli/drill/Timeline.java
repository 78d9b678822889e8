package dev.meridian.cli.drill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/** What happened when. Thread-safe. */
public final class Timeline {
    /**
     * One line.
     *
     * @param what a word, such as break
     */
    public record Entry(long atNs, String what, String text) {}

    private final List<Entry> entries = new ArrayList<>();
    private final BiConsumer<String, String> listener;

    /** @param listener told at once what is added, and its word */
    public Timeline(BiConsumer<String, String> listener) {
        this.listener = listener;
    }

    void add(String what, String text) {
        add(System.nanoTime(), what, text);
        listener.accept(what, text);
    }

    synchronized void add(long atNs, String what, String text) {
        entries.add(new Entry(atNs, what, text));
    }

    /** In the order of time. */
    synchronized List<Entry> entries() {
        List<Entry> ordered = new ArrayList<>(entries);
        ordered.sort(Comparator.comparingLong(Entry::atNs));
        return ordered;
    }
}
