package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands in two regions that do not know of each other, then an exchange: both regions hold the same, and what the
 * tables of anomalies say. The second region's clock is ahead, so its writes are the later ones.
 */
final class CollectionMergeTest {
    private static final String LAST = "k";
    private static final String CRDT = "crdt:k";

    private final LocalNode a = new LocalNode("a", 1, CollectionDifferentialTest::bindAll);
    private final LocalNode b = new LocalNode("b", 2, CollectionDifferentialTest::bindAll);

    CollectionMergeTest() {
        b.nowMs += 10;
    }

    private void sync() {
        LocalNode.sync(a, b);
        LocalNode.sync(a, b);
        a.nowMs += 100;
        b.nowMs += 100;
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    /** What both regions answer, as words. */
    private String both(String command) {
        String answer = words(a, command);
        assertThat(words(b, command)).isEqualTo(answer);
        return answer;
    }

    private static String words(LocalNode node, String command) {
        return node.run(command.split(" "))
                .replaceAll("[$*~%]-?[0-9]+\r\n|[:+,]", "")
                .replace("\r\n", " ")
                .strip();
    }

    private void in(LocalNode node, String command) {
        assertThat(node.run(command.split(" "))).doesNotStartWith("-");
    }

    // ---- hashes ----

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void fieldsMergeOneByOneAndTheLaterValueOfOneFieldShows(String key) {
        in(a, "HSET " + key + " f a g a");
        in(b, "HSET " + key + " f b h b");
        sync();
        assertThat(both("HMGET " + key + " f g h")).isEqualTo("b a b");
    }

    @ParameterizedTest
    @CsvSource({LAST + ",0", CRDT + ",1"})
    void aFieldWrittenDuringItsRemovalStaysWithCrdtOnly(String key, String expected) {
        in(a, "HSET " + key + " f 1");
        sync();
        in(a, "HSET " + key + " f 2");
        in(b, "HDEL " + key + " f");
        sync();
        assertThat(both("HEXISTS " + key + " f")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void incrementsOfAFieldAllCount(String key) {
        in(a, "HSET " + key + " n 10 d 1.5");
        sync();
        in(a, "HINCRBY " + key + " n 5");
        in(a, "HINCRBYFLOAT " + key + " d 0.1");
        in(b, "HINCRBY " + key + " n -2");
        in(b, "HINCRBYFLOAT " + key + " d 0.2");
        sync();
        assertThat(both("HMGET " + key + " n d")).isEqualTo("13 1.8");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void anIncrementDuringAnOverwriteCountsOnTop(String key) {
        in(a, "HSET " + key + " n 10");
        sync();
        in(a, "HINCRBY " + key + " n 5");
        in(b, "HSET " + key + " n 100");
        sync();
        assertThat(both("HGET " + key + " n")).isEqualTo("105");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void sumsBeyondTheRangeStayAtTheLimit(String key) {
        in(a, "HSET " + key + " n 9223372036854775800");
        sync();
        in(a, "HINCRBY " + key + " n 5");
        in(b, "HINCRBY " + key + " n 6");
        sync();
        assertThat(both("HGET " + key + " n")).isEqualTo("9223372036854775807");
    }

    @ParameterizedTest
    @CsvSource({LAST + ",''", CRDT + ",'x y'"})
    void whatIsWrittenDuringADeletionStaysWithCrdtOnly(String key, String expected) {
        String list = key.equals(CRDT) ? "crdt:l" : "l";
        in(a, "HSET " + key + " old 1");
        in(a, "RPUSH " + list + " old");
        sync();
        in(a, "HSET " + key + " new x");
        in(b, "DEL " + key);
        in(a, "RPUSH " + list + " y");
        in(b, "DEL " + list);
        sync();
        assertThat((both("HVALS " + key) + " " + both("LRANGE " + list + " 0 -1")).strip())
                .isEqualTo(expected);
    }

    // ---- sets ----

    @ParameterizedTest
    @CsvSource({LAST + ",0", CRDT + ",1"})
    void aMemberAddedDuringItsRemovalStaysWithCrdtOnly(String key, String expected) {
        in(b, "SADD " + key + " m");
        sync();
        in(a, "SADD " + key + " m");
        in(b, "SREM " + key + " m");
        sync();
        assertThat(both("SISMEMBER " + key + " m")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void addingWhatThisRegionItselfAddedLastIsNoWriteAndLosesToARemoval(String key) {
        in(a, "SADD " + key + " m");
        sync();
        in(a, "SADD " + key + " m");
        in(b, "SREM " + key + " m");
        sync();
        assertThat(both("SISMEMBER " + key + " m")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void aMemberMovedToTwoPlacesIsInBoth(String key) {
        String hashTagged = key.equals(CRDT) ? "crdt:" : "";
        in(a, "SADD " + key + " m");
        sync();
        in(a, "SMOVE " + key + " " + hashTagged + "x m");
        in(b, "SMOVE " + key + " " + hashTagged + "y m");
        sync();
        assertThat(both("SUNION " + key)).isEmpty();
        assertThat(both("SINTER " + hashTagged + "x " + hashTagged + "y")).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource({LAST + ",'b'", CRDT + ",'a b'"})
    void resultsStoredAtOnceReplaceEachOtherOrUnite(String key, String expected) {
        String prefix = key.equals(CRDT) ? "crdt:" : "";
        in(a, "SADD " + prefix + "x a");
        in(b, "SADD " + prefix + "y b");
        in(a, "SUNIONSTORE " + key + " " + prefix + "x");
        in(b, "SUNIONSTORE " + key + " " + prefix + "y");
        sync();
        assertThat(both("SMEMBERS " + key).split(" ")).containsExactlyInAnyOrder(expected.split(" "));
        in(a, "SUNIONSTORE " + key + " " + prefix + "x");
        in(b, "SUNIONSTORE " + key + " " + prefix + "y");
        sync();
        assertThat(both("SMEMBERS " + key).split(" ")).containsExactlyInAnyOrder(expected.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void aMemberMovedDuringItsRemovalIsInTheDestination(String key) {
        String to = key.equals(CRDT) ? "crdt:to" : "to";
        in(a, "SADD " + key + " m");
        sync();
        in(a, "SMOVE " + key + " " + to + " m");
        in(b, "SREM " + key + " m");
        sync();
        assertThat(both("SCARD " + key)).isEqualTo("0");
        assertThat(both("SMEMBERS " + to)).isEqualTo("m");
    }

    // ---- sorted sets ----

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void theLaterScoreShowsAndIncrementsAllCount(String key) {
        in(a, "ZADD " + key + " 1 m 10 n");
        in(b, "ZADD " + key + " 2 m");
        sync();
        assertThat(both("ZSCORE " + key + " m")).isEqualTo("2");
        in(a, "ZINCRBY " + key + " 0.5 m");
        in(b, "ZINCRBY " + key + " 9 m");
        in(b, "ZINCRBY " + key + " 1 new");
        in(a, "ZINCRBY " + key + " 1 new");
        sync();
        assertThat(both("ZRANGE " + key + " 0 -1 WITHSCORES")).isEqualTo("new 2 n 10 m 11.5");
    }

    @ParameterizedTest
    @CsvSource({LAST + ",''", CRDT + ",5"})
    void aScoreWrittenDuringTheMembersRemovalStaysWithCrdtOnly(String key, String expected) {
        in(a, "ZADD " + key + " 1 m");
        sync();
        in(a, "ZADD " + key + " 5 m");
        in(b, "ZREM " + key + " m");
        sync();
        assertThat(both("ZSCORE " + key + " m")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({LAST + ",''", CRDT + ",1"})
    void theSameScoreAgainDuringTheMembersRemovalIsAWriteWithCrdtOnly(String key, String expected) {
        in(b, "ZADD " + key + " 1 m");
        sync();
        in(a, "ZADD " + key + " 1 m");
        in(b, "ZREM " + key + " m");
        sync();
        assertThat(both("ZSCORE " + key + " m")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({LAST + ",'b 2'", CRDT + ",'a 1 b 2'"})
    void sortedResultsStoredAtOnceReplaceEachOtherOrUnite(String key, String expected) {
        String prefix = key.equals(CRDT) ? "crdt:" : "";
        in(a, "ZADD " + prefix + "x 1 a");
        in(b, "ZADD " + prefix + "y 2 b");
        in(a, "ZRANGESTORE " + key + " " + prefix + "x 0 -1");
        in(b, "ZRANGESTORE " + key + " " + prefix + "y 0 -1");
        sync();
        assertThat(both("ZRANGE " + key + " 0 -1 WITHSCORES")).isEqualTo(expected);
        in(a, "ZUNIONSTORE " + key + " 1 " + prefix + "x");
        in(b, "ZUNIONSTORE " + key + " 1 " + prefix + "y");
        sync();
        assertThat(both("ZRANGE " + key + " 0 -1 WITHSCORES")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void anIncrementDuringARemovalRemainsAsAMemberOfItsOwn(String key) {
        in(a, "ZADD " + key + " 10 m");
        sync();
        in(a, "ZINCRBY " + key + " 3 m");
        in(b, "ZREM " + key + " m");
        sync();
        assertThat(both("ZSCORE " + key + " m")).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void twoRegionsCanPopTheSameMember(String key) {
        in(a, "ZADD " + key + " 1 x 2 y");
        sync();
        assertThat(words(a, "ZPOPMIN " + key)).isEqualTo("x 1");
        assertThat(words(b, "ZPOPMIN " + key)).isEqualTo("x 1");
        sync();
        assertThat(both("ZRANGE " + key + " 0 -1")).isEqualTo("y");
    }

    @Test
    void anIncrementIsNeverLostInTheRoundingOfEarlierOnes() {
        in(a, "ZADD k 1e300 m");
        in(a, "ZINCRBY k -1e300 m");
        assertThat(words(a, "ZINCRBY k 5 m")).isEqualTo("5");
        assertThat(words(a, "ZSCORE k m")).isEqualTo("5");
    }

    // ---- lists ----

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void pushesOfTwoRegionsAllStayInOneOrder(String key) {
        in(a, "RPUSH " + key + " m");
        sync();
        in(a, "RPUSH " + key + " a1 a2");
        in(b, "RPUSH " + key + " b1 b2");
        in(a, "LINSERT " + key + " BEFORE m c");
        in(b, "LPUSH " + key + " d");
        sync();
        assertThat(both("LRANGE " + key + " 0 -1").split(" "))
                .containsExactlyInAnyOrder("m", "a1", "a2", "b1", "b2", "c", "d")
                .containsSubsequence("m", "a1", "a2")
                .containsSubsequence("m", "b1", "b2");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void twoRegionsCanPopTheSameElementAndItIsGoneOnce(String key) {
        in(a, "RPUSH " + key + " x y");
        sync();
        assertThat(words(a, "LPOP " + key)).isEqualTo("x");
        assertThat(words(b, "LPOP " + key)).isEqualTo("x");
        sync();
        assertThat(both("LRANGE " + key + " 0 -1")).isEqualTo("y");
    }

    @ParameterizedTest
    @CsvSource({LAST + ",'y'", CRDT + ",'new y'"})
    void anElementSetDuringItsRemovalStaysWithCrdtOnly(String key, String expected) {
        in(a, "RPUSH " + key + " x y");
        sync();
        in(a, "LSET " + key + " 0 new");
        in(b, "LREM " + key + " 0 x");
        sync();
        assertThat(both("LRANGE " + key + " 0 -1")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void anElementMovedByTwoRegionsArrivesTwiceAndATrimSparesWhatItDidNotSee(String key) {
        String to = key.equals(CRDT) ? "crdt:to" : "to";
        in(a, "RPUSH " + key + " x y z");
        sync();
        in(a, "LMOVE " + key + " " + to + " LEFT RIGHT");
        in(b, "LMOVE " + key + " " + to + " LEFT RIGHT");
        sync();
        assertThat(both("LRANGE " + to + " 0 -1")).isEqualTo("x x");
        in(a, "RPUSH " + key + " new");
        in(b, "LTRIM " + key + " 0 0");
        sync();
        assertThat(both("LRANGE " + key + " 0 -1")).isEqualTo("y new");
    }

    // ---- in one region ----

    @Test
    void commandsThatFindNothingWaitUnlessTheirTimeIsOver() {
        for (String command :
                new String[] {"BLPOP k 0", "BLMPOP 0.5 1 k LEFT", "BZPOPMIN k 1", "BLMOVE k l LEFT LEFT 0"}) {
            assertThat(a.run(command.split(" "))).isEmpty();
            assertThat(a.blocked).isTrue();
        }
        in(a, "RPUSH k x");
        assertThat(words(a, "BLPOP k 0")).isEqualTo("k x");
        assertThat(a.blocked).isFalse();
    }

    @Test
    void ranksCanBeAskedForWithTheirScore() {
        in(a, "ZADD k 1 x 2.5 y");
        assertThat(a.run("ZRANK", "k", "y", "WITHSCORE")).isEqualTo("*2\r\n:1\r\n$3\r\n2.5\r\n");
        assertThat(a.run("ZREVRANK", "k", "none", "WITHSCORE")).isEqualTo("*-1\r\n");
        assertThat(a.run("ZRANK", "k", "y", "WITHSCORES")).startsWith("-ERR syntax error");
    }

    @Test
    void randomChoicesAreMembersAndPopsTakeThemOut() {
        in(a, "SADD k 1 2 3 4 5 6 7 8 9 10");
        assertThat(words(a, "SRANDMEMBER k 3").split(" ")).hasSize(3).doesNotHaveDuplicates();
        assertThat(words(a, "SRANDMEMBER k 8").split(" ")).hasSize(8).doesNotHaveDuplicates();
        assertThat(words(a, "SRANDMEMBER k -30").split(" ")).hasSize(30);
        String[] popped = words(a, "SPOP k 2").split(" ");
        assertThat(popped).hasSize(2).doesNotHaveDuplicates();
        assertThat(words(a, "SMISMEMBER k " + String.join(" ", popped))).isEqualTo("0 0");
        assertThat(words(a, "SCARD k")).isEqualTo("8");
    }

    @Test
    void theLastElementTakesTheKeyWithItAndSubscribersAreTold() {
        in(a, "SADD k x");
        in(a, "SMOVE k l x");
        in(a, "ZADD z 1 x");
        in(a, "ZADD z 1 x");
        in(a, "ZPOPMIN z");
        assertThat(a.events)
                .containsExactly("s sadd k", "s srem k", "g del k", "s sadd l", "z zadd z", "z zpopmin z", "g del z");
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, CRDT})
    void aListOfOneTurnsInItself(String key) {
        in(a, "RPUSH " + key + " x");
        assertThat(words(a, "RPOPLPUSH " + key + " " + key)).isEqualTo("x");
        assertThat(words(a, "LRANGE " + key + " 0 -1")).isEqualTo("x");
    }
}
