package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The emulated network's own words, one entry a direction. */
final class WanDerivation {
    private final Problems problems;
    private final Recorder recorder;
    private final RegionDerivation regions;
    private final List<WanLink> links = new ArrayList<>();
    private final Map<String, Span> seen = new LinkedHashMap<>();

    WanDerivation(Problems problems, Recorder recorder, RegionDerivation regions) {
        this.problems = problems;
        this.recorder = recorder;
        this.regions = regions;
    }

    List<WanLink> derive(List<Found<Section>> items) {
        items.forEach(item -> link(item.value()));
        return List.copyOf(links);
    }

    private void link(Section section) {
        Found<List<Found<String>>> between = section.find("between");
        Found<String> from = section.find("from");
        Found<String> to = section.find("to");
        boolean pair = section.mentions("between");
        boolean direction = section.mentions("from") || section.mentions("to");
        if (pair == direction || direction && section.mentions("from") != section.mentions("to")) {
            problems.error(
                    ErrorCodes.WAN_PAIR,
                    section.span(),
                    "a wan link needs either between, or both from and to",
                    null,
                    "write `between: [A, B]` for both directions, `from: A` and `to: B` for one");
            return;
        }
        if (between != null) {
            List<Found<String>> ends = regions.known(between.value());
            if (ends.size() == 2) {
                add(section, ends.getFirst(), ends.getLast());
                add(section, ends.getLast(), ends.getFirst());
            }
        } else if (from != null && to != null) {
            boolean known = regions.isRegion(from) & regions.isRegion(to);
            if (from.value().equals(to.value())) {
                problems.error(
                        ErrorCodes.WAN_PAIR,
                        to.span(),
                        "a wan link leads from " + from.value() + " to itself",
                        null,
                        "name another region");
            } else if (known) {
                add(section, from, to);
            }
        }
    }

    private void add(Section section, Found<String> from, Found<String> to) {
        Span earlier = seen.putIfAbsent(from.value() + ">" + to.value(), from.span());
        if (earlier != null) {
            problems.error(
                    ErrorCodes.WAN_PAIR,
                    from.span(),
                    "the link from " + from.value() + " to " + to.value() + " is given twice",
                    "first on line " + earlier.line(),
                    "keep one");
            return;
        }
        String path = "wan." + from.value() + ">" + to.value() + ".";
        recorder.given(path + "from", from);
        recorder.given(path + "to", to);
        Duration delay = recorder.takeOptional(section, "delay", path, "half the round trip");
        Duration jitter = recorder.takeOptional(section, "jitter", path, "default: none");
        Found<Double> loss = section.find("loss");
        if (loss != null) {
            recorder.given(path + "loss", loss, percent -> percent + "%");
        }
        Found<Long> rate = section.find("rate");
        if (rate != null) {
            recorder.given(path + "rate", rate, bytes -> Amounts.bytes(bytes) + "/s");
        }
        links.add(new WanLink(
                from.value(),
                to.value(),
                delay,
                jitter,
                loss == null ? null : loss.value(),
                rate == null ? null : rate.value()));
    }
}
