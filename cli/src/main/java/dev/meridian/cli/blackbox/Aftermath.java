package dev.meridian.cli.blackbox;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** After the faults: waits until all regions prove that they are equal, and reads every key in each of them. */
public final class Aftermath {
    private static final int TIMEOUT_MS = 120_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final int AT_ONCE = 200;
    private static final int ARRIVAL_MS = 2_000;
    private static final int AGAIN_MS = 2_000;

    private Aftermath() {}

    /**
     * Why regions are not equal in the end, a line each; nothing if they are.
     *
     * @param events told what it waits for, now and then
     */
    public static List<String> differences(UpState state, Consumer<String> events) throws InterruptedException {
        // What was under way on a link that was cut arrives first.
        Thread.sleep(ARRIVAL_MS);
        long startNs = System.nanoTime();
        List<String> differences = look(state);
        while (!differences.isEmpty() && System.nanoTime() - startNs < PATIENCE_NS) {
            events.accept("not yet: " + differences.getFirst());
            Thread.sleep(AGAIN_MS);
            differences = look(state);
        }
        return differences;
    }

    /** Reads every key that was ever used in each of these regions that keeps it, whatever is there, and adds that to the history. */
    public static void read(List<UpState.RegionPorts> regions, List<Place> places, Keys keys, History history)
            throws IOException {
        for (UpState.RegionPorts region : regions) {
            try (var connection = new RedisConnection(region.respAddress(), TIMEOUT_MS)) {
                connection.call(List.of("MERIDIAN.READ", "eventual"));
                var commands = new ArrayList<List<String>>();
                for (Place place : places) {
                    if (place.kept().contains(region.name())) {
                        keys.all(place)
                                .forEach(key -> commands.add(key.getValue().read(key.getKey())));
                    }
                }
                for (int from = 0; from < commands.size(); from += AT_ONCE) {
                    read(
                            region,
                            connection,
                            commands.subList(from, Math.min(from + AT_ONCE, commands.size())),
                            history);
                }
            }
        }
    }

    private static void read(
            UpState.RegionPorts region, RedisConnection connection, List<List<String>> commands, History history)
            throws IOException {
        long called = System.nanoTime();
        List<Reply> replies = connection.pipeline(commands);
        long returned = System.nanoTime();
        for (int i = 0; i < commands.size(); i++) {
            if (replies.get(i) instanceof Reply.Error(String text)) {
                if (text.startsWith("STANDBY ")) {
                    // It tells nobody what it has; that it is the same its digest says.
                    continue;
                }
                throw new IOException(region.name() + " answers a read at rest with " + text);
            }
            var call = new dev.meridian.simulator.history.Call(commands.get(i), Exchange.answer(replies.get(i)));
            history.add(new Operation(
                    0, region.name(), Level.EVENTUAL, 0, called, returned, List.of(call), Outcome.OK, true));
        }
    }

    private static List<String> look(UpState state) {
        var differences = new ArrayList<String>();
        for (UpState.RegionPorts region : state.regions()) {
            try (var connection = new RedisConnection(region.respAddress(), TIMEOUT_MS)) {
                Reply reply = connection.call(List.of("MERIDIAN.VERIFY"));
                if (reply instanceof Reply.Items(List<Reply> datasets)) {
                    datasets.forEach(dataset -> judge(region.name(), dataset, differences));
                } else {
                    differences.add(region.name() + " answers " + reply.lines());
                }
            } catch (IOException e) {
                differences.add(region.name() + " does not answer: " + e.getMessage());
            }
        }
        return differences;
    }

    /** A dataset is (name, verdict, keys, keys in flight, ...); one that a region does not keep is for others to judge. */
    private static void judge(String region, Reply dataset, List<String> differences) {
        List<String> lines = dataset.lines();
        if (!(dataset instanceof Reply.Items(List<Reply> fields))
                || fields.size() < 2
                || !(fields.get(1) instanceof Reply.Bulk verdict)) {
            differences.add(region + " answers " + lines);
        } else if (verdict.text().equals("different")
                || verdict.text().equals("unknown") && !lines.toString().contains("not kept in")) {
            differences.add(region + ": " + lines);
        }
    }
}
