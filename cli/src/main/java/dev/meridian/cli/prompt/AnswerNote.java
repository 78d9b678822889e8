package dev.meridian.cli.prompt;

import dev.meridian.cli.Quantities;
import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a prompt says below an answer: which dataset it came from, at which read level, and how old it may be. */
public final class AnswerNote {
    private final Configuration configuration;
    private final String region;
    private @Nullable String level;

    public AnswerNote(Configuration configuration, String region) {
        this.configuration = configuration;
        this.region = region;
    }

    /** Follows the read level of the connection: a command that succeeded may have chosen another. */
    public void after(List<String> command) {
        boolean forTheConnection = command.size() == 2
                || command.size() == 3
                        && command.get(1).toLowerCase(Locale.ROOT).equals("bounded");
        if (command.getFirst().equalsIgnoreCase("MERIDIAN.READ") && forTheConnection) {
            level = command.get(1).equalsIgnoreCase("default")
                    ? null
                    : String.join(" ", command.subList(1, command.size()));
        }
    }

    /** The region, and the read level where the connection chose one. */
    public String prompt() {
        return level == null ? region + "> " : region + " (" + level + ")> ";
    }

    /**
     * What to say of an answer about a key.
     *
     * @param status of the region, as {@code MERIDIAN.STATUS} tells it
     */
    public String of(String key, JsonNode status) {
        Dataset dataset = configuration.datasetOfKey(key);
        String read = level == null ? dataset.consistency().text() : level;
        return dataset.name() + " · " + read + " · " + age(dataset, status);
    }

    private String age(Dataset dataset, JsonNode status) {
        if (!dataset.isPlacedIn(region)) {
            return "not kept in " + region + ": answered by another region";
        }
        for (JsonNode group : status.path("groups")) {
            for (JsonNode name : group.path("datasets")) {
                if (name.asString().equals(dataset.name())) {
                    return group.path("staleness_ms").isNumber()
                            ? "at most "
                                    + Quantities.span(group.path("staleness_ms").asDouble()) + " behind"
                            : "how far behind is not known";
                }
            }
        }
        return "how far behind is not known";
    }
}
