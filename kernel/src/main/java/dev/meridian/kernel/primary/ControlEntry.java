package dev.meridian.kernel.primary;

import java.util.ArrayList;
import java.util.List;

/**
 * What somebody asks the control group to decide: one change, decided whole or not at all, once however often it is proposed.
 *
 * @param operation names the operation: proposed again under the same name it has the outcome that it had
 * @param by who asks: a person, or the region whose node asks by itself
 * @param reason in the asker's words, for the audit
 * @param overridden the rules ({@link ControlRules}) that this entry may break, by name
 * @param atMs the asker's wall clock, for the audit
 * @param cluster of which control group the asker takes itself to be a part; entries of another are refused
 */
public record ControlEntry(
        String operation, String by, String reason, List<String> overridden, long atMs, long cluster, Change change) {

    /** What is to change. */
    public sealed interface Change {}

    /**
     * The next configuration of a group, if that group's configuration still is {@code current}.
     *
     * @param automatic nobody asked for it: the master switch can stop it
     */
    public record Configure(Configuration current, Configuration next, boolean automatic) implements Change {}

    /** The region is to serve nobody: its primaries are moved away. */
    public record Drain(String region) implements Change {}

    public record Undrain(String region) implements Change {}

    /** The region is cut off from the others on purpose. */
    public record Isolate(String region) implements Change {}

    public record Readmit(String region) implements Change {}

    /** The master switch: whether a lost primary is replaced by itself. */
    public record AutomaticFailover(boolean on) implements Change {}

    /**
     * The file of this version is in force: one more than the version before. Version 1 founds the control group, under the
     * cluster id that its entry carries.
     *
     * @param regions all of them, witnesses included
     * @param keepers those that keep data
     */
    public record AdoptFile(
            long version, long fingerprint, List<String> regions, List<String> keepers, ControlRules rules)
            implements Change {
        public AdoptFile {
            regions = List.copyOf(regions);
            keepers = List.copyOf(keepers);
        }
    }

    public ControlEntry {
        overridden = List.copyOf(overridden);
    }

    /** An entry as it is handed to {@link Control#propose}, which knows the time and the cluster. */
    public static ControlEntry of(String operation, String by, String reason, Change change) {
        return new ControlEntry(operation, by, reason, List.of(), 0, 0, change);
    }

    /** The same, allowed to break this rule. */
    public ControlEntry overriding(String rule) {
        List<String> rules = new ArrayList<>(overridden);
        rules.add(rule);
        return new ControlEntry(operation, by, reason, rules, atMs, cluster, change);
    }

    ControlEntry asked(long atMs, long cluster) {
        return new ControlEntry(operation, by, reason, overridden, atMs, cluster, change);
    }
}
