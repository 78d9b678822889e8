package dev.meridian.simulator.history.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.simulator.history.Anomaly;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearizabilityPropertyTest {
    private static final int SEEDS = 60;

    @Test
    void whatOneCopyAnswersIsAlwaysAccepted_L1_L3() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Operation> operations = history(seed);
            assertThat(Linearizability.check(operations)).as("seed " + seed).isEmpty();
        }
    }

    @Test
    void anAnswerThatTakesBackWhatWasSureIsNeverAccepted_L1() {
        int planted = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Operation> operations = new ArrayList<>(history(seed));
            if (plant(operations, new SplittableRandom(seed))) {
                planted++;
                assertThat(Linearizability.check(operations))
                        .as("seed " + seed)
                        .anySatisfy(anomaly -> assertThat(anomaly.text()).startsWith("not linearizable"));
            }
        }
        assertThat(planted).isGreaterThan(SEEDS / 2);
    }

    @Test
    void aHundredThousandOperationsThroughTwentyFaultsAreJudgedInSeconds_L1_L3() {
        List<Operation> operations = new OneCopy(7, 24, 400, 250_000, 20).operations;
        assertThat(operations.size()).isGreaterThan(100_000);
        assertThat(operations.stream()
                        .filter(operation -> operation.outcome() == Outcome.UNKNOWN)
                        .count())
                .isGreaterThan(100);
        long startNs = System.nanoTime();
        assertThat(Linearizability.check(operations)).isEmpty();
        List<Operation> broken = new ArrayList<>(operations);
        assertThat(plant(broken, new SplittableRandom(1))).isTrue();
        List<Anomaly> anomalies = Linearizability.check(broken);
        assertThat(anomalies).isNotEmpty();
        assertThat(System.nanoTime() - startNs).isLessThan(60_000_000_000L);
    }

    private static List<Operation> history(int seed) {
        return new OneCopy(seed, 2 + seed % 7, 4 + 4 * (seed % 3), 400 + 40 * (seed % 10), seed % 4).operations;
    }

    /** Takes from a read an element that was acknowledged before it was asked for, or gives a counter's sum from before. */
    private static boolean plant(List<Operation> operations, SplittableRandom random) {
        int start = random.nextInt(operations.size());
        for (int i = 0; i < operations.size(); i++) {
            int at = (start + i) % operations.size();
            Operation read = operations.get(at);
            Call call = read.calls().getFirst();
            if (read.outcome() != Outcome.OK || read.calls().size() > 1) {
                continue;
            }
            if (call.answer() instanceof Answer.Items(List<Answer> items)) {
                Set<String> before = new HashSet<>();
                for (Operation write : operations) {
                    if (write.returnedNs() < read.calledNs()) {
                        write.calls().stream()
                                .filter(each ->
                                        each.words().get(1).equals(call.words().get(1)))
                                .forEach(each -> before.addAll(each.words()));
                    }
                }
                for (Answer item : items) {
                    if (before.contains(((Answer.Text) item).text())) {
                        List<Answer> fewer = new ArrayList<>(items);
                        fewer.remove(item);
                        operations.set(at, answering(read, new Answer.Items(fewer)));
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Operation answering(Operation read, Answer answer) {
        return new Operation(
                read.session(),
                read.region(),
                read.level(),
                read.boundNs(),
                read.calledNs(),
                read.returnedNs(),
                List.of(new Call(read.calls().getFirst().words(), answer)),
                read.outcome(),
                false);
    }
}
