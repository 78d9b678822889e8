package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RankedListWalkTest {
    private static RankedList<Integer> upTo(int size) {
        RankedList<Integer> list = new RankedList<>(Integer::compare);
        for (int i = 0; i < size; i++) {
            // Scattered insertions, so that chunks of many lengths arise.
            list.add((int) (i * 7919L % size));
        }
        return list;
    }

    @Test
    void aWalkFromAnyRankGivesTheElementsInOrder() {
        int size = 3000;
        RankedList<Integer> list = upTo(size);
        for (int from : new int[] {0, 1, 511, 512, 1499, 1500, 1501, 2998, 2999}) {
            List<Integer> up = new ArrayList<>();
            list.walk(from, false).forEachRemaining(up::add);
            assertThat(up).hasSize(size - from).isSorted().startsWith(from);
            List<Integer> down = new ArrayList<>();
            list.walk(from, true).forEachRemaining(down::add);
            assertThat(down.reversed()).hasSize(from + 1).isSorted().endsWith(from);
        }
    }

    @Test
    void aWalkFromBeyondAnEndIsEmpty() {
        assertThat(upTo(5).walk(5, false)).isExhausted();
        assertThat(upTo(5).walk(-1, true)).isExhausted();
        Iterator<Integer> ofNothing = upTo(0).walk(0, false);
        assertThat(ofNothing).isExhausted();
    }
}
