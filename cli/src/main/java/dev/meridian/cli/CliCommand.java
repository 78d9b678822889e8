package dev.meridian.cli;

import dev.meridian.cli.prompt.AnswerNote;
import dev.meridian.cli.prompt.LineEditor;
import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.resp.Words;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cli",
        header = "Talk to a region in the Redis protocol.",
        description = "With a command: runs it and prints the reply. Without: a prompt, or the lines of standard input."
                + " A password is read from MERIDIAN_PASSWORD or --password-file.")
final class CliCommand implements Callable<Integer> {
    private static final int TIMEOUT_MS = 30_000;

    private final Meridian meridian;

    CliCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private @Nullable Path passwordFile;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region to talk to.")
    private String region = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "A Redis command and its arguments.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        UpState state = running.state(meridian);
        Names.known(state.regionNames(), region);
        if (!command.isEmpty() && command.getFirst().equalsIgnoreCase("auth")) {
            meridian.warn("a password on the command line can be read by every user of this machine;"
                    + " use MERIDIAN_PASSWORD or --password-file");
        }
        try (var connection = connect(state)) {
            if (!command.isEmpty()) {
                return once(connection);
            }
            return meridian.terminal().interactive() ? converse(connection, state) : playLines(connection);
        } catch (IOException e) {
            throw Trouble.REGION_IS_DOWN.because(
                    region + " does not answer: " + e.getMessage(),
                    "`meridian status` shows which regions serve, `meridian start " + region + "` starts it again");
        }
    }

    private int once(RedisConnection connection) throws IOException {
        Reply reply = connection.call(command);
        meridian.answer(() -> printed(reply), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.cli/1");
            json.put("region", region);
            json.put("reply", reply.toJson());
            return json;
        });
        return reply instanceof Reply.Error ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** The lines of standard input, each a command, until one is `exit`. */
    private int playLines(RedisConnection connection) throws IOException {
        Terminal terminal = meridian.terminal();
        var lines = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
        int exitCode = ExitCode.DONE;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words = words(line);
            if (isEnd(words)) {
                break;
            }
            if (words == null) {
                exitCode = ExitCode.FAILED;
            } else if (!words.isEmpty()) {
                Reply reply = connection.call(words);
                printed(reply).forEach(terminal.out()::println);
                if (reply instanceof Reply.Error) {
                    exitCode = ExitCode.FAILED;
                }
            }
        }
        return exitCode;
    }

    private int converse(RedisConnection connection, UpState state) throws IOException {
        Terminal terminal = meridian.terminal();
        Path file = state.directory().resolve("running.yaml");
        if (!(ConfigurationFile.load(file) instanceof LoadResult.Loaded loaded)) {
            throw Trouble.FILE_UNREADABLE.because(file + ", which the regions run with, cannot be read any more");
        }
        var note = new AnswerNote(loaded.configuration(), region);
        try (var beside = connect(state);
                var editor = LineEditor.ofProcess(names(connection))) {
            for (String line = editor.read(note.prompt()); line != null; line = editor.read(note.prompt())) {
                List<String> words = words(line);
                if (isEnd(words)) {
                    break;
                }
                if (words != null && !words.isEmpty()) {
                    Reply reply = connection.call(words);
                    printed(reply).forEach(terminal.out()::println);
                    if (!(reply instanceof Reply.Error)) {
                        note.after(words);
                        key(beside, words).ifPresent(key -> tell(beside, note, key));
                    }
                }
            }
        }
        return ExitCode.DONE;
    }

    /** Where the answer came from, beside the connection itself, which may be inside a MULTI. */
    private void tell(RedisConnection beside, AnswerNote note, String key) {
        try {
            if (beside.call(List.of("MERIDIAN.STATUS")) instanceof Reply.Bulk status) {
                meridian.say(meridian.terminal().faint("  " + note.of(key, Json.read(status.text()))));
            }
        } catch (IOException e) {
            meridian.warn("how old this is cannot be told: " + e.getMessage());
        }
    }

    private static Optional<String> key(RedisConnection beside, List<String> words) throws IOException {
        var question = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
        question.addAll(words);
        return beside.call(question) instanceof Reply.Items keys
                        && !keys.items().isEmpty()
                        && keys.items().getFirst() instanceof Reply.Bulk key
                ? Optional.of(key.text())
                : Optional.empty();
    }

    private static List<String> names(RedisConnection connection) throws IOException {
        var names = new ArrayList<String>();
        if (connection.call(List.of("COMMAND", "LIST")) instanceof Reply.Items list) {
            for (Reply name : list.items()) {
                if (name instanceof Reply.Bulk bulk) {
                    names.add(bulk.text().toUpperCase(Locale.ROOT));
                }
            }
        }
        return names;
    }

    /** The words of a line; null where it cannot be split, which is said. */
    private @Nullable List<String> words(String line) {
        try {
            return Words.of(line);
        } catch (IllegalArgumentException e) {
            meridian.terminal().err().println("(not sent) " + e.getMessage());
            return null;
        }
    }

    private static boolean isEnd(@Nullable List<String> words) {
        return words != null
                && !words.isEmpty()
                && (words.getFirst().equalsIgnoreCase("exit")
                        || words.getFirst().equalsIgnoreCase("quit"));
    }

    /** To a program a bare value is worth more than one dressed up. */
    private List<String> printed(Reply reply) {
        if (!meridian.terminal().interactive() && reply instanceof Reply.Bulk bulk) {
            return List.of(bulk.text());
        }
        return reply.lines().stream().map(Terminal::printable).toList();
    }

    private RedisConnection connect(UpState state) throws IOException {
        return Passwords.connect(
                meridian.terminal(), state, state.region(region).orElseThrow(), passwordFile, TIMEOUT_MS);
    }
}
