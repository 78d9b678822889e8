package dev.meridian.simulator.history;

import static dev.meridian.simulator.history.Script.add;
import static dev.meridian.simulator.history.Script.call;
import static dev.meridian.simulator.history.Script.get;
import static dev.meridian.simulator.history.Script.members;
import static dev.meridian.simulator.history.Script.push;
import static dev.meridian.simulator.history.Script.range;
import static dev.meridian.simulator.history.Script.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import org.junit.jupiter.api.Test;

class PlantedAnomaliesTest {
    private static final String X = "mesh:x";
    private static final String Y = "mesh:y";
    private final Script script = new Script();

    private void expect(String... anomalies) {
        assertThat(script.anomalies()).containsExactly(anomalies);
    }

    @Test
    void anAcknowledgedElementThatIsNowhereIsLost_D1() {
        script.does(1, add(X, "a")).does(2, add(X, "b")).ends("r0", members(X, "b"));
        expect("D1 lost");
    }

    @Test
    void anUnknownElementMayBeThereOrNot_D1() {
        script.does(1, Outcome.UNKNOWN, add(X, "a"))
                .does(1, Outcome.UNKNOWN, add(X, "b"))
                .ends("r0", members(X, "b"));
        expect();
    }

    @Test
    void whatAPowerLossMayTakeIsExcusedAndNothingOlder_D1() {
        script.does(1, add(X, "old"))
                .after(5000)
                .does(1, add(X, "new"))
                .loses("r1", false)
                .ends("r0", members(X));
        expect("D1 lost");
        Script excused = new Script().does(1, add(X, "new")).loses("r1", false).ends("r0", members(X));
        assertThat(excused.anomalies()).isEmpty();
        Script disk = new Script()
                .does(1, add(X, "old"))
                .after(5000)
                .loses("r1", true)
                .ends("r0", members(X));
        assertThat(disk.anomalies()).isEmpty();
        Script elsewhere = new Script().does(1, add(X, "old")).loses("r2", true).ends("r0", members(X));
        assertThat(elsewhere.anomalies()).containsExactly("D1 lost");
    }

    @Test
    void anAcknowledgedRegisterIsNotEmpty_D1() {
        script.does(1, set(X, "a")).ends("r0", get(X, new Answer.Nil()));
        expect("D1 lost");
    }

    @Test
    void aRefusedElementIsNowhere_D5() {
        script.does(1, Outcome.REFUSED, add(X, "a")).ends("r0", members(X, "a"));
        expect("D5 refused");
        Script failed = new Script()
                .does(1, call(new Answer.Failure("WRONGTYPE"), "SADD", X, "a"))
                .ends("r0", members(X, "a"));
        assertThat(failed.anomalies()).containsExactly("D5 refused");
    }

    @Test
    void aRefusedElementIsNotReadMeanwhile_D5() {
        script.does(1, Outcome.REFUSED, add(X, "a"), add(X, "b"))
                .does(2, members(X, "a", "b"))
                .ends("r0", members(X));
        expect("D5 G1a");
    }

    @Test
    void anElementIsThereOnce_D6() {
        script.does(1, push(X, "a")).ends("r0", range(X, "a", "a"));
        expect("D6 there twice");
    }

    @Test
    void aRegisterDoesNotFallBackToWhatItsWriterReplaced_V4() {
        script.does(1, set(X, "a")).does(1, set(X, "b")).ends("r0", get(X, "a"));
        expect("V4 a of mesh:x is there in the end");
    }

    @Test
    void regionsAtRestShowTheSame_V1() {
        script.does(1, add(X, "a"))
                .does(2, add(X, "b"))
                .ends("r0", members(X, "b", "a"))
                .ends("r1", members(X, "b"));
        expect("V1 mesh:x differs between r0 and r1 at rest");
        Script lists = new Script()
                .does(1, push(X, "a"))
                .does(2, push(X, "b"))
                .ends("r0", range(X, "a", "b"))
                .ends("r1", range(X, "b", "a"));
        assertThat(lists.anomalies()).containsExactly("V1 mesh:x differs between r0 and r1 at rest");
    }

    @Test
    void aListHasOneOrder_V1() {
        script.does(1, push(X, "a"))
                .does(2, push(X, "b"))
                .does(3, range(X, "a", "b"))
                .ends("r0", range(X, "b", "a"));
        expect("V1 the order of mesh:x is not agreed");
    }

