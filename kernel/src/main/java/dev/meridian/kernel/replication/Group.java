package dev.meridian.kernel.replication;

import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one replication group: what it has applied, what it has numbered, and per origin what
 * the origin had seen at its last mutation (mutations carry only the difference). Not thread-safe.
 */
public final class Group {
    private final int index;
    private final GroupPolicy policy;
    private final int wireId;
    private final boolean held;
    private final boolean kept;
    private final String region;
    private final VersionVector applied = new VersionVector();
    private final VersionVector shown;
    private final VersionVector committed = new VersionVector();
    private final VersionVector ahead = new VersionVector();
    private final Uncommitted uncommitted = new Uncommitted();
    private final VersionVector durable = new VersionVector();
    private final List<VersionVector> seen = new ArrayList<>();

    /** Where the writes come from that are made here; counted where the primary follows them. */
    public WriteSources sources() {
        return sources;
    }

    /** The origin under which this node numbers its writes of the group; -1 before its run has begun. */
    private int self = -1;

    private final WriteSources sources = new WriteSources();
    private @Nullable String primary;
    private @Nullable String pause;
    private long pauseWaitMs;
    private long sealed;
    private long epoch = 1;
    private long actedNs = Long.MAX_VALUE;

    /** What others made has become durable here, and they wait for that. */
    private boolean confirms;

    /** Mutations that met a concurrent one and dropped a value of it or of theirs. */
    long dropped;

    /** Mutations applied that came from other origins. */
    long remote;

    /** Mutations applied here that a lost primary may have acknowledged and that no configuration contains. */
    private long late;

    /** Mutations that no configuration contains and that nobody was told of as done: they take no effect. */
    private long cut;

    private @Nullable SortedMap<Long, Long> start;
    private boolean takingOut;
    private long takenOut;
    private boolean settling;
    private boolean leads;
    private boolean unproven;
    private long readUntilNs;
    private boolean incomplete;
    private boolean resting;
    private long rowsCame;
    private boolean blank;

    public Group(int index, GroupPolicy policy, String self) {
        this.index = index;
        this.policy = policy;
        this.wireId = policy.wireId();
        this.held = policy.members().contains(self);
        this.kept = policy.keeps(self);
        this.region = self;
        this.primary = policy.primary();
        this.shown = defers() ? new VersionVector() : applied;
    }

    public int index() {
        return index;
    }

    public GroupPolicy policy() {
        return policy;
    }

    public int wireId() {
        return wireId;
    }

    /** The origin under which this node numbers its writes of the group; -1 before its run has begun. */
    public int self() {
        return self;
    }

    public void self(int origin) {
        self = origin;
    }

    /** Whether this region keeps the group's log; with the rows, unless it is a witness. */
    public boolean kept() {
        return kept;
    }

    /** Whether this region keeps the log without the rows, as a witness does: it can give back what it has, and serves nobody. */
    public boolean logOnly() {
        return !held && kept;
    }

    /** Whether what {@link #applied} says is in this node's own log or rows. */
    public boolean isInLog() {
        return kept && !incomplete && !resting;
    }

    /** The region that orders the group's writes by the configuration in force here; null where several may write. */
    public @Nullable String primary() {
        return primary;
    }

    public void primary(@Nullable String region) {
        primary = region;
    }

    /** Whether the region takes the group's writes, when nothing keeps it from that. */
    public boolean isWriter(String other) {
        return policy.primary() == null ? policy.writers().contains(other) : other.equals(primary);
    }

    /** Whether this region takes the group's writes, when nothing keeps it from that. */
    public boolean isWriter() {
        return isWriter(region);
    }

    /** What keeps this region from taking writes at the moment although it is a writer; null when nothing does. */
    public @Nullable String pause() {
        return pause;
    }

    /** How long a write may wait for the end of the pause before it is refused, in ms. */
    public long pauseWaitMs() {
        return pauseWaitMs;
    }

    public void pause(@Nullable String why, long waitMs) {
        pause = why;
        pauseWaitMs = waitMs;
    }

    /**
     * When, by this node's monotonic clock, the primary last was sure to be the only one; 0 never, {@link Long#MAX_VALUE} where it
     * needs no lease. What is here is no fresher than that: another may have taken writes since.
     */
    public long actedNs() {
        return actedNs;
    }

    public void actedNs(long atNs) {
        actedNs = atNs;
    }

    /** The highest epoch that this node has promised: it accepts nothing of an earlier one. */
    public long sealed() {
        return sealed;
    }

