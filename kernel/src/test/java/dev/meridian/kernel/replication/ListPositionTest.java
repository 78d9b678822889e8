package dev.meridian.kernel.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.data.Gen;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListPositionTest {
    private static final int COMPONENT = 24;
    private long stamp;

    private byte[] between(List<byte[]> list, int at, long origin) {
        stamp++;
        if (at == 0) {
            return ListPosition.atEnd(list.isEmpty() ? null : list.getFirst(), true, origin, stamp);
        }
        if (at == list.size()) {
            return ListPosition.atEnd(list.getLast(), false, origin, stamp);
        }
        return ListPosition.between(list.get(at - 1), list.get(at), origin, stamp);
    }

    private void insert(List<byte[]> list, int at, long origin) {
        byte[] position = between(list, at, origin);
        if (at > 0) {
            assertThat(Arrays.compareUnsigned(list.get(at - 1), position)).isNegative();
        }
        if (at < list.size()) {
            assertThat(Arrays.compareUnsigned(position, list.get(at))).isNegative();
        }
        list.add(at, position);
    }

    @Test
    void thereIsAlwaysRoomBetweenTwoAndPathsStayShort() {
        Gen.seeds(1, 5, seed -> {
            Gen gen = new Gen(seed);
            List<byte[]> list = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                insert(list, gen.below(list.size() + 1), gen.random.nextLong());
            }
            for (byte[] position : list) {
                assertThat(position.length).isLessThanOrEqualTo(6 * COMPONENT);
            }
        });
    }

    @Test
    void insertingAtOnePlaceOverAndOverKeepsPathsShort() {
        for (boolean after : new boolean[] {true, false}) {
            List<byte[]> list = new ArrayList<>();
            insert(list, 0, 1);
            insert(list, 1, 1);
            int at = 1;
            for (int i = 0; i < 10_000; i++) {
                insert(list, at, -7);
                at += after ? 1 : 0;
            }
            for (byte[] position : list) {
                assertThat(position.length).isLessThanOrEqualTo(3 * COMPONENT);
            }
        }
    }

    @Test
    void pushesAtBothEndsStayOneComponentLong() {
        List<byte[]> list = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            insert(list, i % 2 == 0 ? 0 : list.size(), 3);
        }
        assertThat(list).allMatch(position -> position.length == COMPONENT);
    }

    @Test
    void whatTwoOriginsInsertedAtOnePlaceIsOrderedAndHasRoomBetween() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            List<byte[]> list = new ArrayList<>();
            for (int i = 0; i < 2 + gen.below(4); i++) {
                insert(list, gen.below(list.size() + 1), gen.random.nextLong());
            }
            for (int i = 0; i < 60; i++) {
                int at = gen.below(list.size() + 1);
                // Both see the same list; then both positions are in it.
                byte[] one = between(list, at, 5);
                byte[] two = between(list, at, -5);
                assertThat(one).isNotEqualTo(two);
                list.add(one);
                list.add(two);
                list.sort(Arrays::compareUnsigned);
                for (int n = 1; n < list.size(); n++) {
                    assertThat(Arrays.compareUnsigned(list.get(n - 1), list.get(n)))
                            .isNegative();
                }
                int between = list.indexOf(one) < list.indexOf(two) ? list.indexOf(two) : list.indexOf(one);
                insert(list, between, 9);
            }
        });
    }
}
