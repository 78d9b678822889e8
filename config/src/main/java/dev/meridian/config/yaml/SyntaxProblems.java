package dev.meridian.config.yaml;

import dev.meridian.config.ErrorCodes;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Turns the YAML parser's words into ours: what the writer probably did, and the mend. */
final class SyntaxProblems {
    private SyntaxProblems() {}

    static void report(Problems problems, MarkedYamlEngineException e) {
        Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
        if (mark == null) {
            problems.error(ErrorCodes.SYNTAX, Span.FILE, "this is not YAML: " + e.getProblem(), null, null);
            return;
        }
        Span at = new Span(mark.getLine() + 1, mark.getColumn() + 1, 1);
        String line = problems.source().line(at.line());
        if (line.substring(0, Math.min(line.length(), at.column())).contains("\t")) {
            problems.error(
                    ErrorCodes.TAB,
                    new Span(at.line(), line.indexOf('\t') + 1, 1),
                    "a tab cannot indent YAML",
                    "a tab is here",
                    "use blanks, two a level");
            return;
        }
        String what = e.getProblem() == null ? "" : e.getProblem();
        String context = e.getContext() == null ? "" : e.getContext();
        @Nullable Mark from = e.getContextMark().orElse(null);
        Span begun = from == null ? at : new Span(from.getLine() + 1, from.getColumn() + 1, 1);
        String until =
                begun.line() == at.line() ? "begins here" : "begins here, and nothing ends it before line " + at.line();
        String since = begun.line() == at.line() ? "" : " (begun on line " + begun.line() + ")";
        if (what.contains("mapping values are not allowed")) {
            at(
                    problems,
                    at,
                    "a second `:` on this line, or wrong indentation",
                    "not expected here",
                    "put the key on its own line, or the value in quotes");
        } else if (context.contains("quoted scalar")) {
            at(problems, begun, "a quoted value does not end", until, "close the quote on the same line");
        } else if (context.contains("flow sequence")) {
            at(problems, begun, "a list in [ ] is not closed", until, "close it with ], with `,` between its items");
        } else if (context.contains("flow mapping")) {
            at(problems, begun, "a mapping in { } is not closed", until, "close it with }, with `,` between its keys");
        } else if (what.contains("stream end")) {
            at(problems, at, "the file ends inside a value", null, "close every [, { and quote");
        } else if (what.contains("could not find expected ':'")) {
            at(problems, at, "a key without `:`" + since, null, "write `key: value`, with a blank after the colon");
        } else if (what.contains("undefined alias")) {
            problems.error(ErrorCodes.ALIAS, at, what, null, "write the value out");
        } else if (context.contains("block mapping") || context.contains("block collection")) {
            at(
                    problems,
                    at,
                    "this line does not fit its neighbours" + since,
                    "wrong indentation, or a missing `:`",
                    "keys of one level begin in one column; lists begin with `- `");
        } else if (what.contains("cannot start any token")) {
            at(problems, at, "a value cannot begin with this character", null, "put the value in quotes");
        } else {
            at(problems, at, "this is not YAML: " + (what.isEmpty() ? context : what), null, null);
        }
    }

    private static void at(Problems problems, Span at, String message, @Nullable String note, @Nullable String help) {
        problems.error(ErrorCodes.SYNTAX, at, message, note, help);
    }
}
