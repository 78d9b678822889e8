package dev.meridian.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthyHistoriesTest {
    @Test
    void noCheckerMindsACausallyConsistentStore() {
        for (long seed = 0; seed < 100; seed++) {
            History history = new RandomHistory(seed, 2_000, ModelStore.Bug.NONE).history;
            assertThat(Checkers.check(history, RandomHistory.RULES))
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DELIVERS_BEFORE_CAUSES,C2 C1 L3 V4",
        "DELIVERS_HALF_A_BLOCK,C1 C2 L3 S1 V1 V9",
        "IGNORES_TOKENS,C2 L3 C1 S1 V4 V8 V9",
        "LOSES_A_WRITE,D1",
        "APPLIES_A_COUNT_TWICE,V1 V9",
        "DELETION_STAYS_AT_HOME,V8",
        "LIST_IN_ORDER_OF_ARRIVAL,V1 C1 L3"
    })
    void aStoreWithABugIsFoundOutWithinAFewSeeds(ModelStore.Bug bug, String expected) {
        TreeSet<String> found = new TreeSet<>();
        for (long seed = 0; seed < 10; seed++) {
            History history = new RandomHistory(seed, 2_000, bug).history;
            Checkers.check(history, RandomHistory.RULES).forEach(anomaly -> found.add(anomaly.invariant()));
        }
        assertThat(found).isNotEmpty().isSubsetOf(expected.split(" ")).contains(expected.split(" ")[0]);
    }

    @Test
    void aHistoryIsReadBackAsItWasSaved(@TempDir Path directory) throws Exception {
        History history = new RandomHistory(1, 500, ModelStore.Bug.NONE).history;
        history.add(new Operation(
                7,
                "r\"1\\\n",
                Operation.Level.BOUNDED,
                5,
                1,
                2,
                List.of(new Call(List.of("GET", "mesh:é"), new Answer.Failure("ERR no"))),
                Operation.Outcome.REFUSED,
                false));
        Rules rules = RandomHistory.RULES.with(new Rules.Loss("r1", 77, true));
        Path file = directory.resolve("history.jsonl");
        new HistoryFile(rules, history).save(file);

        HistoryFile loaded = HistoryFile.load(file);

        assertThat(loaded.rules()).isEqualTo(rules);
        assertThat(loaded.history().operations()).isEqualTo(history.operations());
    }

    @Test
    void aHundredThousandOperationsAreJudgedInSeconds() {
        History history =
                new RandomHistory(1, Integer.getInteger("history.operations", 100_000), ModelStore.Bug.NONE).history;
        long start = System.nanoTime();
        assertThat(Checkers.check(history, RandomHistory.RULES)).isEmpty();
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        System.out.println(history.size() + " operations judged in " + seconds + " s");
        assertThat(seconds).isLessThan(60);
    }
}
