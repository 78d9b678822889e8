package dev.meridian.cli;

import dev.meridian.cli.operator.Fleet;
import dev.meridian.cli.operator.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Takes a region out of service, its primaries moved away first, or brings it back. */
abstract class OffCommand implements Callable<Integer> {
    private final Meridian meridian;

    OffCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(paramLabel = "REGION", description = "The region.")
    private String region = "";

    @Mixin
    private OperatorOptions options = new OperatorOptions();

    abstract String verb();

    abstract String meaning(String region);

    /** A safety rule that may be broken. */
    @Nullable
    String override() {
        return null;
    }

    /** Whether primaries are moved away first. */
    boolean evacuates() {
        return false;
    }

    @Override
    public Integer call() {
        String operation = options.operation();
        Fleet fleet = options.fleet(meridian);
        Names.known(fleet.regions(), region);
        List<Move> moves = evacuates() ? moves(fleet) : List.of();
        List<String> plan = new ArrayList<>();
        plan.add("Plan of " + verb() + " " + region + ", operation " + operation + ":");
        if (!moves.isEmpty()) {
            plan.addAll(Move.lines(moves, true, meridian.terminal().columns()));
        }
        plan.add("  " + meaning(region));
        options.consent(meridian, plan);
        for (Move move : moves) {
            // By its epoch: run again after a crash it goes on where it was, and a move that another was faster than is
            // tried anew.
            Map<String, String> query = options.query(operation + ":"
                    + move.datasets().getFirst().replaceAll("[^A-Za-z0-9._-]", "-") + "@" + move.epoch());
            query.put("to", move.to());
            fleet.post(region, "/v1/groups/" + Fleet.encoded(move.group()) + "/switchover", query);
            meridian.say("  " + String.join(", ", move.datasets()) + ": " + move.to() + " is primary");
        }
        Map<String, String> query = options.query(operation);
        String rule = override();
        if (rule != null) {
            query.put("override", rule);
        }
        fleet.post(asked(fleet), "/v1/regions/" + Fleet.encoded(region) + "/" + verb(), query);
        meridian.answer(
                () -> List.of(region + ": " + verb() + " is decided"), () -> MoveCommand.json(operation, true, moves));
        return ExitCode.DONE;
    }

    /**
     * Who is asked for the decision: the region itself, which has heard of its own moves, or another where it is silent. Where it is to have
     * no links, or to get them back, the others.
     */
    private String asked(Fleet fleet) {
        return fleet.byRegion().keySet().stream()
                .filter(other -> other.equals(region) != cutsOff())
                .findFirst()
                .orElseGet(() -> fleet.byRegion().keySet().iterator().next());
    }

    /** Whether it is about the region's links. */
    boolean cutsOff() {
        return false;
    }

    private List<Move> moves(Fleet fleet) {
        List<Move> moves = new ArrayList<>();
        for (JsonNode group : fleet.groups()) {
            if (!group.path("primary").asString().equals(region)) {
                continue;
            }
            if (!fleet.answers(region)) {
                throw Trouble.NO_NODE_ANSWERED.because(
                        region + " does not answer, so that it cannot hand over what it is primary of",
                        "`meridian failover` moves a group whose primary is lost");
            }
            String to = Move.successor(fleet, group)
                    .orElseThrow(() -> Trouble.NOT_POSSIBLE.because(
                            "no other region can become primary of "
                                    + group.path("datasets").path(0).asString()
                                    + ": none that keeps its rows answers and is on",
                            "bring one back first: `meridian status`"));
            moves.add(Move.of(fleet, group, to));
        }
        return moves;
    }

    @Command(
            name = "drain",
            header = "Take a region out of service: its primaries move away, and none comes back until `undrain`.")
    static final class Drain extends OffCommand {
        Drain(Meridian meridian) {
            super(meridian);
        }

        @Option(
                names = "--override",
                paramLabel = "RULE",
                description = "Break this safety rule: regions_on or never_both.")
        private @Nullable String override;

        @Override
        String verb() {
            return "drain";
        }

        @Override
        String meaning(String region) {
            return "Then " + region + " becomes primary of nothing until `meridian undrain " + region
                    + "`; it still replicates.";
        }

        @Override
        @Nullable
        String override() {
            return override;
        }

        @Override
        boolean evacuates() {
            return true;
        }
    }

    @Command(name = "undrain", header = "Let a drained region be primary again; nothing moves by that.")
    static final class Undrain extends OffCommand {
        Undrain(Meridian meridian) {
            super(meridian);
        }

        @Override
        String verb() {
            return "undrain";
        }

        @Override
        String meaning(String region) {
            return region + " may become primary again; nothing moves by that.";
        }
    }

    @Command(
            name = "isolate",
            header = "Cut a region off from all others, whatever it says of itself, until `readmit`.")
    static final class Isolate extends OffCommand {
        Isolate(Meridian meridian) {
            super(meridian);
        }

        @Option(
                names = "--override",
                paramLabel = "RULE",
                description = "Break this safety rule: regions_on or never_both.")
        private @Nullable String override;

        @Override
        String verb() {
            return "isolate";
        }

        @Override
        boolean cutsOff() {
            return true;
        }

        @Override
        String meaning(String region) {
            return "Until `meridian readmit " + region + "` no region links with " + region
                    + ", and it becomes primary of nothing. What it is primary of others take over where failover is automatic, and what it"
                    + " alone has comes late; elsewhere it goes on alone: `meridian drain " + region
                    + "` first moves all of it without loss.";
        }

        @Override
        @Nullable
        String override() {
            return override;
        }
    }

    @Command(name = "readmit", header = "Let an isolated region be used again.")
    static final class Readmit extends OffCommand {
        Readmit(Meridian meridian) {
            super(meridian);
        }

        @Override
        String verb() {
            return "readmit";
        }

        @Override
        boolean cutsOff() {
            return true;
        }

        @Override
        String meaning(String region) {
            return region + " gets its links back and may become primary again; nothing moves by that.";
        }
    }
}
