package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What had been acknowledged by regions that then could not be reached, and was in none of the others: lost, had they not come back.
 * Elements of sets and lists are counted, of which reads show all.
 *
 * @param acknowledged how many such writes the regions had taken
 * @param late how many of them nobody else had
 * @param oldestNs how long before the look the oldest of those had been acknowledged; 0 if there is none
 */
public record Exposure(int acknowledged, int late, long oldestNs) {
    private static final Set<String> WRITES = Set.of("SADD", "RPUSH");

    /**
     * Looks.
     *
     * @param elsewhere reads of all keys in the other regions
     * @param atNs the moment at which the regions were lost
     */
    static Exposure of(
            Place place, Set<String> lost, List<Operation> operations, List<Operation> elsewhere, long atNs) {
        Set<String> there = new HashSet<>();
        for (Operation read : elsewhere) {
            for (Call call : read.calls()) {
                if (call.answer() instanceof Answer.Items(List<Answer> items)) {
                    items.forEach(item -> there.add(call.words().get(1) + ' ' + text(item)));
                }
            }
        }
        int acknowledged = 0;
        int late = 0;
        long oldest = atNs;
        for (Operation operation : operations) {
            String taker = place.primary() == null ? operation.region() : place.primary();
            if (operation.outcome() != Outcome.OK || operation.returnedNs() > atNs || !lost.contains(taker)) {
                continue;
            }
            for (Call call : operation.calls()) {
                String key = call.words().get(1);
                if (WRITES.contains(call.words().getFirst())
                        && place.has(key)
                        && !(call.answer() instanceof Answer.Failure)) {
                    acknowledged++;
                    if (!there.contains(key + ' ' + call.words().get(2))) {
                        late++;
                        oldest = Math.min(oldest, operation.returnedNs());
                    }
                }
            }
        }
        return new Exposure(acknowledged, late, atNs - oldest);
    }

    private static String text(Answer answer) {
        return answer instanceof Answer.Text(String text) ? text : answer.toString();
    }
}
