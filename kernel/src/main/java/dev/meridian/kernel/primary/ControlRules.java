package dev.meridian.kernel.primary;

import java.util.List;

/**
 * What no decision may break unless it names the rule. They are adopted with the file, so that every region judges by the same ones.
 *
 * @param regionsOn how many regions that keep data are neither drained nor isolated, at least
 * @param neverBoth pairs of regions of which at most one may be off
 */
public record ControlRules(int regionsOn, List<Pair> neverBoth) {
    /** {@link #regionsOn} by its name. */
    public static final String REGIONS_ON = "regions_on";
    /** {@link #neverBoth} by its name. */
    public static final String NEVER_BOTH = "never_both_off";
    /** While the master switch is off nothing replaces a primary but a person. */
    public static final String AUTOMATIC_FAILOVER = "automatic_failover";
    /** A region that is off does not become primary. */
    public static final String REGION_OFF = "region_off";

    /** One region stays on, and that is all. */
    public static final ControlRules LEAST = new ControlRules(1, List.of());

    /** Two regions that may not both be off. */
    public record Pair(String a, String b) {}

    public ControlRules {
        neverBoth = List.copyOf(neverBoth);
    }
}
