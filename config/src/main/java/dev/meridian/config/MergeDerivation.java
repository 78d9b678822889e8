package dev.meridian.config;

import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** What becomes of concurrent writes to a dataset. */
final class MergeDerivation {
    private static final int EXCERPT = 20;

    private final DatasetWords words;
    private final Problems problems;
    private final Recorder recorder;
    private final String name;
    private final String path;
    private final Section own;

    MergeDerivation(DatasetWords words) {
        this.words = words;
        this.problems = words.problems();
        this.recorder = words.recorder();
        this.name = words.name();
        this.path = words.path();
        this.own = words.own();
    }

    ConflictResolution resolution() {
        ConflictResolution resolution = words.inherit("conflict_resolution", ConflictResolution.LAST_WRITE_WINS);
        counters(resolution);
        return resolution;
    }

    /** What becomes of counters follows from the resolution; saying otherwise is a contradiction. */
    private void counters(ConflictResolution resolution) {
        boolean siblings = resolution == ConflictResolution.CUSTOM || resolution == ConflictResolution.MANUAL;
        Counters counters = siblings ? Counters.SIBLINGS : Counters.CRDT;
        Chosen<Counters> chosen = words.chooseOptional("counters");
        Chosen.Whence said = words.choose("conflict_resolution", resolution).whence();
        boolean bound = chosen != null && (chosen.own() || said != Chosen.Whence.OWN);
        if (chosen != null && bound && chosen.value() != counters) {
            problems.error(
                    ErrorCodes.COUNTERS_CONTRADICTION,
                    chosen.span(),
                    "counters: " + chosen.value().word() + " contradicts conflict_resolution: " + resolution.word(),
                    siblings
                            ? "with " + resolution.word() + " concurrent values stand side by side"
                            : "with " + resolution.word() + " additions are summed",
                    "remove `counters`, or put the counters in a dataset of their own");
        }
        if (chosen != null && chosen.value() == counters) {
            words.record("counters", counters, chosen);
        } else {
            recorder.derived(path + "counters", counters, "follows conflict_resolution");
        }
    }

    @Nullable
    String resolver(ConflictResolution resolution) {
        Chosen<String> chosen = words.chooseOptional("resolver");
        if (resolution != ConflictResolution.CUSTOM) {
            if (chosen != null && chosen.own()) {
                problems.error(
                        ErrorCodes.RESOLVER_CONTRADICTION,
                        chosen.span(),
                        name + " has a resolver, and conflict_resolution: " + resolution.word() + " uses none",
                        null,
                        "write `conflict_resolution: custom`, or remove the resolver");
            }
            recorder.none(path + "resolver", "not used: conflict_resolution " + resolution.word());
            return null;
        }
        if (chosen == null) {
            if (!own.mentions("resolver") && !words.file().mentions("resolver")) {
                Span span = words.choose("conflict_resolution", resolution).span();
                problems.error(
                        ErrorCodes.RESOLVER_CONTRADICTION,
                        span,
                        "conflict_resolution: custom needs a resolver",
                        null,
                        "add `resolver:` with an expression over the siblings");
            }
            recorder.none(path + "resolver", "missing");
            return null;
        }
        compiles(chosen);
        return words.record("resolver", chosen.value(), chosen);
    }

    private void compiles(Chosen<String> resolver) {
        for (ResolverCheck check : ServiceLoader.load(ResolverCheck.class)) {
            ResolverCheck.Fault fault = check.fault(resolver.value());
            if (fault != null) {
                String from = resolver.value()
                        .substring(Math.min(fault.at(), resolver.value().length()));
                problems.error(
                        ErrorCodes.RESOLVER_FAULT,
                        resolver.span(),
                        "the resolver of " + name + " is no rule: " + fault.message(),
                        from.isBlank()
                                ? "at its end"
                                : "at character " + (fault.at() + 1) + ", from `" + excerpt(from) + "` on",
                        "mend the expression; docs/configuration.md says what a rule sees and what it may give");
                return;
            }
        }
    }

    private static String excerpt(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > EXCERPT ? line.substring(0, EXCERPT) + "..." : line;
    }

    ConditionalWrites conditionalWrites(boolean hasPrimary) {
        Chosen<ConditionalWrites> chosen = words.choose("conditional_writes", ConditionalWrites.REFUSE);
        if (hasPrimary) {
            if (chosen.own() && chosen.value() == ConditionalWrites.LOCAL) {
                problems.warning(
                        ErrorCodes.NO_EFFECT,
                        chosen.span(),
                        "conditional_writes has no effect on " + name,
                        "it has a primary, so they hold everywhere",
                        "remove the line");
            }
            recorder.none(path + "conditional_writes", "not used: with a primary they hold everywhere");
            return chosen.value();
        }
        return words.record("conditional_writes", chosen.value(), chosen);
    }
}
