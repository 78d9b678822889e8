package dev.meridian.cli;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.resp.Words;
import dev.meridian.cli.up.UpState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        try (var connection =
                new RedisConnection(state.region(region).orElseThrow().respAddress(), TIMEOUT_MS)) {
            authenticate(connection);
            return command.isEmpty() ? converse(connection) : once(connection);
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

    private int converse(RedisConnection connection) throws IOException {
        Terminal terminal = meridian.terminal();
        var lines = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
        int exitCode = ExitCode.DONE;
        prompt();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words;
            try {
                words = Words.of(line);
            } catch (IllegalArgumentException e) {
                terminal.err().println("(not sent) " + e.getMessage());
                exitCode = ExitCode.FAILED;
                words = List.of();
            }
            if (!words.isEmpty()) {
                if (words.getFirst().equalsIgnoreCase("exit")
                        || words.getFirst().equalsIgnoreCase("quit")) {
                    break;
                }
                Reply reply = connection.call(words);
                printed(reply).forEach(terminal.out()::println);
                if (reply instanceof Reply.Error && !terminal.interactive()) {
                    exitCode = ExitCode.FAILED;
                }
            }
            prompt();
        }
        return exitCode;
    }

    private void prompt() {
        if (meridian.terminal().interactive()) {
            meridian.terminal().err().print(region + "> ");
            meridian.terminal().err().flush();
        }
    }

    /** To a program a bare value is worth more than one dressed up. */
    private List<String> printed(Reply reply) {
        if (!meridian.terminal().interactive() && reply instanceof Reply.Bulk bulk) {
            return List.of(bulk.text());
        }
        return reply.lines().stream().map(Terminal::printable).toList();
    }

    private void authenticate(RedisConnection connection) throws IOException {
        String password = Passwords.find(meridian.terminal(), passwordFile);
        if (password != null && connection.call(List.of("AUTH", password)) instanceof Reply.Error error) {
            throw Trouble.COMMAND_FAILED.because(region + " refuses the password: " + error.text());
        }
    }
}
