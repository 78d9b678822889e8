package dev.meridian.simulator;

import dev.meridian.simulator.history.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients were told: every acknowledged write, every write whose outcome they do not know, and where and when. The
 * checkers compare it with what is there in the end.
 */
final class Ledger {
    /**
     * One write; {@code region} is the one that takes it, -1 when that is not known.
     */
    static final class Entry {
        final String key;
        final String value;
        final long amount;
        final int region;
        final long sentNs;
        long answeredNs;
        boolean acknowledged;
        boolean refused;

        Entry(String key, String value, long amount, int region, long sentNs) {
            this.key = key;
            this.value = value;
            this.amount = amount;
            this.region = region;
            this.sentNs = sentNs;
        }

        boolean unknown() {
            return !acknowledged && !refused;
        }
    }

    /** @param sinceNs what was acknowledged from then on may be gone */
    private record Loss(int region, long atNs, long sinceNs) {}

    private final List<Loss> losses = new ArrayList<>();
    private final Map<String, List<Entry>> adds = new LinkedHashMap<>();
    private final Map<String, List<Entry>> increments = new LinkedHashMap<>();
    private final Map<String, List<Entry>> deletes = new LinkedHashMap<>();
    private final Map<String, String> uses = new TreeMap<>();
    private boolean lawless;
    private final List<Entry> all = new ArrayList<>();

    Entry add(String key, String member, int region, long nowNs) {
        return put(adds, new Entry(key, member, 0, region, nowNs));
    }

    Entry increment(String key, long amount, int region, long nowNs) {
        return put(increments, new Entry(key, "", amount, region, nowNs));
    }

    Entry delete(String key, int region, long nowNs) {
        return put(deletes, new Entry(key, "", 0, region, nowNs));
    }

    private Entry put(Map<String, List<Entry>> into, Entry entry) {
        into.computeIfAbsent(entry.key, k -> new ArrayList<>()).add(entry);
        all.add(entry);
        return entry;
    }

    /** Takes the reply to a write. */
    static void answer(Entry entry, String reply, long nowNs) {
        entry.answeredNs = nowNs;
        if (!reply.startsWith("-")) {
            entry.acknowledged = true;
        } else if (!reply.startsWith("-UNKNOWN") && !reply.startsWith("-UNCERTAIN")) {
            entry.refused = true;
        }
    }

    /** A region lost its power, and with it what was appended after the beginning of its last fsync. */
    void powerLost(int region, long atNs, long syncedNs) {
        losses.add(new Loss(region, atNs, syncedNs));
    }

    /** A region lost its disk, or got an old one back: what only it had is gone. */
    void diskLost(int region, long atNs) {
        losses.add(new Loss(region, atNs, 0));
    }

    /** Which region lost what, for checkers over histories. */
    List<Rules.Loss> losses(List<String> regions) {
        return losses.stream()
                .map(loss -> new Rules.Loss(
                        regions.get(loss.region), loss.atNs, loss.sinceNs < loss.atNs - Rules.UNSYNCED_NS))
                .toList();
    }

    /** Whether no region has lost anything. */
    boolean lossless() {
        return losses.isEmpty();
    }

    /** Whether the region may have lost something since then. */
    boolean lostSince(int region, long sinceNs) {
        return losses.stream().anyMatch(loss -> loss.region == region && loss.atNs >= sinceNs);
    }

    /**
     * Whether an acknowledged write may be missing: with durability every_second, when the region that took it lost its power
     * within the time in which it may not have been synced.
     *
     * @param taker that region; -1 when it is not known
     */
    boolean excused(Entry entry, int taker) {
        for (Loss loss : losses) {
            if ((loss.region == taker || taker < 0) && entry.sentNs <= loss.atNs && entry.answeredNs >= loss.sinceNs) {
                return true;
            }
        }
        return false;
    }

    /** How many regions lost their disks after the write was sent: a loss of power takes nothing that several have for good. */
    long disksLostSince(Entry entry) {
        return losses.stream()
                .filter(loss -> loss.sinceNs == 0 && loss.atNs >= entry.sentNs)
                .map(Loss::region)
                .distinct()
                .count();
    }

    /** How many regions lost their disks. */
    long disksLost() {
        return losses.stream()
                .filter(loss -> loss.sinceNs == 0)
                .map(Loss::region)
                .distinct()
                .count();
    }

    /** Whether the key was changed in ways that its entries do not tell. */
    boolean mixed(String key) {
        return "mixed".equals(uses.get(key)) || lawless;
    }

    /** The key is used in this way; all its writes must be for its entries to say what is to be there. */
    void use(String key, String how) {
        uses.merge(key, how, (before, now) -> before.equals(now) ? now : "mixed");
    }

    /** Any key may have been changed. */
    void anything() {
        lawless = true;
    }

    Map<String, List<Entry>> adds() {
        return adds;
    }

    Map<String, List<Entry>> increments() {
        return increments;
    }

    Map<String, List<Entry>> deletes() {
        return deletes;
    }

    long acknowledged() {
        return all.stream().filter(e -> e.acknowledged).count();
    }
}
