package dev.meridian.kernel.command;

import java.util.Arrays;

/** A member with a score, outside any sorted set; ordered as sorted sets are. */
@SuppressWarnings("ArrayRecordComponent")
record ScoredMember(byte[] id, double score) implements Comparable<ScoredMember> {
    @Override
    public int compareTo(ScoredMember that) {
        int byScore = Double.compare(score, that.score);
        return byScore != 0 ? byScore : Arrays.compareUnsigned(id, that.id);
    }
}
