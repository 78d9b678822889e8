package dev.meridian.cli;

import dev.meridian.cli.operator.Fleet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command of an operator takes: which nodes, consent, and a name under which it takes effect once. */
final class OperatorOptions {
    @Mixin
    private NodesOption nodes = new NodesOption();

    @Option(names = "--yes", description = "Go on without asking.")
    private boolean yes;

    @Option(
            names = "--operation",
            paramLabel = "ID",
            description = "Its name; under the same name it takes effect once (default: a new one).")
    private @Nullable String operation;

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the audit.")
    private String reason = "";

    Fleet fleet(Meridian meridian) {
        Map<String, String> urls = nodes.urls(meridian);
        var statuses = nodes.ask(meridian, urls);
        nodes.wantAnswer(urls, statuses);
        return Fleet.of(urls, statuses, nodes.password());
    }

    String operation() {
        String named = operation;
        if (named == null) {
            named = "op-" + UUID.randomUUID().toString().substring(0, 13);
            operation = named;
        }
        if (!named.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw Trouble.USAGE.because(
                    "--operation `" + named + "` cannot name one",
                    "letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 63");
        }
        return named;
    }

    /** What goes with each request. */
    Map<String, String> query(String name) {
        var query = new LinkedHashMap<String, String>();
        query.put("operation", name);
        query.put("by", System.getProperty("user.name", "somebody").toLowerCase(Locale.ROOT));
        if (!reason.isEmpty()) {
            query.put("reason", reason);
        }
        return query;
    }

    /** Shows the plan, and goes on only with consent. */
    void consent(Meridian meridian, List<String> plan) {
        Terminal terminal = meridian.terminal();
        if (yes) {
            plan.forEach(meridian::say);
            return;
        }
        plan.forEach(terminal.err()::println);
        if (!terminal.interactive()) {
            throw Trouble.CONSENT_WANTED.because(
                    "nobody is there to agree to this plan",
                    "nothing was changed; with --yes it goes on without asking");
        }
        terminal.err().print("  Go on? [y/N] ");
        terminal.err().flush();
        String answer;
        try {
            answer = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            answer = null;
        }
        if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw Trouble.CONSENT_WANTED.because("you did not agree to the plan", "nothing was changed");
        }
    }
}