    public void sealed(long epoch) {
        sealed = Math.max(sealed, epoch);
    }

    /** The region of this node. */
    public String region() {
        return region;
    }

    /** Whether others are to be told soon that what they wrote is durable here. */
    public boolean confirms() {
        return confirms;
    }

    public void confirms(boolean confirms) {
        this.confirms = confirms;
    }

    /** Whether this region keeps the group's rows. */
    public boolean held() {
        return held;
    }

    /** What this node has applied; where it {@link #defers}, what it has in its log. To be changed only by applying. */
    public VersionVector applied() {
        return applied;
    }

    /** Whether mutations of the primary take effect here only once they are committed: until then they are in the log alone. */
    public boolean defers() {
        return policy.ackRule().isAppliedOnCommit();
    }

    /** What the rows here contain: all of {@link #applied}, less what waits for its commit. */
    public VersionVector shown() {
        return shown;
    }

    /** What is in the log here and waits for its commit. */
    Uncommitted uncommitted() {
        return uncommitted;
    }

    /** Whether a mutation of the key is in the log here whose commit is not known. */
    public boolean isUncommitted(byte[] buffer, int offset, int length) {
        return uncommitted.touches(buffer, offset, length);
    }

    /** What whoever is told something of the group here has seen. */
    public VersionVector told() {
        return leads ? committed : shown;
    }

    /** Where the group {@link #defers}: what this node knows to be committed. It never goes back. */
    public VersionVector committed() {
        return committed;
    }

    /** Whether this node is the primary under a configuration that this run of it took over by: its rows are ahead of commits. */
    public boolean leads() {
        return leads;
    }

    public void leads(boolean leads) {
        this.leads = leads;
    }

    /**
     * Whether this node found nothing of the group on its disk and cannot tell yet what it once had: nothing that it says may count for a
     * commit, a lease or a successor.
     */
    public boolean unproven() {
        return unproven;
    }

    public void unproven(boolean unproven) {
        this.unproven = unproven;
    }

    /** Until when, by this node's monotonic clock, no write is committed that is not in the log here; 0 when that is not known. */
    public long readUntilNs() {
        return readUntilNs;
    }

    public void readUntilNs(long untilNs) {
        readUntilNs = untilNs;
    }

    /** Of what this node has applied, what a loss of power cannot take from it. Behind {@link #applied} by as much as is not synced. */
    public VersionVector durable() {
        return durable;
    }

    /** Where the group {@link #leavesOut} or {@link #defers}: what rows here that came from another region may contain beyond {@link #shown}. */
    public VersionVector ahead() {
        return ahead;
    }

    /** Whether what no configuration contains is in no row of any member: at the region that wrote it it waits for a person. */
    public boolean leavesOut() {
        return policy.primary() != null
                && policy.failover().lateWrites() == FailoverPolicy.LateWrites.REVIEW
                && !policy.ackRule().isAppliedOnCommit();
    }

    /** The epoch of the configuration in force here. */
    public long epoch() {
        return epoch;
    }

    public void epoch(long number) {
        epoch = number;
    }

    /** Whether late writes are being copied out of the log here: until that is done the rows that contain them are not given up. */
    public boolean takingOut() {
        return takingOut;
    }

    void takingOut(boolean takingOut) {
        takenOut += takingOut && !this.takingOut ? 1 : 0;
        this.takingOut = takingOut;
        incomplete |= takingOut && held;
    }

    /** How often late writes were taken out of the rows here: who read or wrote them before may miss something. */
    public long takenOut() {
        return takenOut;
    }

    /** Whether this node has promised itself to a later epoch, or proposed where the history goes on: it takes nothing more meanwhile. */
    public boolean settling() {
        return settling;
    }

    public void settling(boolean settling) {
        this.settling = settling;
    }

    /** A vector less what the configuration in force leaves out. */
    public VersionVector inHistory(VersionVector all, Origins origins) {
        VersionVector last = all.copy();
        for (int o = 0; leavesOut() && o < last.width(); o++) {
            last.set(o, lastInHistory(origins, o, all.get(o)));
        }
        return last;
    }

    /** Origins of which the configuration in force contains nothing although it names them. */
    public List<Long> leftOutWhole() {
        List<Long> whole = new ArrayList<>();
        if (start != null && leavesOut()) {
            start.forEach((origin, seq) -> {
                if (seq == 0) {
                    whole.add(origin);
                }
            });
        }
        return whole;
    }

