package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import java.util.ArrayList;
import java.util.List;

/** The rules that no change may break, and whether the regions can keep them. */
final class SafetyDerivation {
    private static final String PREFIX = "safety.";

    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final Section section;

    SafetyDerivation(Problems problems, Recorder recorder, RegionDerivation regions, Section section) {
        this.problems = problems;
        this.recorder = recorder;
        this.regions = regions;
        this.section = section;
    }

    Safety derive() {
        boolean automatic = recorder.take(section, "automatic_failover", PREFIX, true, "default");
        long keepers = regions.all().stream().filter(Region::keepsData).count();
        long on = recorder.take(section, "regions_on", PREFIX, 1L, "default: the last one stays");
        Found<Long> given = section.find("regions_on");
        if (given != null && on > keepers && keepers > 0) {
            problems.error(
                    ErrorCodes.TOO_FEW_REGIONS,
                    given.span(),
                    "regions_on is " + on + ", and " + keepers + " regions keep data",
                    "it could never be kept",
                    "write `regions_on: " + Math.max(1, keepers - 1) + "`, or add regions");
        }
        List<List<String>> pairs = new ArrayList<>();
        for (Found<List<Found<String>>> pair : section.<List<Found<String>>>list("never_both_off")) {
            List<String> names =
                    regions.known(pair.value()).stream().map(Found::value).toList();
            if (names.size() == 2) {
                pairs.add(names);
            }
        }
        recorder.put(
                PREFIX + "never_both_off",
                pairs.isEmpty() ? null : Recorder.yaml(pairs),
                pairs.isEmpty() ? "default: none" : "given",
                pairs.isEmpty() ? null : section.keySpan("never_both_off"));
        return new Safety(automatic, (int) on, List.copyOf(pairs));
    }
}
