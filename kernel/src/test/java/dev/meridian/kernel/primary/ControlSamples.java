package dev.meridian.kernel.primary;

import dev.meridian.kernel.data.Gen;
import dev.meridian.kernel.primary.Configuration.Position;
import java.util.ArrayList;
import java.util.List;

/** Entries as a seed draws them: most follow what stands, some do not. */
final class ControlSamples {
    private static final List<String> REGIONS = List.of("a", "b", "c", "d", "e");
    private static final long CLUSTER = 7;

    private ControlSamples() {}

    static ControlEntry entry(Gen gen, ControlState state) {
        ControlEntry entry = ControlEntry.of(
                "op" + gen.below(200),
                gen.of("ada", "a", "b"),
                "why not",
                state.cluster() == 0 && gen.chance(80) ? file(gen, 1) : change(gen, state));
        if (gen.chance(10)) {
            entry = entry.overriding(gen.of(ControlRules.REGIONS_ON, ControlRules.NEVER_BOTH, ControlRules.REGION_OFF));
        }
        return entry.asked(gen.below(1 << 30), gen.chance(95) ? CLUSTER : gen.below(9));
    }

    private static ControlEntry.Change change(Gen gen, ControlState state) {
        String region = gen.chance(95) ? gen.of(REGIONS) : "x";
        return switch (gen.below(12)) {
            case 0 -> new ControlEntry.Drain(region);
            case 1 -> new ControlEntry.Undrain(region);
            case 2 -> new ControlEntry.Isolate(region);
            case 3 -> new ControlEntry.Readmit(region);
            case 4 -> new ControlEntry.AutomaticFailover(gen.chance(70));
            case 5 -> file(gen, state.file() == null ? 1 : state.file().version() + gen.below(2));
            default -> configure(gen, state);
        };
    }

    private static ControlEntry.Change file(Gen gen, long version) {
        return new ControlEntry.AdoptFile(
                version,
                gen.below(3),
                REGIONS,
                gen.chance(90) ? REGIONS.subList(0, 3) : List.of(),
                new ControlRules(gen.below(3), gen.chance(30) ? List.of(new ControlRules.Pair("a", "b")) : List.of()));
    }

    private static ControlEntry.Change configure(Gen gen, ControlState state) {
        Configuration current = state.configuration("g");
        if (current == null || gen.chance(5)) {
            current = new Configuration("g", 1, "a", 0, List.of("a", "b", "c"), List.of("a", "b", "c"), List.of());
        }
        List<String> members = new ArrayList<>(current.members());
        for (int n = gen.chance(90) ? gen.below(2) : 2; n > 0; n--) {
            String region = gen.of(REGIONS);
            if (!members.remove(region)) {
                members.add(region);
            }
        }
        List<String> live = members.stream().filter(member -> gen.chance(80)).toList();
        List<Position> start = new ArrayList<>();
        for (int origin = 1; origin < gen.below(5); origin++) {
            start.add(new Position(gen.chance(95) ? origin : 1, 1 + gen.below(1_000)));
        }
        Configuration next = new Configuration(
                "g",
                current.epoch() + (gen.chance(95) ? 1 : 2),
                live.isEmpty() || gen.chance(20) ? null : gen.of(live),
                gen.below(1 << 20),
                members,
                live,
                start);
        return new ControlEntry.Configure(current, next, gen.chance(30));
    }
}
