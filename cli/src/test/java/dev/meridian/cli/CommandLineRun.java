package dev.meridian.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One command line run through the real entry point, and what came of it. */
public record CommandLineRun(int exitCode, String out, String err) {

    public static CommandLineRun in(Path directory, String... arguments) {
        return withInput(directory, "", Map.of(), arguments);
    }

    public static CommandLineRun withInput(
            Path directory, String input, Map<String, String> environment, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                environment,
                false,
                directory);
        int exitCode = Meridian.run(terminal, arguments);
        return new CommandLineRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The one JSON value on standard output. */
    public JsonNode json() {
        return Json.read(out);
    }
}
