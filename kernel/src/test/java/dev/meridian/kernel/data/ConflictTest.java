package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.MutationReader.Verdict;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConflictTest {
    private static final long A = 10;
    private static final long B = 11;
    private static final byte[] NONE = {};
    private final DataNode a = new DataNode(0, A, A, B);
    private final DataNode b = new DataNode(1, B, B, A);

    private static byte[] set(DataNode node, String key, String value) {
        node.writer.putString(node.key(key), DataNode.bytes(value));
        return node.take();
    }

    private static void give(DataNode node, byte[] record) {
        assertThat(node.receive(record)).isEqualTo(Verdict.READY);
    }

    private void exchange(byte[] ofA, byte[] ofB) {
        give(a, ofB);
        give(b, ofA);
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    @Test
    void aValueDroppedForAConcurrentOneIsCountedWhereBothMet_V6() {
        exchange(set(a, "k", "1"), set(b, "k", "2"));
        assertThat(a.group.dropped()).isEqualTo(1);
        assertThat(b.group.dropped()).isEqualTo(1);
        give(b, set(a, "k", "3"));
        assertThat(b.group.dropped()).isEqualTo(1);
    }

    @Test
    void aValueMadeVoidByAConcurrentDelIsCountedInEitherOrder_V6() {
        give(b, set(a, "k", "0"));
        byte[] value = set(a, "k", "1");
        b.writer.turn(5_000);
        b.writer.clear(b.key("k"));
        exchange(value, b.take());
        assertThat(a.group.dropped()).isEqualTo(1);
        assertThat(b.group.dropped()).isEqualTo(1);
        assertThat(a.keyspace.size()).isZero();
    }

    @Test
    void removalsThatMeetDropNothing_V6() {
        give(b, set(a, "k", "0"));
        a.writer.remove(a.key("k"), Type.STRING, NONE);
        byte[] one = a.take();
        b.writer.remove(b.key("k"), Type.STRING, NONE);
        exchange(one, b.take());
        assertThat(a.group.dropped()).isZero();
        assertThat(b.group.dropped()).isZero();
    }

    @Test
    void nothingIsDroppedWhereSiblingsAreKept_V6() {
        exchange(set(a, "crdt:k", "1"), set(b, "crdt:k", "2"));
        assertThat(a.group.dropped()).isZero();
        assertThat(a.key("crdt:k").string().siblings()).isNotNull();
        give(b, set(a, "crdt:k", "3"));
        assertThat(b.key("crdt:k").string().siblings()).isNull();
    }

    @Test
    void aRegisterOfAHyperLogLogNeverShrinksByAConcurrentWrite() {
        for (String key : new String[] {"k", "crdt:k"}) {
            DataNode x = new DataNode(0, A, A, B);
            DataNode y = new DataNode(1, B, B, A);
            x.writer.put(x.key(key), Type.HYPERLOGLOG, DataNode.bytes("rr"), new byte[] {9});
            byte[] nine = x.take();
            y.writer.turn(5_000);
            y.writer.put(y.key(key), Type.HYPERLOGLOG, DataNode.bytes("rr"), new byte[] {3});
            byte[] three = y.take();
            give(x, three);
            give(y, nine);
            for (DataNode node : new DataNode[] {x, y}) {
                assertThat(node.key(key).collection().find(DataNode.bytes("rr")).register())
                        .containsExactly(9);
            }
        }
    }

    @Test
    void aCommandMayGoOnWithAKeyThatItHasEmptied() {
        byte[] member = DataNode.bytes("m");
        a.writer.put(a.key("crdt:k"), Type.SET, member, NONE);
        give(b, a.take());
        Key key = a.key("crdt:k");
        a.writer.remove(key, Type.SET, member);
        a.writer.put(key, Type.SET, member, NONE);
        give(b, a.take());
        assertThat(a.keyspace.find(DataNode.bytes("crdt:k"))).isSameAs(key);
        assertThat(a.keyspace.size()).isEqualTo(1);
        assertThat(a.canonical()).isEqualTo(b.canonical());
    }

    @Test
    void theTypeWrittenLastShowsUntilSomeoneWhoSawBothRemovesTheOther_V2() {
        byte[] text = set(a, "crdt:k", "1");
        b.writer.turn(5_000);
        b.writer.put(b.key("crdt:k"), Type.HASH, DataNode.bytes("f"), DataNode.bytes("v"));
        exchange(text, b.take());
        for (DataNode node : new DataNode[] {a, b}) {
            assertThat(node.key("crdt:k").type()).isEqualTo(Type.HASH);
            assertThat(node.key("crdt:k").string()).isNull();
            assertThat(node.key("crdt:k").hidesOthers()).isTrue();
        }
    }

    private List<String> waiting(DataNode node, String dataset) {
        Dataset named = Objects.requireNonNull(node.placement.named(dataset).getFirst());
        return node.keyspace.conflicts().page(named, null, 100).stream()
                .map(cell ->
                        text(cell.key.id()) + " " + node.keyspace.conflicts().token(cell))
                .toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static String served(DataNode node, String key) {
        return text(Objects.requireNonNull(node.key(key).text()));
    }

    @Test
    void siblingsOfAManualDatasetWaitInBothRegionsForAWriteThatSawThemAll_V6() {
        exchange(set(a, "manual:k", "1"), set(b, "manual:k", "2"));
        assertThat(waiting(a, "manual")).hasSize(1).isEqualTo(waiting(b, "manual"));
        assertThat(served(a, "manual:k")).isEqualTo("2").isEqualTo(served(b, "manual:k"));
        List<String> before = waiting(a, "manual");

        byte[] third = set(b, "manual:k", "3");
        byte[] blind = set(a, "manual:k", "4");
        exchange(blind, third);
        assertThat(waiting(a, "manual")).hasSize(1).isEqualTo(waiting(b, "manual"));
        assertThat(waiting(a, "manual")).as("other siblings, another token").isNotEqualTo(before);
        assertThat(a.key("manual:k").string().versions())
                .extracting(v -> text(v.value()))
                .containsExactlyInAnyOrder("3", "4");

        give(b, set(a, "manual:k", "5"));
        assertThat(waiting(a, "manual")).isEmpty();
        assertThat(waiting(b, "manual")).isEmpty();
        assertThat(a.group.dropped()).isZero();
    }

    @Test
    void theSameValueWrittenTwiceIsNoConflict() {
        exchange(set(a, "manual:k", "1"), set(b, "manual:k", "1"));
        assertThat(waiting(a, "manual")).isEmpty();
        assertThat(a.key("manual:k").string().siblings()).isNotNull();
    }

    @Test
    void aRuleGivesEveryRegionTheSameValueAndWritesNothing_V1() {
        exchange(set(a, "custom:k", "1"), set(b, "custom:k", "2"));
        assertThat(served(a, "custom:k")).isEqualTo("1<2<").isEqualTo(served(b, "custom:k"));
        assertThat(waiting(a, "custom")).isEmpty();
        assertThat(a.writer.isOpen()).isFalse();
        give(b, set(a, "custom:k", "5"));
        assertThat(served(a, "custom:k")).isEqualTo("5").isEqualTo(served(b, "custom:k"));
    }

    @Test
    void aRuleWithoutAnAnswerQuarantinesItsKeyAlone_V7() {
        exchange(set(a, "custom:k", "3"), set(b, "custom:k", "2"));
        exchange(set(a, "custom:other", "1"), set(b, "custom:other", "2"));
        for (DataNode node : List.of(a, b)) {
            assertThat(served(node, "custom:k")).isEqualTo("2");
            assertThat(Objects.requireNonNull(node.key("custom:k").string().outcome())
                            .quarantine())
                    .isEqualTo("no threes");
            assertThat(node.key("custom:k").string().versions()).hasSize(2);
            assertThat(served(node, "custom:other")).isEqualTo("1<2<");
            Dataset custom =
                    Objects.requireNonNull(node.placement.named("custom").getFirst());
            assertThat(node.keyspace.conflicts().quarantined(custom)).isEqualTo(1);
            assertThat(node.keyspace.conflicts().open(custom)).isEqualTo(1);
        }
        assertThat(waiting(a, "custom")).isEqualTo(waiting(b, "custom"));
        give(b, set(a, "custom:k", "5"));
        assertThat(waiting(b, "custom")).isEmpty();
    }

    @Test
    void aRuleThatContradictsItselfIsNotBelieved_V7() {
        int[] calls = {0};
        DataNode x = new DataNode(0, (key, siblings) -> DataNode.bytes("answer " + calls[0]++), A, A, B);
        set(x, "custom:k", "1");
        assertThat(calls[0]).as("one value alone asks for nothing").isZero();
        give(x, set(b, "custom:k", "2"));
        assertThat(calls[0]).isEqualTo(2);
        assertThat(served(x, "custom:k")).isEqualTo("2");
        assertThat(Objects.requireNonNull(x.key("custom:k").string().outcome()).quarantine())
                .contains("two answers");
        assertThat(calls[0]).as("asked once for a set of siblings").isEqualTo(2);
    }

    @Test
    void aRuleThatChangesWhatItIsGivenChangesNothing_V7() {
        DataNode x = new DataNode(
                0,
                (key, siblings) -> {
                    key[0] = 'X';
                    siblings.getFirst().value()[0] = 'X';
                    return siblings.getFirst().value();
                },
                A,
                A,
                B);
        set(x, "custom:k", "1");
        give(x, set(b, "custom:k", "2"));
        assertThat(x.keyspace.find(DataNode.bytes("custom:k"))).isNotNull();
        assertThat(x.key("custom:k").string().versions())
                .extracting(v -> text(v.value()))
                .containsExactly("1", "2");
    }

    private static List<String> records(DataNode node, String dataset) {
        Dataset named = Objects.requireNonNull(node.placement.named(dataset).getFirst());
        return node.keyspace.conflicts().droppedPage(named, null, 100).stream()
                .map(d -> text(d.key().id()) + "=" + text(d.beginning()) + " " + d.reason() + " by " + d.winnerOrigin())
                .toList();
    }

    @Test
    void everyValueThatIsCountedAsDroppedIsOnRecord_V6() {
        exchange(set(a, "record:k", "1"), set(b, "record:k", "2"));
        assertThat(records(a, "record"))
                .containsExactly("record:k=1 LATER_VALUE by 11")
                .isEqualTo(records(b, "record"));
        byte[] value = set(a, "record:k", "3");
        b.writer.turn(5_000);
        b.writer.clear(b.key("record:k"));
        exchange(value, b.take());
        assertThat(records(a, "record"))
                .containsExactly("record:k=1 LATER_VALUE by 11", "record:k=3 REMOVED by 11")
                .isEqualTo(records(b, "record"));
        assertThat(a.group.dropped()).isEqualTo(2);
        exchange(set(a, "k", "1"), set(b, "k", "2"));
        assertThat(records(a, "default")).isEmpty();
    }

    @Test
    void whatAResolutionPutAsideIsOnRecord_V6() {
        exchange(set(a, "manual:k", "1"), set(b, "manual:k", "2"));
        give(b, set(a, "manual:k", "1"));
        assertThat(records(a, "manual"))
                .containsExactly("manual:k=2 RESOLVED by 10")
                .isEqualTo(records(b, "manual"));
    }

    @Test
    void recordsMakeRoomForLaterOnesAndAreCounted() {
        Dataset record = Objects.requireNonNull(a.placement.named("record").getFirst());
        for (int i = 0; i < 10_010; i++) {
            byte[] mine = set(a, "record:k" + i, "1");
            byte[] theirs = set(b, "record:k" + i, "2");
            give(a, theirs);
            give(b, mine);
        }
        assertThat(a.keyspace.conflicts().recorded(record)).isEqualTo(10_000);
        assertThat(a.keyspace.conflicts().forgotten(record)).isEqualTo(10);
        assertThat(a.keyspace
                        .conflicts()
                        .droppedPage(record, null, 1)
                        .getFirst()
                        .key()
                        .id())
                .isEqualTo(DataNode.bytes("record:k10"));
    }

    @Test
    void pagesGoOnBehindAPlaceThatIsGone() {
        for (int i = 0; i < 5; i++) {
            exchange(set(a, "manual:k" + i, "1"), set(b, "manual:k" + i, "2"));
        }
        Conflicts conflicts = a.keyspace.conflicts();
        Dataset manual = Objects.requireNonNull(a.placement.named("manual").getFirst());
        List<Cell> first = conflicts.page(manual, null, 2);
        byte[] position = conflicts.position(first.getLast());
        set(a, "manual:k1", "resolved");
        assertThat(conflicts.page(manual, position, 2))
                .extracting(cell -> text(cell.key.id()))
                .containsExactly("manual:k2", "manual:k3");
    }
}
