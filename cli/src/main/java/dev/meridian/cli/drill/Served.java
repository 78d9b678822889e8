package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the clients of a lane were served.
 *
 * @param okNs when each answer came that was no error, in order
 * @param errors how often each kind of error was the answer
 * @param unanswered how many operations nobody answered in time
 */
public record Served(Lane lane, List<Long> okNs, Map<String, Integer> errors, int unanswered) {
    private static final Set<String> READS = Set.of("GET", "SMEMBERS", "LRANGE", "EXISTS");
    private static final long TOLERANCE_NS_LEAST = 1_000_000_000;

    /**
     * A time without any answer.
     *
     * @param toNs when it was over, or {@link Operation#NEVER}
     */
    record Stop(long fromNs, long toNs) {
        long lengthNs() {
            return toNs == Operation.NEVER ? Operation.NEVER : toNs - fromNs;
        }
    }

    static Served nothing(Lane lane) {
        return new Served(lane, List.of(), Map.of(), 0);
    }

    /** Of every lane in which somebody asked for something. */
    static Map<Lane, Served> of(List<Place> places, List<Operation> operations) {
        Map<Lane, Served> lanes = new HashMap<>();
        for (Operation operation : operations) {
            if (operation.settled()) {
                continue;
            }
            Lane lane = lane(places, operation);
            Served served = lanes.computeIfAbsent(lane, l -> new Served(l, new ArrayList<>(), new TreeMap<>(), 0));
            switch (operation.outcome()) {
                case OK -> served.okNs.add(operation.returnedNs());
                case REFUSED -> served.errors.merge(error(operation), 1, Integer::sum);
                case UNKNOWN -> lanes.put(lane, new Served(lane, served.okNs, served.errors, served.unanswered + 1));
            }
        }
        lanes.values().forEach(served -> Collections.sort(served.okNs));
        return lanes;
    }

    private static Lane lane(List<Place> places, Operation operation) {
        boolean writes = operation.calls().stream()
                .anyMatch(call -> !READS.contains(call.words().getFirst()));
        String key = operation.calls().getFirst().words().get(1);
        return new Lane(Place.of(places, key).dataset(), operation.region(), writes);
    }

    private static String error(Operation operation) {
        for (Call call : operation.calls()) {
            if (call.answer() instanceof Answer.Failure(String text)) {
                return text.split(" ", 2)[0];
            }
        }
        return "refused";
    }

    /** Each kind of error and how often it came. */
    String errorWords() {
        return errors.entrySet().stream()
                .map(error -> error.getValue() + " " + error.getKey())
                .collect(Collectors.joining(", "));
    }

    /** For how long it may go without an answer before that counts as a stop: a second, or three times the longest before the fault. */
    long toleranceNs(long startNs, long breakNs) {
        long longest = 0;
        long last = startNs;
        for (long ok : okNs) {
            if (ok <= breakNs) {
                longest = Math.max(longest, ok - last);
                last = ok;
            }
        }
        return Math.max(TOLERANCE_NS_LEAST, 3 * longest);
    }

    /** The longest stop after a fault that is longer than is tolerated, or null; its beginning is not before the fault's. */
    @Nullable
    Stop stop(long breakNs, long endNs, long toleranceNs) {
        Stop longest = null;
        long last = breakNs;
        for (long ok : okNs) {
            if (ok > breakNs) {
                if (ok - last > toleranceNs && (longest == null || ok - last > longest.lengthNs())) {
                    longest = new Stop(last, ok);
                }
                last = ok;
            }
        }
        return endNs - last > toleranceNs ? new Stop(last, Operation.NEVER) : longest;
    }

    /** The first answer after a moment, or {@link Operation#NEVER}. */
    long firstAfter(long ns) {
        for (long ok : okNs) {
            if (ok > ns) {
                return ok;
            }
        }
        return Operation.NEVER;
    }
}
