package dev.meridian.cli;

import dev.meridian.config.ProblemText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: parses a command line, runs the command, and turns what went wrong into an error that helps. */
@Command(
        name = "meridian",
        description = "A multi-region data platform: plan it, run it, break it on purpose.",
        versionProvider = Meridian.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.FAILED,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            WanCommand.class,
            RegionCommand.Kill.class,
            RegionCommand.Start.class,
            MoveCommand.Switchover.class,
            MoveCommand.Failover.class,
            OffCommand.Drain.class,
            OffCommand.Undrain.class,
            OffCommand.Isolate.class,
            OffCommand.Readmit.class,
            AuditCommand.class,
            DownCommand.class,
            LsCommand.class,
            CliCommand.class,
            EnvCommand.class,
            ServerCommand.class,
            ValidateCommand.class,
            ConfigCommand.class,
            InitCommand.class,
            CertificatesCommand.class,
            ExplainCommand.class,
            VerifyCommand.class,
            ConflictsCommand.class,
            LateWritesCommand.class,
            SimCommand.class,
            ChaosCommand.class,
            DrillCommand.class,
            CompletionCommand.class,
            WarmUpCommand.class
        })
public final class Meridian {
    private final Terminal terminal;

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            paramLabel = "text|json",
            description = "text for people, json for programs (default: text).")
    private Output output = Output.text;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Say nothing but the data asked for, and errors.")
    private boolean quiet;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    /** Forms of output. */
    enum Output {
        text,
        json
    }

    private Meridian(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("--version")) {
            System.out.println(new Version().getVersion()[0]);
            return;
        }
        int exitCode = run(Terminal.ofProcess(), args);
        System.out.flush();
        System.exit(exitCode);
    }

    /** Runs one command line and returns its exit status; never throws. */
    public static int run(Terminal terminal, String... args) {
        var meridian = new Meridian(terminal);
        return meridian.execute(args);
    }

    private int execute(String[] args) {
        CommandLine commandLine = commandLine();
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return ExitCode.USAGE;
        }
        return commandLine.execute(args);
    }

    /** The parser alone, for what describes commands. */
    static CommandLine parser() {
        return new Meridian(Terminal.ofProcess()).commandLine();
    }

    /** The parser with all commands. */
    CommandLine commandLine() {
        var commandLine = new CommandLine(this, new Factory(this))
                .setOut(new PrintWriter(terminal.out(), true))
                .setErr(new PrintWriter(terminal.err(), true))
                .setColorScheme(Help.defaultColorScheme(terminal.isColoured() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(this::usageError)
                .setExecutionExceptionHandler((e, command, parsed) -> error(e));
        // What follows belongs to another program's command line, even where it looks like an option of ours.
        commandLine.getSubcommands().forEach((name, command) -> {
            command.setStopAtPositional(name.equals("cli"));
            command.setUnmatchedOptionsArePositionalParams(name.equals("sim"));
        });
        return commandLine;
    }

    /** The version of this program, as its manifest or its build says. */
    public static String version() {
        String version = Meridian.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean isJson() {
        return output == Output.json;
    }

    boolean isQuiet() {
        return quiet;
    }

    /** Talk: progress, hints, confirmations. Silent with {@code -q} and, since programs read JSON, with that. */
    void say(String line) {
        if (!quiet && !isJson()) {
            terminal.err().println(line);
        }
    }

    /** Something is not as asked, but goes on. */
    void warn(String line) {
        if (!quiet) {
            terminal.err().println("  ! " + line);
        }
    }

    /** What one might do next, at most three lines; only where somebody reads them. */
    void next(String... commands) {
        if (terminal.interactive()) {
            for (int i = 0; i < commands.length; i++) {
                say(terminal.faint((i == 0 ? "  Next: " : "        ") + commands[i]));
            }
        }
    }

    /** The answer of a command: lines for a person, or an object of a schema for a program. */
    void answer(Supplier<? extends List<String>> lines, Supplier<Map<String, @Nullable Object>> object) {
        if (isJson()) {
            terminal.out().println(Json.line(object.get()));
        } else {
            lines.get().forEach(terminal.out()::println);
        }
        terminal.out().flush();
    }

    private int error(Exception e) {
        if (debug) {
            e.printStackTrace(terminal.err());
        }
        if (e instanceof Configurations.Rejection rejection) {
            return reject(rejection);
        }
        Failure failure = e instanceof Failure known
                ? known
                : Trouble.UNEXPECTED.because(
                        "something that Meridian did not foresee: " + e,
                        "run it again with --debug for the stack trace, and report it");
        print(failure);
        return failure.trouble().exitCode();
    }

    private int reject(Configurations.Rejection rejection) {
        if (isJson()) {
            Map<String, @Nullable Object> object = Json.ofSchema("meridian.error/1");
            object.put("code", rejection.problems().getFirst().code());
            object.put("message", rejection.getMessage());
            object.put("problems", Configurations.toJson(rejection.problems()));
            object.put("exit_code", ExitCode.CONFIGURATION);
            terminal.out().println(Json.line(object));
        }
        terminal.err().print(ProblemText.render(rejection.problems(), terminal.isColoured()));
        return ExitCode.CONFIGURATION;
    }

    private int usageError(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        // The options may stand behind the mistake, where parsing did not come.
        var words = Arrays.asList(arguments);
        if (words.contains("--output=json")
                || words.contains("-ojson")
                || words.contains("-o=json")
                || followsOutput(words)) {
            output = Output.json;
        }
        if (e.getCause() instanceof Failure failure) {
            return error(failure);
        }
        var help = new ArrayList<String>();
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                help.add("did you mean " + String.join(" or ", near) + "?");
            }
        }
        help.add("`" + command.getCommandSpec().qualifiedName() + " --help` lists what there is");
        print(Trouble.USAGE.because(String.valueOf(e.getMessage()), help.toArray(String[]::new)));
        return ExitCode.USAGE;
    }

    private static boolean followsOutput(List<String> words) {
        for (int i = 0; i + 1 < words.size(); i++) {
            if ((words.get(i).equals("-o") || words.get(i).equals("--output"))
                    && words.get(i + 1).equals("json")) {
                return true;
            }
        }
        return false;
    }

    private void print(Failure failure) {
        String code = failure.trouble().code();
        if (isJson()) {
            Map<String, @Nullable Object> object = Json.ofSchema("meridian.error/1");
            object.put("code", code);
            object.put("message", failure.getMessage());
            object.put("help", failure.help());
            object.put("exit_code", failure.trouble().exitCode());
            terminal.out().println(Json.line(object));
        }
        var err = terminal.err();
        err.println(terminal.red("error[" + code + "]") + ": " + Terminal.printable(failure.getMessage()));
        failure.help().forEach(line -> err.println("   = help: " + Terminal.printable(line)));
        err.println("   = more: meridian explain " + code);
    }

    /** Gives commands the program that they are part of. */
    private record Factory(Meridian meridian) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (List.of(constructor.getParameterTypes()).equals(List.of(Meridian.class))) {
                    return type.cast(constructor.newInstance(meridian));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }

    /** Answers --version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Meridian " + version()};
        }
    }
}
