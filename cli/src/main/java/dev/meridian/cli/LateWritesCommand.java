package dev.meridian.cli;

import dev.meridian.cli.resp.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "late-writes",
        header = "Show writes that a replaced primary alone had, and apply or discard them.",
        description = "Without a subcommand it lists all that wait. Where late_writes is merge none does.",
        subcommands = {
            LateWritesCommand.Listing.class,
            LateWritesCommand.Show.class,
            LateWritesCommand.Apply.class,
            LateWritesCommand.Discard.class
        })
final class LateWritesCommand implements Callable<Integer> {
    private static final String COMMAND = "MERIDIAN.LATEWRITES";
    private static final String PAGE = "500";

    private final Meridian meridian;

    LateWritesCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private ConflictsCommand.Where where = new ConflictsCommand.Where();

    @Override
    public Integer call() {
        return list(meridian, where, null, false);
    }

    @Command(name = "list", header = "List what waits for a person, or with --decided what was decided.")
    static final class Listing implements Callable<Integer> {
        private final Meridian meridian;

        Listing(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private ConflictsCommand.Where where = new ConflictsCommand.Where();

        @Parameters(arity = "0..1", paramLabel = "DATASET", description = "Only this dataset (default: all).")
        private @Nullable String dataset;

        @Option(names = "--decided", description = "Those that were applied or discarded, when and by whom.")
        private boolean decided;

        @Override
        public Integer call() {
            return list(meridian, where, dataset, decided);
        }
    }