    @Test
    void whatWasDeletedDoesNotComeBack_V8() {
        script.does(1, add(X, "a")).does(1, call(1, "DEL", X)).ends("r0", call(1, "EXISTS", X));
        expect("V8 mesh:x was deleted and is there");
        Script own =
                new Script().does(1, add(X, "a")).does(1, call(1, "DEL", X)).does(1, members(X, "a"));
        assertThat(own.anomalies()).containsExactly("V8 mesh:x was deleted and is there");
        Script unknown = new Script()
                .does(1, Outcome.UNKNOWN, add(X, "a"))
                .does(1, call(1, "DEL", X))
                .ends("r0", call(1, "EXISTS", X));
        assertThat(unknown.anomalies()).isEmpty();
    }

    @Test
    void aCounterIsWhatWasAdded_V9() {
        script.does(1, call(5, "INCRBY", X, "5"))
                .does(2, Outcome.UNKNOWN, call(9, "INCRBY", X, "4"))
                .ends("r0", get(X, "10"));
        expect("V9 counter mesh:x is 10");
        assertThat(new Script()
                        .does(1, call(5, "INCRBY", X, "5"))
                        .ends("r0", get(X, "4"))
                        .anomalies())
                .containsExactly("V9 counter mesh:x is 4");
    }

    @Test
    void aSessionFindsWhatItAddedToACounter_V9() {
        script.does(1, call(5, "INCRBY", X, "5"))
                .does(1, get(X, new Answer.Nil()))
                .ends("r0", get(X, "5"));
        expect("V9 counter mesh:x is 0");
    }

    @Test
    void aSessionReadsItsWrites_C2() {
        script.does(1, add(X, "a")).does(1, members(X));
        expect("C2 read your writes");
        assertThat(new Script()
                        .does(1, set(X, "a"))
                        .does(1, set(X, "b"))
                        .does(1, get(X, "a"))
                        .anomalies())
                .containsExactly("C2 read your writes");
    }

    @Test
    void anEventualReaderHasNoSuchPromise_C2() {
        script.at(Level.EVENTUAL).does(1, add(X, "a")).does(1, members(X));
        expect();
    }

    @Test
    void aSessionReadsNothingOlderThanBefore_C2() {
        script.does(1, add(X, "a")).does(2, members(X, "a")).does(2, members(X));
        expect("C2 monotonic reads");
        Script level = new Script()
                .does(1, add(X, "a"))
                .at(Level.MONOTONIC_READ)
                .does(2, members(X, "a"))
                .does(2, members(X));
        assertThat(level.anomalies()).containsExactly("C2 monotonic reads");
    }

    @Test
    void theWritesOfASessionAreSeenInTheirOrder_C2() {
        script.does(1, add(X, "a")).does(1, add(X, "b")).does(2, members(X, "b"));
        expect("C2 monotonic writes");
    }

    @Test
    void aWriteIsSeenAfterWhatItsSessionHadRead_C2() {
        script.does(1, add(X, "a"))
                .does(2, members(X, "a"))
                .does(2, add(Y, "b"))
                .does(3, members(Y, "b"))
                .does(3, members(X));
        expect("C2 writes follow reads");
    }

    @Test
    void causesOfCausesAreSeen_C1() {
        script.does(1, add(X, "a"))
                .does(2, members(X, "a"))
                .does(2, add(Y, "b"))
                .does(4, members(Y, "b"))
                .does(4, add("mesh:z", "c"))
                .does(5, members("mesh:z", "c"))
                .does(5, members(X));
        expect("C1 WriteCORead");
    }

    @Test
    void causalityIsKeptWithinAGroupOnly_C1() {
        script.does(1, add(X, "a"))
                .does(2, members(X, "a"))
                .does(2, add("hub:y", "b"))
                .does(3, members("hub:y", "b"))
                .does(3, members(X));
        expect();
    }

    @Test
    void nothingIsReadThatNobodyWrote_C1() {
        script.does(1, add(X, "a")).does(2, members(X, "a", "ghost"));
        expect("C1 ThinAirRead");
        assertThat(new Script().does(2, members(X, "a")).does(1, add(X, "a")).anomalies())
                .containsExactly("C1 ThinAirRead");
    }

