package dev.meridian.cli;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        header = "Prove by digests that all regions hold the same data.",
        description = "Asks the first region that answers, with MERIDIAN.VERIFY; exit 3 where regions differ.")
final class VerifyCommand implements Callable<Integer> {
    private static final int TIMEOUT_MS = 120_000;

    private final Meridian meridian;

    VerifyCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Parameters(arity = "0..1", paramLabel = "DATASET", description = "Only this dataset (default: all).")
    private @Nullable String dataset;

    @Override
    public Integer call() {
        UpState state = running.state(meridian);
        var command = new ArrayList<>(List.of("MERIDIAN.VERIFY"));
        if (dataset != null) {
            command.add(Names.safe("name of a dataset", dataset));
        }
        for (UpState.RegionPorts region : state.regions()) {
            try (var connection = new RedisConnection(region.respAddress(), TIMEOUT_MS)) {
                return tell(region.name(), connection.call(command));
            } catch (IOException e) {
                meridian.warn(region.name() + " does not answer: " + e.getMessage());
            }
        }
        throw Trouble.NO_NODE_ANSWERED.because(
                "no region of " + state.name() + " answers", "`meridian status` shows why");
    }

    private int tell(String region, Reply reply) {
        if (reply instanceof Reply.Error error) {
            throw Trouble.COMMAND_FAILED.because(region + " answers: " + error.text());
        }
        boolean differ = reply instanceof Reply.Items datasets
                && datasets.items().stream().anyMatch(VerifyCommand::differs);
        meridian.answer(reply::lines, () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.verify/1");
            json.put("asked", region);
            json.put("equal", !differ);
            json.put("datasets", reply.toJson());
            return json;
        });
        if (differ) {
            throw Trouble.REGIONS_DIFFER.because(
                    "regions hold different data",
                    "`meridian cli REGION MERIDIAN.INSPECT KEY` shows a key in each region");
        }
        return ExitCode.DONE;
    }

    /** Each dataset is (name, equal | different | unknown, ...). */
    private static boolean differs(Reply dataset) {
        return dataset instanceof Reply.Items items
                && items.items().size() > 1
                && items.items().get(1) instanceof Reply.Bulk verdict
                && verdict.text().equals("different");
    }
}
