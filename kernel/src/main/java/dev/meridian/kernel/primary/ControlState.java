package dev.meridian.kernel.primary;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.primary.ControlChecks.Objection;
import dev.meridian.kernel.primary.ControlEntry.AdoptFile;
import dev.meridian.kernel.primary.ControlEntry.AutomaticFailover;
import dev.meridian.kernel.primary.ControlEntry.Configure;
import dev.meridian.kernel.primary.ControlEntry.Drain;
import dev.meridian.kernel.primary.ControlEntry.Isolate;
import dev.meridian.kernel.primary.ControlEntry.Readmit;
import dev.meridian.kernel.primary.ControlEntry.Undrain;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The control group's state machine. Whoever applies the same entries in the same order holds the same state, byte for byte, and
 * gives the same outcomes. An entry changes everything that it asks for or nothing; bytes that are no entry change nothing. Not
 * thread-safe.
 */
public final class ControlState {
    private static final int VERSION = 1;
    private static final int OUTCOMES_MAX = 1_024;
    private static final int AUDIT_MAX = 512;
    private static final int GROUPS_MAX = 4_096;
    private static final String LOOK = "look at what stands, then ask again";

    /**
     * A line of the audit.
     *
     * @param what was asked
     * @param verdict accepted, or why not
     */
    public record Audit(
            long index, long atMs, String operation, String by, String reason, String what, String verdict) {}

    private long cluster;
    private long applied;
    private @Nullable AdoptFile file;
    private boolean automaticFailover = true;
    private final TreeMap<String, Configuration> configurations = new TreeMap<>();
    private final TreeSet<String> drained = new TreeSet<>();
    private final TreeSet<String> isolated = new TreeSet<>();
    private final LinkedHashMap<String, byte[]> outcomes = new LinkedHashMap<>();
    private final ArrayDeque<Audit> audit = new ArrayDeque<>();

    /** The identity of the control group; 0 until its first entry founds it. */
    public long cluster() {
        return cluster;
    }

    /** The index of the last entry that is part of this state. */
    public long applied() {
        return applied;
    }

    /** The file in force; null before the first. */
    public @Nullable AdoptFile file() {
        return file;
    }

    /** The master switch. */
    public boolean automaticFailover() {
        return automaticFailover;
    }

    /** What was decided for a group; null where nothing was, which leaves it with what the file says. */
    public @Nullable Configuration configuration(String group) {
        return configurations.get(group);
    }

    public Collection<Configuration> configurations() {
        return configurations.values();
    }

    public boolean isDrained(String region) {
        return drained.contains(region);
    }

    public boolean isIsolated(String region) {
        return isolated.contains(region);
    }

    /** What was asked and what became of it, the oldest that is remembered first. */
    public Collection<Audit> audit() {
        return audit;
    }

