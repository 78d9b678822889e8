package dev.meridian.cli;

import dev.meridian.cli.operator.Fleet;
import dev.meridian.cli.operator.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Gives one group another primary: by its own handing over, or without it. */
abstract class MoveCommand implements Callable<Integer> {
    private final Meridian meridian;

    MoveCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Parameters(paramLabel = "GROUP", description = "A dataset, or the id of its group; all of the group moves.")
    private String name = "";

    @Option(names = "--to", required = true, paramLabel = "REGION", description = "The region that is to be primary.")
    private String to = "";

    @Mixin
    private OperatorOptions options = new OperatorOptions();

    abstract String verb();

    /** Whether what the target lacks may be left out. */
    abstract boolean acceptsLoss();

    @Override
    public Integer call() {
        String operation = options.operation();
        Fleet fleet = options.fleet(meridian);
        Names.known(fleet.regions(), to);
        JsonNode group = fleet.group(name);
        List<String> members = StreamSupport.stream(group.path("members").spliterator(), false)
                .map(JsonNode::asString)
                .toList();
        if (!members.contains(to)) {
            throw Trouble.NOT_POSSIBLE.because(
                    to + " keeps no rows of " + Terminal.printable(name),
                    "choose one of " + String.join(", ", members));
        }
        Move move = Move.of(fleet, group, to);
        if (move.from().equals(to)) {
            tell(operation, to + " was primary already of " + Terminal.printable(name), false, List.of());
            return ExitCode.DONE;
        }
        object(fleet, move);
        List<String> plan = new ArrayList<>();
        plan.add("Plan of " + verb() + ", operation " + operation + ":");
        plan.addAll(Move.lines(
                List.of(move), verb().equals("switchover"), meridian.terminal().columns()));
        plan.add("  " + cost(move));
        options.consent(meridian, plan);
        Map<String, String> query = options.query(operation);
        query.put("to", to);
        if (acceptsLoss()) {
            query.put("accept_loss", "true");
        }
        JsonNode answer = fleet.post(
                verb().equals("failover") ? to : move.from(),
                "/v1/groups/" + Fleet.encoded(move.group()) + "/" + verb(),
                query);
        boolean isRepeated = answer.path("repeated").asBoolean();
        tell(
                operation,
                isRepeated
                        ? "operation " + operation + " was decided before: "
                                + answer.path("what").asString()
                        : to + " is primary of " + Terminal.printable(name),
                !isRepeated,
                isRepeated ? List.of() : List.of(move));
        return ExitCode.DONE;
    }

    abstract void object(Fleet fleet, Move move);

    abstract String cost(Move move);

    private void tell(String operation, String told, boolean changed, List<Move> moves) {
        meridian.answer(() -> List.of(told), () -> json(operation, changed, moves));
        meridian.next("meridian status", "meridian audit");
    }

    static Map<String, @Nullable Object> json(String operation, boolean changed, List<Move> moves) {
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.operation/1");
        json.put("operation", operation);
        json.put("changed", changed);
        json.put("moves", moves.stream().map(Move::toJson).toList());
        return json;
    }

    @Command(
            name = "switchover",
            header = "Move the primary of a dataset's group to another region; nothing is lost.",
            description =
                    "The primary holds writes until the other region has all of them, then hands over: two to three round trips.")
    static final class Switchover extends MoveCommand {
        Switchover(Meridian meridian) {
            super(meridian);
        }

        @Override
        String verb() {
            return "switchover";
        }

        @Override
        boolean acceptsLoss() {
            return false;
        }

        @Override
        void object(Fleet fleet, Move move) {
            if (!move.primaryAnswers()) {
                throw Trouble.NO_NODE_ANSWERED.because(
                        "the primary " + move.from() + " does not answer, so that it cannot hand over",
                        "`meridian failover` goes on without it");
            }
        }

        @Override
        String cost(Move move) {
            return "Nothing is lost. Writes wait for the move; one that waits for more than a second is refused and can be sent again.";
        }
    }

    @Command(
            name = "failover",
            header = "Make a region primary of a dataset's group whose primary is lost.",
            description =
                    "A majority of the members must promise not to follow the old primary; --accept-loss goes on without it.")
    static final class Failover extends MoveCommand {
        Failover(Meridian meridian) {
            super(meridian);
        }

        @Option(
                names = "--accept-loss",
                description =
                        "Go on though acknowledged writes may be missing; they come late if the lost region returns.")
        private boolean lossAccepted;

        @Override
        String verb() {
            return "failover";
        }

        @Override
        boolean acceptsLoss() {
            return lossAccepted;
        }

        @Override
        void object(Fleet fleet, Move move) {
            if (!fleet.answers(move.to())) {
                throw Trouble.NO_NODE_ANSWERED.because(
                        move.to() + " does not answer, so that it cannot become primary",
                        "`meridian status` shows who does");
            }
            if (move.primaryAnswers() && !lossAccepted) {
                throw Trouble.PRIMARY_ANSWERS.because(
                        "the primary " + move.from() + " answers: handing over loses nothing, failing over may",
                        "meridian switchover " + move.datasets().getFirst() + " --to " + move.to(),
                        "where the other regions do not reach it: --accept-loss");
            }
        }

        @Override
        String cost(Move move) {
            return loss(move) + "\n  " + move.bound();
        }

        private String loss(Move move) {
            return lossAccepted
                    ? "LOSS ACCEPTED: what only " + move.from()
                            + " acknowledged is left out; it comes late, if that region returns."
                    : "What " + move.from()
                            + " acknowledged alone (async) is left out until it returns, then it comes late.";
        }
    }
}
