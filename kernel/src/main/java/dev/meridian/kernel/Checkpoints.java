package dev.meridian.kernel;

import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LateWrites;
import dev.meridian.kernel.replication.LogIndex;
import dev.meridian.kernel.replication.MutationLog;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Brings changed rows to rest, so that recovery needs the log only from there on: a cut through all rows, encoded over several turns, then
 * handed to the host. Not thread-safe.
 */
final class Checkpoints {
    private static final int ENCODED_PER_TURN = 2048;

    private final KernelOptions options;
    private final Keyspace keyspace;
    private final Group[] groups;
    private final MutationLog log;
    private final LogIndex index;
    private final LateWrites late;
    private final Hlc hlc;
    private final Control control;
    private final Effects effects;
    private final Map<Group, Long> cutResting = new LinkedHashMap<>();
    private long dueNs;
    private boolean isWanted;
    private boolean isUnderWay;
    private boolean isCutting;
    private long cutLsn;
    private byte[] cutMeta = {};

    Checkpoints(
            KernelOptions options,
            Keyspace keyspace,
            Group[] groups,
            MutationLog log,
            LogIndex index,
            LateWrites late,
            Hlc hlc,
            Control control,
            Effects effects) {
        this.options = options;
        this.keyspace = keyspace;
        this.groups = groups;
        this.log = log;
        this.index = index;
        this.late = late;
        this.hlc = hlc;
        this.control = control;
        this.effects = effects;
    }

    /** @param wanted whether one is to be made soon, however few rows have changed */
    void turnEnds(long nowNs, boolean wanted) {
        isWanted |= wanted;
        if (isUnderWay && !isCutting) {
            return;
        }
        if (!isCutting) {
            boolean isDue = nowNs >= dueNs && keyspace.dirty().size() > 0;
            if (!isDue && !isWanted && keyspace.dirty().size() < options.dirtyRowsMax()) {
                return;
            }
            cut();
        }
        keyspace.dirty().encode(ENCODED_PER_TURN);
        if (keyspace.dirty().encoded()) {
            isCutting = false;
            late.rows(keyspace.dirty().rows());
            hand();
        }
    }

    private void cut() {
        isWanted = false;
        keyspace.dirty().cut();
        cutLsn = log.end();
        for (Group group : groups) {
            // What is not in the rows yet is found in the log again.
            cutLsn = Math.min(cutLsn, index.firstAfter(group.index(), group.shown(), group.applied()));
        }
        cutMeta = CheckpointMeta.write(keyspace.origins(), hlc, groups, control);
        for (Group group : groups) {
            if (group.resting()) {
                cutResting.put(group, group.timesRowsCame());
            }
        }
        isCutting = true;
        isUnderWay = true;
    }

    private void hand() {
        effects.checkpoint(
                keyspace.dirty().rows().array(),
                keyspace.dirty().rows().size(),
                cutMeta,
                cutLsn,
                !cutResting.isEmpty());
    }

    /** The host has applied what it was handed; {@code false}: it could not, and is to try again. */
    void done(boolean applied, long nowNs) {
        if (applied) {
            isUnderWay = false;
            cutResting.forEach(Group::atRest);
            cutResting.clear();
            dueNs = nowNs + options.checkpointIntervalMs() * 1_000_000;
        } else {
            hand();
        }
    }
}