    /** Applies the entry at this index, which is higher than any before, and answers the bytes of its {@link ControlOutcome}. */
    public byte[] apply(long index, byte[] bytes) {
        if (index <= applied) {
            throw new IllegalArgumentException("entry " + index + " comes after entry " + applied);
        }
        applied = index;
        ControlEntry entry;
        try {
            entry = ControlCodec.read(bytes);
        } catch (MalformedBytesException e) {
            return ControlOutcome.write(refused(
                    new Objection("malformed", "no entry: " + e.getMessage(), "run the same version in every region")));
        }
        ControlOutcome foreign = foreign(entry);
        if (foreign != null) {
            return ControlOutcome.write(foreign);
        }
        byte[] known = outcomes.get(entry.operation());
        if (known != null) {
            return known.clone();
        }
        ControlOutcome outcome = decide(entry);
        byte[] written = ControlOutcome.write(outcome);
        outcomes.put(entry.operation(), written);
        if (outcomes.size() > OUTCOMES_MAX) {
            Iterator<String> oldest = outcomes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        record(entry, outcome);
        return written.clone();
    }

    private @Nullable ControlOutcome foreign(ControlEntry entry) {
        if (entry.cluster() == cluster) {
            return cluster != 0
                    ? null
                    : refused(
                            new Objection("cluster", "the control group has no identity yet", "adopt the file first"));
        }
        if (entry.change() instanceof AdoptFile founding && founding.version() == 1) {
            // Who lost the race to found it, and who founds it: both are told which identity it has.
            if (cluster == 0) {
                cluster = entry.cluster();
            }
            return null;
        }
        return refused(new Objection(
                "cluster",
                "the entry is of control group " + Long.toHexString(entry.cluster()) + ", this is "
                        + Long.toHexString(cluster),
                "two deployments were joined by mistake: correct the addresses; or the region missed a recovery of the control"
                        + " group: let it rejoin with an empty data directory"));
    }

    private ControlOutcome decide(ControlEntry entry) {
        return switch (entry.change()) {
            case Configure change -> configure(entry, change);
            case AdoptFile change -> adopt(entry, change);
            case Drain(String region) -> switchOff(entry, region, drained);
            case Isolate(String region) -> switchOff(entry, region, isolated);
            case Undrain(String region) -> switchOn(region, drained);
            case Readmit(String region) -> switchOn(region, isolated);
            case AutomaticFailover(boolean on) -> {
                automaticFailover = on;
                yield accepted(null);
            }
        };
    }

    private ControlOutcome configure(ControlEntry entry, Configure change) {
        Configuration stands = configurations.get(change.next().group());
        if (stands == null) {
            stands = change.current();
            if (stands.epoch() != 1) {
                return refused(new Objection(
                        "epoch",
                        "epoch " + stands.epoch() + " of " + stands.group() + " was never decided here",
                        "this control group lost its log: stop, and recover it"));
            }
        }
        if (change.current().epoch() < stands.epoch()) {
            return new ControlOutcome.Conflict(
                    cluster, stands.group() + " is at epoch " + stands.epoch() + " already", stands);
        }
        Objection objection = change.current().equals(stands)
                ? ControlChecks.succession(stands, change.next())
                : new Objection(
                        "epoch",
                        "epoch " + change.current().epoch() + " of " + stands.group() + " is not as it was decided",
                        "this control group or the region lost its log: stop, and recover it");
        objection = objection == null ? unknownRegion(change.next().members()) : objection;
        objection = objection == null ? unwanted(entry, change, stands) : objection;
        if (objection == null && configurations.size() >= GROUPS_MAX && !configurations.containsKey(stands.group())) {
            objection = new Objection("groups", "more than " + GROUPS_MAX + " groups", "let datasets share policies");
        }
        if (objection != null) {
            return refused(objection);
        }
        configurations.put(stands.group(), change.next());
        return accepted(change.next());
    }

    private @Nullable Objection unwanted(ControlEntry entry, Configure change, Configuration stands) {
        String primary = change.next().primary();
        if (primary == null || primary.equals(stands.primary())) {
            return null;
        }
        if (change.automatic() && !automaticFailover && !entry.overridden().contains(ControlRules.AUTOMATIC_FAILOVER)) {
            return new Objection(
                    ControlRules.AUTOMATIC_FAILOVER,
                    "automatic failover is switched off",
                    "switch it on, or fail over by hand");
        }
        if (isOff(primary) && !entry.overridden().contains(ControlRules.REGION_OFF)) {
            return new Objection(
                    ControlRules.REGION_OFF,
                    primary + " is drained or isolated",
                    "choose another, or bring it back first");
        }
        return null;
    }

    private ControlOutcome adopt(ControlEntry entry, AdoptFile next) {
        long version = file == null ? 0 : file.version();
        if (file != null && next.version() == version && next.equals(file)) {
            return accepted(null);
        }
        if (next.version() != version + 1) {
            return new ControlOutcome.Conflict(
                    cluster,
                    "version " + version + " of the file is in force: " + next.version() + " does not follow",
                    null);
        }
        Objection objection = next.keepers().isEmpty() || !next.regions().containsAll(next.keepers())
                ? new Objection("regions", "regions keep data that the file does not have, or none does", "name them")
                : broken(entry, ControlChecks.off(next.keepers(), this::isOff, next.rules()));
        if (objection != null) {
            return refused(objection);
        }
        file = next;
        return accepted(null);
    }

    private ControlOutcome switchOff(ControlEntry entry, String region, TreeSet<String> off) {
        Objection objection = unknownRegion(List.of(region));
        if (objection == null && file != null) {
            Predicate<String> after = other -> other.equals(region) || isOff(other);
            objection = broken(entry, ControlChecks.off(file.keepers(), after, file.rules()));
        }
        if (objection != null) {
            return refused(objection);
        }
        off.add(region);
        return accepted(null);
    }

    private ControlOutcome switchOn(String region, TreeSet<String> off) {
        off.remove(region);
        return accepted(null);
    }

    private static @Nullable Objection broken(ControlEntry entry, List<Objection> rules) {
        return rules.stream()
                .filter(rule -> !entry.overridden().contains(rule.rule()))
                .findFirst()
                .orElse(null);
    }

    private boolean isOff(String region) {
        return drained.contains(region) || isolated.contains(region);
    }

    private @Nullable Objection unknownRegion(List<String> regions) {
        List<String> known = file == null ? List.of() : file.regions();
        return regions.stream()
                .filter(region -> !known.contains(region))
                .findFirst()
                .map(region -> new Objection("regions", region + " is none of the regions " + known, LOOK))
                .orElse(null);
    }

    private ControlOutcome accepted(@Nullable Configuration configuration) {
        return new ControlOutcome.Accepted(cluster, applied, configuration);
    }

    private ControlOutcome refused(Objection why) {
        return new ControlOutcome.Refused(cluster, why.rule(), why.reason(), why.mend());
    }

    private void record(ControlEntry entry, ControlOutcome outcome) {
        String verdict = switch (outcome) {
            case ControlOutcome.Conflict conflict -> "conflict: " + conflict.reason();
            case ControlOutcome.Refused refused -> "refused by " + refused.rule() + ": " + refused.reason();
            default -> entry.overridden().isEmpty() ? "accepted" : "accepted, overriding " + entry.overridden();
        };
        audit.add(new Audit(
                applied, entry.atMs(), entry.operation(), entry.by(), entry.reason(), what(entry.change()), verdict));
        if (audit.size() > AUDIT_MAX) {
            audit.poll();
        }
    }

    private static String what(ControlEntry.Change change) {
        return switch (change) {
            case Configure(Configuration current, Configuration next, boolean automatic) ->
                (automatic ? "configure by itself " : "configure ") + next.group() + " epoch " + next.epoch()
                        + " primary " + next.primary() + " members " + next.members() + " live " + next.live();
            case Drain(String region) -> "drain " + region;
            case Undrain(String region) -> "undrain " + region;
            case Isolate(String region) -> "isolate " + region;
            case Readmit(String region) -> "readmit " + region;
            case AutomaticFailover(boolean on) -> "automatic failover " + (on ? "on" : "off");
            case AdoptFile adopted ->
                "file version " + adopted.version() + " " + Long.toHexString(adopted.fingerprint());
        };
    }

    // ---- snapshots ----

    /** All of it as bytes: the same for the same state. */
    public byte[] snapshot() {
        ByteWriter out = new ByteWriter(1_024);
        out.u8(VERSION);
        out.i64(cluster);
        out.varint(applied);
        out.u8(automaticFailover ? 1 : 0);
        out.u8(file == null ? 0 : 1);
        if (file != null) {
            ControlCodec.file(file, out);
        }
        out.varint(configurations.size());
        configurations.values().forEach(configuration -> ControlCodec.configuration(configuration, out));
        ControlCodec.list(List.copyOf(drained), region -> ControlCodec.text(region, out), out);
        ControlCodec.list(List.copyOf(isolated), region -> ControlCodec.text(region, out), out);
        out.varint(outcomes.size());
        for (Map.Entry<String, byte[]> outcome : outcomes.entrySet()) {
            out.text(outcome.getKey());
            out.bytes(outcome.getValue());
        }
        out.varint(audit.size());
        for (Audit line : audit) {
            out.i64(line.index());
            out.i64(line.atMs());
            for (String text : List.of(line.operation(), line.by(), line.reason(), line.what(), line.verdict())) {
                out.text(text);
            }
        }
        return out.toByteArray();
    }

    /** The state that {@link #snapshot} wrote. Throws {@link MalformedBytesException} for bytes that are none. */
    public static ControlState restore(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedBytesException(
                    "control state of version " + version + "; this program reads " + VERSION);
        }
        ControlState state = new ControlState();
        state.cluster = in.i64();
        state.applied = ControlCodec.number(in, Long.MAX_VALUE);
        state.automaticFailover = ControlCodec.flag(in);
        state.file = ControlCodec.flag(in) ? ControlCodec.file(in) : null;
        for (int n = in.count(); n > 0; n--) {
            Configuration configuration = ControlCodec.configuration(in);
            state.configurations.put(configuration.group(), configuration);
        }
        state.drained.addAll(ControlCodec.list(in, () -> ControlCodec.text(in)));
        state.isolated.addAll(ControlCodec.list(in, () -> ControlCodec.text(in)));
        for (int n = in.count(); n > 0; n--) {
            String operation = in.text();
            byte[] outcome = in.bytes();
            ControlOutcome.read(outcome);
            state.outcomes.put(operation, outcome);
        }
        for (int n = in.count(); n > 0; n--) {
            state.audit.add(new Audit(in.i64(), in.i64(), in.text(), in.text(), in.text(), in.text(), in.text()));
        }
        ControlCodec.end(in);
        return state;
    }
}