    /** Every region is asked: each keeps those that it took itself. */
    private static int list(
            Meridian meridian, ConflictsCommand.Where where, @Nullable String dataset, boolean decided) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        where.regions(meridian, (region, connection) -> {
            String cursor = "0";
            do {
                List<String> words = new ArrayList<>(List.of(COMMAND, "LIST"));
                if (dataset != null) {
                    words.add(Names.safe("name of a dataset", dataset));
                }
                if (decided) {
                    words.add("DECIDED");
                }
                words.addAll(List.of("CURSOR", cursor, "COUNT", PAGE));
                Reply reply = connection.call(words);
                if (reply instanceof Reply.Error error) {
                    refusals.add(error.text());
                    return false;
                }
                Map<String, @Nullable Object> page = ConflictReply.map(reply);
                for (Object each : ConflictReply.list(page.get("late_writes"))) {
                    Map<String, @Nullable Object> late = new LinkedHashMap<>();
                    late.put("region", region);
                    late.putAll(ConflictReply.map(each));
                    all.add(late);
                }
                cursor = String.valueOf(page.get("cursor"));
            } while (!cursor.equals("0"));
            return false;
        });
        if (all.isEmpty() && !refusals.isEmpty()) {
            throw Trouble.COMMAND_FAILED.because(refusals.getFirst());
        }
        meridian.answer(() -> lines(all, decided, meridian.terminal().columns()), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.late_writes/1");
            json.put("late_writes", all);
            return json;
        });
        return ExitCode.DONE;
    }

    private static List<String> lines(List<Map<String, @Nullable Object>> all, boolean decided, int columns) {
        if (all.isEmpty()) {
            return List.of(decided ? "Nothing was decided." : "Nothing waits.");
        }
        var table = new Table("id", "region", "dataset", "key", "does", "written", "state", "by");
        for (Map<String, @Nullable Object> late : all) {
            table.row(
                    text(late, "id"),
                    text(late, "region"),
                    text(late, "dataset"),
                    Terminal.printable(text(late, "key")),
                    text(late, "does"),
                    text(late, "written"),
                    text(late, "state"),
                    Terminal.printable(text(late, "by")));
        }
        return table.lines("", columns);
    }

    private static String text(Map<String, @Nullable Object> map, String name) {
        Object value = map.get(name);
        return value == null ? "-" : value.toString();
    }

    /** Asks region after region until one keeps it. */
    private static Reply ask(Meridian meridian, ConflictsCommand.Where where, List<String> words) {
        List<Reply> answers = new ArrayList<>();
        where.regions(meridian, (region, connection) -> {
            Reply reply = connection.call(words);
            if (reply instanceof Reply.Error error && error.text().startsWith("NOLATEWRITE ")) {
                return false;
            }
            answers.add(reply);
            return true;
        });
        if (answers.isEmpty()) {
            throw Trouble.COMMAND_FAILED.because(
                    "no region that answers keeps a late write of this id",
                    "`meridian late-writes list` shows those that there are");
        }
        if (answers.getFirst() instanceof Reply.Error error) {
            throw Trouble.COMMAND_FAILED.because(error.text());
        }
        return answers.getFirst();
    }

    @Command(name = "show", header = "Show all that a late write does.")
    static final class Show implements Callable<Integer> {
        private final Meridian meridian;

        Show(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private ConflictsCommand.Where where = new ConflictsCommand.Where();

        @Parameters(paramLabel = "ID", description = "As `list` tells it.")
        private String id = "";

        @Override
        public Integer call() {
            Map<String, @Nullable Object> late = ConflictReply.map(ask(meridian, where, List.of(COMMAND, "SHOW", id)));
            List<Map<String, @Nullable Object>> effects = ConflictReply.list(late.get("effects")).stream()
                    .map(ConflictReply::map)
                    .toList();
            late.put("effects", effects);
            meridian.answer(
                    () -> {
                        List<String> lines = new ArrayList<>();
                        lines.add(text(late, "id") + ", written " + text(late, "written") + ", " + text(late, "state"));
                        for (Map<String, @Nullable Object> effect : effects) {
                            lines.add(Terminal.printable("  " + text(effect, "does") + " " + text(effect, "type") + " "
                                    + text(effect, "key") + " " + text(effect, "element") + " "
                                    + text(effect, "value")));
                        }
                        return lines;
                    },
                    () -> {
                        Map<String, @Nullable Object> json = Json.ofSchema("meridian.late_write/1");
                        json.putAll(late);
                        return json;
                    });
            return ExitCode.DONE;
        }
    }

    private static int decide(
            Meridian meridian, ConflictsCommand.Where where, String does, String id, String by, String state) {
        ask(meridian, where, List.of(COMMAND, does, id, "BY", by));
        meridian.answer(() -> List.of(Terminal.printable(id) + " is " + state), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.late_write_decision/1");
            json.put("id", id);
            json.put("state", state);
            return json;
        });
        return ExitCode.DONE;
    }

    @Command(
            name = "apply",
            header = "Make a late write a new write at the primary.",
            description =
                    "What it set is set, over what is there now; what it added is added. Applied once, however often this is run.")
    static final class Apply implements Callable<Integer> {
        private final Meridian meridian;

        Apply(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private ConflictsCommand.Where where = new ConflictsCommand.Where();

        @Parameters(paramLabel = "ID", description = "As `list` tells it.")
        private String id = "";

        @Option(names = "--by", paramLabel = "NAME", description = "Who decides, for the record (default: the user).")
        private String by = System.getProperty("user.name", "");

        @Override
        public Integer call() {
            return decide(meridian, where, "APPLY", id, by, "applied");
        }
    }

    @Command(name = "discard", header = "Put a late write aside for good; a record of it stays.")
    static final class Discard implements Callable<Integer> {
        private final Meridian meridian;

        Discard(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private ConflictsCommand.Where where = new ConflictsCommand.Where();

        @Parameters(paramLabel = "ID", description = "As `list` tells it.")
        private String id = "";

        @Option(names = "--by", paramLabel = "NAME", description = "Who decides, for the record (default: the user).")
        private String by = System.getProperty("user.name", "");

        @Override
        public Integer call() {
            return decide(meridian, where, "DISCARD", id, by, "discarded");
        }
    }
}
