package dev.meridian.simulator.history.linearizability;

import static dev.meridian.simulator.history.linearizability.Record.call;
import static dev.meridian.simulator.history.linearizability.Record.get;
import static dev.meridian.simulator.history.linearizability.Record.set;
import static dev.meridian.simulator.history.linearizability.Record.uncertain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.simulator.history.Operation.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private final Record record = new Record();

    private void holds() {
        assertThat(record.anomalies()).isEmpty();
    }

    private void breaks(String invariant) {
        assertThat(record.anomalies()).singleElement().satisfies(anomaly -> {
            assertThat(anomaly.invariant()).isEqualTo(invariant);
            assertThat(anomaly.text()).startsWith("not linearizable");
        });
    }

    @Test
    void aReadAfterAWriteShowsIt_L1() {
        record.ok(0, 10, set("a")).ok(20, 30, get("a"));
        holds();
    }

    @Test
    void aStaleReadIsNone_L1() {
        record.ok(0, 10, set("a")).ok(20, 30, set("b")).ok(40, 50, get("a"));
        breaks("L1");
    }

    @Test
    void aReadDuringAWriteShowsTheOldOrTheNew_L1() {
        record.ok(0, 10, set("a")).ok(20, 90, set("b")).ok(30, 40, get("a")).ok(50, 60, get("b"));
        holds();
    }

    @Test
    void afterTheNewWasReadTheOldIsGone_L1() {
        record.ok(0, 10, set("a")).ok(20, 90, set("b")).ok(30, 40, get("b")).ok(50, 60, get("a"));
        breaks("L1");
    }

    @Test
    void aLostUpdateIsNone_L1() {
        record.ok(0, 10, call("INCRBY l:x 1", 1))
                .ok(20, 40, call("INCRBY l:x 1", 2))
                .ok(30, 45, call("INCRBY l:x 1", 2));
        breaks("L1");
    }

    @Test
    void aDirtyReadThatVanishesIsNone_L1() {
        record.ok(0, 10, set("a")).unknown(20, set("b")).ok(30, 40, get("b")).ok(50, 60, get("a"));
        breaks("L1");
    }

    @Test
    void aRefusedWriteTookNoPlace_L1() {
        record.ok(0, 10, set("a")).refused(20, 30, set("b")).ok(40, 50, get("b"));
        breaks("L1");
    }

    @Test
    void aWriteMayTakePlaceLongAfterItsError_L1() {
        record.ok(0, 10, set("a"))
                .unknown(20, set("b"))
                .ok(30, 40, get("a"))
                .ok(50, 60, set("c"))
                .ok(70, 80, get("c"))
                .ok(90, 95, get("b"));
        holds();
    }

    @Test
    void aWriteThatIsSaidToBeUncertainMayHaveTakenPlace_L1() {
        record.ok(0, 10, set("a")).unknown(20, uncertain("SET l:x b")).ok(30, 40, get("b"));
        holds();
    }

    @Test
    void aCommandThatFailedInABlockTookNoPlace_L1() {
        record.ok(0, 10, set("a")).ok(20, 30, uncertain("SET l:x b")).ok(40, 50, get("b"));
        breaks("L1");
    }

    @Test
    void aWriteTakesPlaceOnce_L1() {
        record.ok(0, 10, set("a"))
                .unknown(20, set("b"))
                .ok(30, 40, get("b"))
                .ok(50, 60, set("c"))
                .ok(70, 80, get("b"));
        breaks("L1");
    }

    @Test
    void nothingIsReadBeforeItWasAskedFor_L1() {
        record.ok(0, 10, get("a")).ok(20, 30, set("a"));
        breaks("L1");
    }

    @Test
    void twoReadersAgreeOnTheOrderOfTwoWriters_L1() {
        record.ok(0, 90, set("a"))
                .ok(0, 90, set("b"))
                .ok(10, 20, get("a"))
                .ok(30, 40, get("b"))
                .ok(50, 60, get("a"));
        breaks("L1");
    }

    @Test
    void aReadThatAskedForLessIsNotJudged_L1() {
        record.ok(0, 10, set("a")).ok(20, 30, set("b")).at(Level.EVENTUAL).ok(40, 50, get("a"));
        holds();
    }

    @Test
    void aLockIsGrantedOnce_L1() {
        record.ok(0, 10, call("SET l:x one NX", "OK")).ok(5, 20, call("SET l:x two NX", "OK"));
        breaks("L1");
    }

    @Test
    void aLockIsGrantedAgainOnceItIsGivenBack_L1() {
        record.ok(0, 10, call("SET l:x one NX", "OK"))
                .ok(5, 20, call("SET l:x two NX", "nil"))
                .ok(15, 30, call("DEL l:x", 1))
                .ok(25, 40, call("SET l:x three NX", "OK"));
        holds();
    }

    @Test
    void aCounterWithUnknownIncrementsTakesAnyOfThem_L1() {
        record.unknown(0, call("INCRBY l:x 2", 0))
                .unknown(1, call("INCRBY l:x 5", 0))
                .ok(2, 10, call("GET l:x", "5"))
                .ok(20, 30, call("INCRBY l:x 1", 8));
        holds();
        record.ok(40, 50, call("GET l:x", "3"));
        breaks("L1");
    }

    @Test
    void aSetShowsWhatWasAdded_L1() {
        record.ok(0, 10, call("SADD l:x a", 1))
                .ok(5, 60, call("SADD l:x b", 1))
                .unknown(6, call("SADD l:x c", 1))
                .ok(20, 30, call("SMEMBERS l:x", List.of("a")))
                .ok(40, 50, call("SMEMBERS l:x", List.of("a", "b", "c")))
                .ok(70, 80, call("SMEMBERS l:x", List.of("c", "b", "a")));
        holds();
        record.ok(90, 95, call("SMEMBERS l:x", List.of("a", "c")));
        breaks("L1");
    }

    @Test
    void aListHasOneOrder_L1() {
        record.ok(0, 30, call("RPUSH l:x a", 1)).ok(0, 30, call("RPUSH l:x b", 2));
        record.ok(40, 50, call("LRANGE l:x 0 -1", List.of("a", "b")));
        holds();
        record.ok(60, 70, call("LRANGE l:x 0 -1", List.of("b", "a")));
        breaks("L1");
    }

    @Test
    void theLengthThatAPushAnswersCounts_L1() {
        record.ok(0, 10, call("RPUSH l:x a", 1)).ok(20, 30, call("RPUSH l:x b", 1));
        breaks("L1");
    }

    @Test
    void aBlockIsSeenWhole_L3() {
        record.ok(0, 10, call("SET l:x 1", "OK"), call("SET l:y 1", "OK"))
                .ok(20, 90, call("SET l:x 2", "OK"), call("SET l:y 2", "OK"))
                .ok(30, 40, call("GET l:x", "2"), call("GET l:y", "1"));
        breaks("L3");
    }

    @Test
    void writeSkewBetweenBlocksIsNone_L3() {
        record.ok(0, 50, call("GET l:x", "nil"), call("SET l:y 1", "OK"))
                .ok(0, 50, call("GET l:y", "nil"), call("SET l:x 1", "OK"));
        breaks("L3");
    }

    @Test
    void blocksOneAfterAnotherHold_L3() {
        record.ok(0, 50, call("GET l:x", "nil"), call("SET l:y 1", "OK"))
                .ok(0, 50, call("GET l:y", "1"), call("SET l:x 1", "OK"))
                .ok(60, 70, call("GET l:x", "1"), call("GET l:y", "1"));
        holds();
    }

    @Test
    void theExplanationIsShortAndSaysWhatTheLastOneAnswered_L1() {
        for (int i = 0; i < 200; i++) {
            record.ok(10 * i, 10 * i + 5, set("v" + i)).ok(10 * i + 6, 10 * i + 8, get("v" + i));
        }
        record.ok(3000, 3010, get("v7"));
        for (int i = 0; i < 50; i++) {
            record.ok(4000 + i, 4001 + i, get("v199"));
        }
        assertThat(record.anomalies()).singleElement().satisfies(anomaly -> {
            assertThat(anomaly.operations()).hasSize(3);
            assertThat(anomaly.text())
                    .startsWith("not linearizable: no order of these 3 on l:x explains what the last one answered\n")
                    .endsWith("GET l:x -> \"v7\"");
        });
    }
}