    @Test
    void nothingHappensBeforeItself_C1() {
        script.does(1, members(X, "a"))
                .meanwhile()
                .does(2, members(Y, "b"))
                .meanwhile()
                .does(1, add(Y, "b"))
                .does(2, add(X, "a"));
        expect("C1 CyclicCO");
    }

    @Test
    void anElementStandsBehindThoseThatItsWriterHadSeen_C1() {
        script.does(1, push(X, "a"))
                .does(2, range(X, "a"))
                .does(2, push(X, "b"))
                .ends("r0", range(X, "b", "a"));
        expect("C1 a of mesh:x stands behind an element that was pushed by someone who had seen it");
    }

    @Test
    void blocksDoNotReadFromEachOtherInACircle_L3() {
        script.does(1, add(X, "a"), members(Y, "b")).meanwhile().does(2, add(Y, "b"), members(X, "a"));
        expect("L3 G1c");
    }

    @Test
    void aBlockIsNotSeenHalf_L3() {
        script.does(1, push(X, "a"), push(X, "b")).does(2, range(X, "a"));
        expect("L3 G1b");
        assertThat(new Script()
                        .does(1, set(X, "a"), set(X, "b"))
                        .does(2, get(X, "a"))
                        .anomalies())
                .containsExactly("L3 G1b");
    }

    @Test
    void aReadingBlockIsASnapshot_L3() {
        script.does(1, add(X, "a"), add(Y, "b")).at(Level.EVENTUAL).does(2, members(X, "a"), members(Y));
        expect("L3 fractured read");
    }

    @Test
    void aBlockSeesWhatItDid_L3() {
        script.does(1, add(X, "a"), members(X));
        expect("L3 a block does not see its own write");
    }

    @Test
    void blocksOfAPrimaryWriteInOneOrder_L3() {
        script.does(1, push("hub:x", "a1"), push("hub:y", "b1"))
                .meanwhile()
                .does(2, push("hub:x", "a2"), push("hub:y", "b2"))
                .ends("r0", range("hub:x", "a1", "a2"), range("hub:y", "b2", "b1"));
        expect("L3 G0");
    }

    @Test
    void blocksOfAPrimaryReadAndWriteInOneOrder_L3() {
        script.does(1, push("hub:x", "a1"), add("hub:s", "c"))
                .meanwhile()
                .does(2, members("hub:s", "c"), push("hub:x", "a2"))
                .ends("r0", range("hub:x", "a2", "a1"));
        expect("C1 a1 of hub:x stands behind an element that was pushed by someone who had seen it", "L3 G1c");
    }

    @Test
    void readersOfAPrimarySeePrefixesOfOneLog_L3() {
        script.does(1, add("hub:x", "a"))
                .does(2, add("hub:x", "b"))
                .does(3, members("hub:x", "a"))
                .does(4, members("hub:x", "b"));
        expect("L3 long fork");
        Script mesh = new Script()
                .does(1, add(X, "a"))
                .does(2, add(X, "b"))
                .does(3, members(X, "a"))
                .does(4, members(X, "b"));
        assertThat(mesh.anomalies()).isEmpty();
        Script blocks = new Script()
                .does(1, add("hub:x", "a"))
                .does(2, add("hub:y", "b"))
                .does(3, members("hub:x", "a"), members("hub:y"))
                .does(4, members("hub:x"), members("hub:y", "b"));
        assertThat(blocks.anomalies()).containsExactly("L3 long fork");
    }

    @Test
    void aBoundedReadIsNoOlderThanItsBound_S1() {
        script.at(Level.BOUNDED).does(1, add(X, "a")).after(100).does(2, members(X));
        expect("S1 older than its bound of 100 ms");
        assertThat(new Script()
                        .at(Level.BOUNDED)
                        .does(1, add(X, "a"))
                        .after(80)
                        .does(2, members(X))
                        .anomalies())
                .isEmpty();
        Script register = new Script()
                .at(Level.BOUNDED)
                .does(1, set(X, "a"))
                .does(1, set(X, "b"))
                .after(100)
                .does(2, get(X, "a"));
        assertThat(register.anomalies()).containsExactly("S1 older than its bound of 100 ms");
    }
}
