package dev.meridian.kernel.primary;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a configuration must be, and what may follow what: the rules that nobody overrides. */
final class ControlChecks {
    /** Why not, and what to do instead. */
    record Objection(String rule, String reason, String mend) {}

    private ControlChecks() {}

    /** Null where {@code next} may follow {@code current}. */
    static @Nullable Objection succession(Configuration current, Configuration next) {
        if (!next.group().equals(current.group())) {
            return new Objection(
                    "group",
                    "a configuration of " + next.group() + " cannot follow one of " + current.group(),
                    ASK_AGAIN);
        }
        if (next.epoch() != current.epoch() + 1) {
            return new Objection(
                    "epoch", "epoch " + next.epoch() + " does not follow epoch " + current.epoch(), ASK_AGAIN);
        }
        Objection itself = itself(next);
        if (itself != null) {
            return itself;
        }
        long joining = next.members().stream().filter(not(current.members())).count();
        long leaving = current.members().stream().filter(not(next.members())).count();
        if (joining + leaving > 1) {
            return new Objection(
                    "one_member_at_a_time",
                    "members " + current.members() + " cannot become " + next.members()
                            + " at once: a majority of the one might not meet a majority of the other",
                    "add one region or remove one, then the next");
        }
        return null;
    }

    private static final String ASK_AGAIN = "look at the configuration that stands, then ask again";

    private static Predicate<String> not(List<String> regions) {
        return region -> !regions.contains(region);
    }

    private static @Nullable Objection itself(Configuration c) {
        if (c.members().isEmpty()
                || new LinkedHashSet<>(c.members()).size() < c.members().size()) {
            return new Objection("members", "members " + c.members() + ": none, or one twice", "name each region once");
        }
        if (c.live().isEmpty()
                || !c.members().containsAll(c.live())
                || new LinkedHashSet<>(c.live()).size() < c.live().size()) {
            return new Objection(
                    "live",
                    "live members " + c.live() + " are not some of the members " + c.members(),
                    "name members only, each once, one at least");
        }
        if (c.primary() != null && !c.live().contains(c.primary())) {
            return new Objection(
                    "primary",
                    "primary " + c.primary() + " is not one of the live members " + c.live(),
                    "let it catch up and make it live first");
        }
        for (int i = 0; i < c.start().size(); i++) {
            boolean after = i == 0
                    || Long.compareUnsigned(
                                    c.start().get(i - 1).origin(),
                                    c.start().get(i).origin())
                            < 0;
            if (!after || c.start().get(i).seq() < 0) {
                return new Objection(
                        "start", "the start names an origin twice, out of order, or with a number below 0", ASK_AGAIN);
            }
        }
        return null;
    }

    /** The rules of {@link ControlRules} that these regions break by being off. */
    static List<Objection> off(List<String> regions, Predicate<String> isOff, ControlRules rules) {
        List<Objection> broken = new ArrayList<>();
        List<String> on = regions.stream().filter(isOff.negate()).toList();
        int least = Math.max(1, rules.regionsOn());
        if (on.size() < least) {
            broken.add(new Objection(
                    ControlRules.REGIONS_ON,
                    "only " + on + " would be left on, of which there must be at least " + least,
                    "bring another region back first"));
        }
        for (ControlRules.Pair pair : rules.neverBoth()) {
            if (isOff.test(pair.a()) && isOff.test(pair.b())) {
                broken.add(new Objection(
                        ControlRules.NEVER_BOTH,
                        pair.a() + " and " + pair.b() + " may not both be off",
                        "bring one of them back first"));
            }
        }
        return broken;
    }
}
