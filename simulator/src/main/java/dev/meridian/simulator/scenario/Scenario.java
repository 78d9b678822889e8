package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Nearest;
import dev.meridian.simulator.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A scenario file: commands, each with its input, and, behind {@code ----}, the output that is expected, until an empty
 * line (or, behind {@code ----} twice, until the next such pair). A line that begins with # is for people.
 */
public final class Scenario {
    private static final Map<String, ScenarioCommand> COMMANDS = new TreeMap<>();
    private static final String RULE = "----";

    static {
        for (ScenarioCommand command : List.of(
                new ClusterCommand(),
                new QuietCommand(),
                new RedisCommand(),
                new ReadCommand(),
                new RunCommand(),
                new CutCommand(),
                new HealCommand(),
                new SlowCommand(),
                new CrashCommand(),
                new PowerLossCommand(),
                new DiskLossCommand(),
                new DiskImageCommand(),
                new DiskRestoreCommand(),
                new BreakCommand(),
                new NonsenseCommand(),
                new AdoptCommand(),
                new DawdleCommand(),
                new FileCommand(),
                new DisconnectCommand(),
                new SettleCommand(),
                new RestartCommand(),
                new PauseCommand(),
                new ResumeCommand(),
                new SkewCommand(),
                new StickClockCommand(),
                new DiskCommand(),
                new LinkCommand(),
                new MoveCommand(true),
                new MoveCommand(false),
                new DrainCommand(true),
                new DrainCommand(false),
                new StatusCommand(),
                new CheckCommand())) {
            COMMANDS.put(command.name(), command);
        }
    }

    /** What a play came to: whatever each command said, and the hash of all that happened. */
    public record Outcome(List<String> outputs, long hash) {}

    private record Block(
            int number,
            ScenarioCommand command,
            Line line,
            List<String> input,
            List<String> source,
            @Nullable String expected,
            boolean doubled) {}

    private final String path;
    private final List<Object> parts = new ArrayList<>();

    private Scenario(String path) {
        this.path = path;
    }

    /** Reads a scenario. Throws {@link ScenarioException} with file and line where it is none. */
    public static Scenario parse(String path, String text) {
        Scenario scenario = new Scenario(path);
        List<String> lines = text.lines().toList();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.isBlank() || line.startsWith("#")) {
                scenario.parts.add(line);
                at++;
            } else {
                at = scenario.block(lines, at);
            }
        }
        return scenario;
    }

    private int block(List<String> lines, int first) {
        String name = Line.split(lines.get(first)).getFirst();
        ScenarioCommand command = COMMANDS.get(name);
        if (command == null) {
            throw at(
                    first + 1,
                    "unknown command '" + name + "': did you mean '" + Nearest.of(name, List.copyOf(COMMANDS.keySet()))
                            + "'?");
        }
        Line line;
        try {
            line = new Line(lines.get(first), command.keys());
        } catch (ScenarioException e) {
            throw at(first + 1, e.getMessage());
        }
        int at = first + 1;
        List<String> input = new ArrayList<>();
        while (command.takesInput(line)
                && at < lines.size()
                && !lines.get(at).isBlank()
                && !lines.get(at).equals(RULE)) {
            if (!lines.get(at).startsWith("#")) {
                input.add(lines.get(at));
            }
            at++;
        }
        List<String> source = lines.subList(first, at);
        if (at >= lines.size() || !lines.get(at).equals(RULE)) {
            parts.add(new Block(first + 1, command, line, input, source, null, false));
            return at;
        }
        at++;
        boolean doubled = at < lines.size() && lines.get(at).equals(RULE);
        int from = doubled ? at + 1 : at;
        int to = from;
        while (to < lines.size()
                && !(doubled ? lines.get(to).equals(RULE) : lines.get(to).isBlank())) {
            to++;
        }
        String expected = String.join("\n", lines.subList(from, to));
        parts.add(new Block(first + 1, command, line, input, source, expected, doubled));
        return doubled ? Math.min(lines.size(), to + 2) : to;
    }

    private ScenarioException at(int number, @Nullable String message) {
        return new ScenarioException(path + ":" + number + ": " + message);
    }

    /** Plays it once and compares. Throws {@link ScenarioException} at the first command that says something else. */
    public Outcome play() {
        return play(null);
    }

    /** Plays it once and answers its text with what was said put in as expected. */
    public String rewritten() {
        StringBuilder text = new StringBuilder();
        play(text);
        return text.toString();
    }

    private Outcome play(@Nullable StringBuilder rewritten) {
        Play play = new Play();
        List<String> outputs = new ArrayList<>();
        for (Object part : parts) {
            if (!(part instanceof Block block)) {
                append(rewritten, part + "\n");
                continue;
            }
            String output = run(block, play);
            outputs.add(output);
            boolean compared = block.expected != null && !play.quiet;
            if (rewritten == null) {
                if (compared && !output.equals(block.expected)) {
                    throw at(
                            block.number,
                            "'" + block.source.getFirst() + "' said\n" + output + "\ninstead of\n" + block.expected);
                }
                continue;
            }
            append(rewritten, String.join("\n", block.source) + "\n");
            if (compared) {
                boolean doubled = block.doubled || output.contains("\n\n");
                String rule = doubled ? RULE + "\n" + RULE + "\n" : RULE + "\n";
                append(rewritten, rule + (output.isEmpty() ? "" : output + "\n") + (doubled ? rule : ""));
            }
        }
        return new Outcome(outputs, play.stage().hash());
    }

    private String run(Block block, Play play) {
        try {
            return block.command.run(block.line, block.input, play);
        } catch (ScenarioException | World.Violation | NumberFormatException e) {
            throw at(block.number, e.getMessage());
        }
    }

    private static void append(@Nullable StringBuilder text, String more) {
        if (text != null) {
            text.append(more);
        }
    }
}
