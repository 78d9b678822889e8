package dev.meridian.cli;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "conflicts",
        header = "Show what waits for a person, and resolve it.",
        description = "Without a subcommand it lists every conflict that waits.",
        subcommands = {ConflictsCommand.Listing.class, ConflictsCommand.Show.class, ConflictsCommand.Resolve.class})
final class ConflictsCommand implements Callable<Integer> {
    private static final int TIMEOUT_MS = 30_000;
    private static final String PAGE = "500";

    private final Meridian meridian;

    ConflictsCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private Where where = new Where();

    @Override
    public Integer call() {
        return list(meridian, where, null, false);
    }

    /** Which deployment, and how to be let in. */
    static final class Where {
        @Mixin
        private RunningOption running = new RunningOption();

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "A file whose first line is the password.")
        private @Nullable Path passwordFile;

        interface Question {
            /** Whether that was all; else the next region is asked too. */
            boolean ask(String region, RedisConnection connection) throws IOException;
        }

        void regions(Meridian meridian, Question question) {
            UpState state = running.state(meridian);
            boolean answered = false;
            for (UpState.RegionPorts region : state.regions()) {
                try (var connection = Passwords.connect(meridian.terminal(), state, region, passwordFile, TIMEOUT_MS)) {
                    boolean done = question.ask(region.name(), connection);
                    answered = true;
                    if (done) {
                        return;
                    }
                } catch (IOException e) {
                    meridian.warn(region.name() + " does not answer: " + e.getMessage());
                }
            }
            if (!answered) {
                throw Trouble.NO_NODE_ANSWERED.because(
                        "no region of " + state.name() + " answers", "`meridian status` shows why");
            }
        }
    }

    @Command(name = "list", header = "List what waits for a person, or with --dropped what no reader sees any more.")
    static final class Listing implements Callable<Integer> {
        private final Meridian meridian;

        Listing(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private Where where = new Where();

        @Parameters(arity = "0..1", paramLabel = "DATASET", description = "Only this dataset (default: all).")
        private @Nullable String dataset;

        @Option(names = "--dropped", description = "Records of dropped values instead of open conflicts.")
        private boolean dropped;

        @Override
        public Integer call() {
            return list(meridian, where, dataset, dropped);
        }
    }

    /** Every region is asked, since not all keep all datasets; what several tell is told once. */
    private static int list(Meridian meridian, Where where, @Nullable String dataset, boolean dropped) {
        Map<String, Map<String, @Nullable Object>> found = new LinkedHashMap<>();
        List<String> refusals = new ArrayList<>();
        where.regions(meridian, (region, connection) -> {
            String cursor = "0";
            do {
                List<String> words = new ArrayList<>(List.of("MERIDIAN.CONFLICTS"));
                if (dataset != null) {
                    words.add(Names.safe("name of a dataset", dataset));
                }
                if (dropped) {
                    words.add("DROPPED");
                }
                words.addAll(List.of("CURSOR", cursor, "COUNT", PAGE));
                Reply reply = connection.call(words);
                if (reply instanceof Reply.Error error) {
                    refusals.add(error.text());
                    return false;
                }
                Map<String, @Nullable Object> page = ConflictReply.map(reply);
                for (Object each : ConflictReply.list(page.get(dropped ? "dropped" : "conflicts"))) {
                    Map<String, @Nullable Object> conflict = ConflictReply.map(each);
                    found.putIfAbsent(ConflictReply.identity(conflict), conflict);
                }
                cursor = String.valueOf(page.get("cursor"));
            } while (!cursor.equals("0"));
            return false;
        });
        if (found.isEmpty() && !refusals.isEmpty()) {
            throw Trouble.COMMAND_FAILED.because(refusals.getFirst());
        }
        List<Map<String, @Nullable Object>> all = List.copyOf(found.values());
        meridian.answer(
                () -> dropped
                        ? ConflictReply.droppedLines(all, meridian.terminal().columns())
                        : ConflictReply.lines(all, meridian.terminal().columns()),
                () -> {
                    Map<String, @Nullable Object> json = Json.ofSchema("meridian.conflicts/1");
                    json.put(dropped ? "dropped" : "conflicts", all);
                    return json;
                });
        return ExitCode.DONE;
    }

    @Command(name = "show", header = "Show a key's conflicts with every sibling whole.")
    static final class Show implements Callable<Integer> {
        private final Meridian meridian;

        Show(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private Where where = new Where();

        @Parameters(paramLabel = "KEY", description = "The key.")
        private String key = "";

        @Override
        public Integer call() {
            List<Map<String, @Nullable Object>> conflicts = new ArrayList<>();
            where.regions(meridian, (region, connection) -> {
                Reply reply = connection.call(List.of("MERIDIAN.CONFLICT", key));
                if (reply instanceof Reply.Error error) {
                    throw Trouble.COMMAND_FAILED.because(error.text());
                }
                ConflictReply.list(reply.toJson()).forEach(each -> conflicts.add(ConflictReply.map(each)));
                return true;
            });
            meridian.answer(() -> ConflictReply.wholeLines(key, conflicts), () -> {
                Map<String, @Nullable Object> json = Json.ofSchema("meridian.conflict/1");
                json.put("key", key);
                json.put("conflicts", conflicts);
                return json;
            });
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "resolve",
            header = "End a conflict with one of its siblings or with another value.",
            description = "Exit 5 where the siblings are others by now: look again with `show`.")
    static final class Resolve implements Callable<Integer> {
        private final Meridian meridian;

        Resolve(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private Where where = new Where();

        @Parameters(paramLabel = "KEY", description = "The key.")
        private String key = "";

        @Option(
                names = "--token",
                required = true,
                paramLabel = "TOKEN",
                description = "Names the siblings that were seen; `show` gives it.")
        private String token = "";

        /** One of the two. */
        static final class Choice {
            @Option(names = "--sibling", paramLabel = "NUMBER", description = "This sibling, as `show` numbers them.")
            private @Nullable Integer sibling;

            @Option(names = "--value", paramLabel = "VALUE", description = "This value.")
            private @Nullable String value;
        }

        @ArgGroup(multiplicity = "1")
        private Choice choice = new Choice();

        @Override
        public Integer call() {
            Integer sibling = choice.sibling;
            String value = choice.value;
            List<String> words = sibling != null
                    ? List.of("MERIDIAN.RESOLVE", key, token, "SIBLING", sibling.toString())
                    : List.of("MERIDIAN.RESOLVE", key, token, "VALUE", value == null ? "" : value);
            where.regions(meridian, (region, connection) -> {
                if (connection.call(words) instanceof Reply.Error error) {
                    throw refused(error.text());
                }
                return true;
            });
            meridian.answer(() -> List.of(Terminal.printable(key) + " is resolved"), () -> {
                Map<String, @Nullable Object> json = Json.ofSchema("meridian.resolution/1");
                json.put("key", key);
                json.put("resolved", true);
                return json;
            });
            return ExitCode.DONE;
        }

        private Failure refused(String error) {
            if (error.startsWith("CONFLICT ")) {
                return Trouble.CONFLICT_CHANGED.because(
                        "the conflict is not the one that the token names any more",
                        "`meridian conflicts show " + Terminal.printable(key) + "` shows it as it is now");
            }
            if (error.startsWith("NOCONFLICT ")) {
                return Trouble.NO_CONFLICT.because(
                        "nothing waits at " + Terminal.printable(key) + ": it was resolved, or never in conflict");
            }
            return Trouble.COMMAND_FAILED.because(error);
        }
    }
}
