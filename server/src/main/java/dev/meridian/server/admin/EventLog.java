package dev.meridian.server.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What happened to this node, the newest {@value #KEPT} events. Readers keep a position and are woken; one that is too
 * slow misses events and is told so, and nothing is kept for its sake. Thread-safe.
 */
public final class EventLog {
    static final int KEPT = 1024;

    /** @param number counts from 1 in this run of the process */
    record Event(long number, String id, String name, String json) {}

    private final String region;
    private final String run;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private long last;

    /** @param run tells the events of this process from those of another, in hex */
    public EventLog(String region, String run) {
        this.region = region;
        this.run = run;
    }

    /**
     * Adds an event. Members must not hold keys or values of data.
     *
     * @param members JSON values by name, in order, behind those that every event has
     */
    public void publish(String name, Map<String, ?> members) {
        synchronized (this) {
            last++;
            String id = run + ":" + last;
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("schema", "meridian.event/1");
            json.put("event", name);
            json.put("id", id);
            json.put("region", region);
            json.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            json.putAll(members);
            if (events.size() == KEPT) {
                events.poll();
            }
            events.add(new Event(last, id, name, Json.text(json)));
        }
        readers.forEach(Runnable::run);
    }

    /** The number of the newest event; 0 before the first. */
    synchronized long last() {
        return last;
    }

    /** Up to {@code max} events behind this number, oldest first. */
    synchronized List<Event> after(long number, int max) {
        List<Event> found = new ArrayList<>();
        for (Event event : events) {
            if (event.number > number) {
                if (found.size() == max) {
                    break;
                }
                found.add(event);
            }
        }
        return found;
    }

    /** Whether every event behind this number is still here. */
    synchronized boolean reaches(long number) {
        return number >= last - events.size() && number <= last;
    }

    /** The number of an id of this run; -1 for any other text. */
    long numberOf(String id) {
        String prefix = run + ":";
        if (!id.startsWith(prefix)
                || id.length() > prefix.length() + 18
                || !id.substring(prefix.length()).matches("[0-9]+")) {
            return -1;
        }
        return Long.parseLong(id.substring(prefix.length()));
    }

    /** What is run, on the publisher's thread, when there are new events: it must be quick. */
    void wake(Runnable reader) {
        readers.add(reader);
    }

    /** How many streams read. */
    int readers() {
        return readers.size();
    }

    void forget(Runnable reader) {
        readers.remove(reader);
    }
}
