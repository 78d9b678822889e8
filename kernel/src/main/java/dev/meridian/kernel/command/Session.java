package dev.meridian.kernel.command;

import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The promises made to one client: what its reads must contain, and the read level it chose instead of the
 * datasets' own. Not thread-safe.
 */
public final class Session {
    private final List<@Nullable VersionVector> floors = new ArrayList<>();
    private Dataset.@Nullable ReadLevel level;
    private long boundMs;
    private Dataset.@Nullable ReadLevel onceLevel;
    private long onceBoundMs;

    /** Groups that the client has read or written here, by index. */
    long touched;

    /** The client's last write: its group, or -1, and its sequence number. */
    int lastGroup = -1;

    long lastSeq;

    /** Keys under WATCH. */
    final List<byte[]> watched = new ArrayList<>();

    /** What a read of the group must contain; null when nothing is asked. */
    public @Nullable VersionVector floor(int group) {
        return group < floors.size() ? floors.get(group) : null;
    }

    /** Adds to what reads of the group must contain. */
    public void raise(int group, VersionVector seen) {
        while (floors.size() <= group) {
            floors.add(null);
        }
        VersionVector floor = floors.get(group);
        if (floor == null) {
            floors.set(group, seen.copy());
        } else {
            floor.raiseAll(seen);
        }
        touched |= 1L << group;
    }

    /** As at the beginning of a connection. Watches are the transactions' own. */
    void reset() {
        floors.clear();
        level = null;
        onceLevel = null;
        touched = 0;
        lastGroup = -1;
        lastSeq = 0;
    }

    /** Takes over what another session promises, for a part of its work. */
    void adopt(Session other) {
        for (int g = 0; g < other.floors.size(); g++) {
            VersionVector floor = other.floors.get(g);
            if (floor != null) {
                raise(g, floor);
            }
        }
        level = other.level;
        boundMs = other.boundMs;
        onceLevel = other.onceLevel;
        onceBoundMs = other.onceBoundMs;
    }

    /** Chooses a level for all reads that follow; null returns to the datasets' own. */
    public void level(Dataset.@Nullable ReadLevel level, long boundMs) {
        this.level = level;
        this.boundMs = boundMs;
    }

    /** Chooses a level for the next command only. */
    public void levelOnce(Dataset.ReadLevel level, long boundMs) {
        onceLevel = level;
        onceBoundMs = boundMs;
    }

    void endOnce() {
        onceLevel = null;
    }

    Dataset.ReadLevel levelFor(Dataset dataset) {
        return onceLevel != null ? onceLevel : level != null ? level : dataset.readLevel();
    }

    long boundMsFor(Dataset dataset) {
        return onceLevel != null ? onceBoundMs : level != null ? boundMs : dataset.readBoundMs();
    }
}
