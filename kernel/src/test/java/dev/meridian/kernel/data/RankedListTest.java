package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankedListTest {
    @Test
    void behavesAsASortedArrayList() {
        Gen.seeds(1, 60, seed -> {
            Gen gen = new Gen(seed);
            RankedList<Integer> list = new RankedList<>(Integer::compare);
            List<Integer> model = new ArrayList<>();
            int pattern = gen.below(4);
            int growing = 2000 + gen.below(2000);
            for (int i = 0; i < growing + 2500; i++) {
                boolean add = model.isEmpty() || gen.chance(i < growing ? 75 : 20);
                if (add) {
                    Integer n = switch (pattern) {
                        case 0 -> i;
                        case 1 -> -i;
                        default -> gen.below(1_000_000);
                    };
                    int at = Collections.binarySearch(model, n);
                    if (at >= 0) {
                        continue;
                    }
                    model.add(-at - 1, n);
                    list.add(n);
                } else {
                    int at = switch (pattern) {
                        case 0 -> 0;
                        case 1 -> model.size() - 1;
                        default -> gen.below(model.size());
                    };
                    list.remove(model.remove(at));
                }
                if (i % 50 == 0) {
                    check(list, model, gen);
                }
            }
            for (int rank = 0; rank < model.size(); rank++) {
                assertThat(list.get(rank)).isEqualTo(model.get(rank));
            }
        });
    }

    private static void check(RankedList<Integer> list, List<Integer> model, Gen gen) {
        assertThat(list.size()).isEqualTo(model.size());
        assertThatThrownBy(() -> list.get(model.size())).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        if (model.isEmpty()) {
            return;
        }
        assertThat(list.first()).isEqualTo(model.getFirst());
        assertThat(list.last()).isEqualTo(model.getLast());
        int rank = gen.below(model.size());
        int n = model.get(rank);
        assertThat(list.get(rank)).isEqualTo(n);
        assertThat(list.rankOf(n)).isEqualTo(rank);
        assertThat(list.countBefore(e -> Integer.compare(e, n), true)).isEqualTo(rank + 1);
        int absent = gen.below(1_000_000);
        int at = Collections.binarySearch(model, absent);
        int before = at >= 0 ? at : -at - 1;
        assertThat(list.countBefore(e -> Integer.compare(e, absent), false)).isEqualTo(before);
        assertThat(list.countBefore(e -> Integer.compare(e, absent), true)).isEqualTo(at >= 0 ? before + 1 : before);
        if (at < 0) {
            assertThatThrownBy(() -> list.remove(Integer.valueOf(absent))).isInstanceOf(IllegalStateException.class);
        }
    }
}