    /** Whether the configuration in force certainly leaves out the mutation; one of another region's may be of a later one. */
    public boolean isLeftOut(Origins origins, int origin, long seq) {
        boolean isNamed = start != null && start.containsKey(origins.id(origin));
        return leavesOut()
                && seq > 0
                && (isNamed || origins.region(origin).equals(region))
                && isLate(origins.id(origin), seq, origins.region(origin));
    }

    /** Of so many of an origin, the last that the configuration in force does not leave out. */
    public long lastInHistory(Origins origins, int origin, long seq) {
        if (!isLate(origins.id(origin), seq, origins.region(origin))) {
            return seq;
        }
        Long named = start == null ? null : start.get(origins.id(origin));
        return named == null ? 0 : named;
    }

    /** What an origin had applied when it made its last mutation that was applied here. */
    public VersionVector seenBy(int origin) {
        while (seen.size() <= origin) {
            seen.add(new VersionVector());
        }
        return seen.get(origin);
    }

    /** Whether the rows here are only a part: a snapshot has begun and not ended. Nothing may be served from them. */
    public boolean incomplete() {
        return incomplete;
    }

    /**
     * Whether rows that came from another region are whole but not yet at rest: what is written on top of them could not
     * be recovered without them, so nothing may be.
     */
    public boolean resting() {
        return resting;
    }

    /** Rows of another region have come. */
    void rowsCame() {
        resting = true;
        rowsCame++;
    }

    /** How often rows of another region have come. */
    public long timesRowsCame() {
        return rowsCame;
    }

    /** What had come by then is at rest; rows that came since are not. */
    public void atRest(long timesRowsCame) {
        resting &= rowsCame != timesRowsCame;
    }

    /**
     * Whether this node began with nothing of the group and does not have yet what the others had by then: a disk may have been
     * lost, and an empty answer would be a lie.
     */
    public boolean blank() {
        return blank;
    }

    public void blank(boolean blank) {
        this.blank = blank;
    }

    /** Whether the rows here are all there. */
    public boolean whole() {
        return held && !incomplete && !resting && !blank;
    }

    /** Whether clients may be served from the rows here: also, nothing is in them that may yet be cut out. */
    public boolean serving() {
        return whole() && (!defers() || leads || committed.covers(shown) && committed.covers(ahead));
    }

    public void incomplete(boolean incomplete) {
        this.incomplete = incomplete;
    }

    /** Whether the rows here contain what the history is without that goes on from this start. */
    public boolean holdsMoreThan(SortedMap<Long, Long> next, Origins origins) {
        SortedMap<Long, Long> before = start;
        for (int o = 0; o < origins.size(); o++) {
            Long last = next.get(origins.id(o));
            Long cap = before == null ? null : before.get(origins.id(o));
            long has = Math.max(shown.get(o), ahead.get(o));
            // What the last configuration left out already took no effect.
            if (last != null && (cap == null ? has : Math.min(has, cap)) > last) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where the group's history went on in the configuration in force, by origin's identity; null in the first. What an origin of it
     * made beyond that, or one of another region than the primary's, is late.
     */
    public void start(@Nullable SortedMap<Long, Long> start) {
        this.start = start;
    }

    /** Whether no configuration contains the mutation of an origin of this region. */
    boolean isLate(long origin, long seq, String madeIn) {
        SortedMap<Long, Long> known = start;
        if (known == null) {
            return false;
        }
        Long last = known.get(origin);
        // Where every reign is named once it is over, one that is not named may be of a configuration that is not known
        // here yet.
        return last != null ? seq > last : !defers() && !madeIn.equals(primary);
    }

    /** The group's history went on from here, by origin's identity; null in the first configuration. */
    public @Nullable SortedMap<Long, Long> start() {
        return start;
    }

    void tookCut() {
        cut++;
    }

    /** Mutations that were cut out here since the start of this run: nobody was told that they succeeded. */
    public long cut() {
        return cut;
    }

    void tookLate() {
        late++;
    }

    /** Late writes that were merged here since the start of this run. */
    public long late() {
        return late;
    }

    /** For whoever looks for a fault. */
    @Override
    public String toString() {
        return policy.id() + " epoch " + epoch + " sealed " + sealed + " applied " + applied + " shown " + shown
                + " durable " + durable
                + " committed " + committed + " ahead " + ahead + (leads ? " leads" : "")
                + (unproven ? " unproven" : "")
                + (incomplete ? " incomplete" : "") + (resting ? " resting" : "") + (blank ? " blank" : "") + " pause "
                + pause;
    }

    public long dropped() {
        return dropped;
    }

    public long remote() {
        return remote;
    }
}
