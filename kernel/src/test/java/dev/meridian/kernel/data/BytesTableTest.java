package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BytesTableTest {
    private static final class Item extends BytesTable.Node {
        Item(String id) {
            super(DataNode.bytes(id));
        }

        String name() {
            return new String(id(), java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void behavesAsAMapOfBytes() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            BytesTable<Item> table = new BytesTable<>(1 + gen.below(8));
            Map<String, Item> model = new TreeMap<>();
            int range = 1 + gen.below(400);
            for (int i = 0; i < 600; i++) {
                String id = "key" + gen.below(range);
                byte[] padded = DataNode.bytes("xx" + id + "yy");
                Item known = model.get(id);
                assertThat(table.find(padded, 2, padded.length - 4)).isSameAs(known);
                if (known != null) {
                    table.remove(known);
                    model.remove(id);
                    assertThatThrownBy(() -> table.remove(known)).isInstanceOf(IllegalStateException.class);
                } else {
                    Item item = new Item(id);
                    table.add(item);
                    model.put(id, item);
                }
                assertThat(table.size()).isEqualTo(model.size());
                Item sample = table.sample(gen.random.nextLong());
                assertThat(sample == null ? model.isEmpty() : model.get(sample.name()) == sample)
                        .isTrue();
            }
            Set<String> visited = new TreeSet<>();
            table.forEach(item -> assertThat(visited.add(item.name())).isTrue());
            assertThat(visited).isEqualTo(model.keySet());
        });
    }

    @Test
    void scanReturnsWhatStaysThroughGrowthAndShrinking() {
        Gen.seeds(1, 200, seed -> {
            Gen gen = new Gen(seed);
            BytesTable<Item> table = new BytesTable<>(2);
            Set<String> staying = new TreeSet<>();
            for (int i = 1 + gen.below(300); i > 0; i--) {
                table.add(new Item("stays" + i));
                staying.add("stays" + i);
            }
            java.util.ArrayDeque<Item> passing = new java.util.ArrayDeque<>();
            for (int i = gen.below(3000); i > 0; i--) {
                Item item = new Item("passes" + i);
                table.add(item);
                passing.add(item);
            }
            Set<String> returned = new TreeSet<>();
            long cursor = 0;
            int calls = 0;
            boolean growing = gen.chance(50);
            do {
                cursor = table.scan(cursor, item -> returned.add(item.name()));
                for (int i = gen.below(40); i > 0; i--) {
                    if (growing && calls < 200) {
                        Item item = new Item("later" + calls + "." + i);
                        table.add(item);
                        passing.add(item);
                    } else if (!passing.isEmpty()) {
                        table.remove(passing.poll());
                    }
                }
                calls++;
            } while (cursor != 0);
            assertThat(returned).containsAll(staying);
        });
    }

    @Test
    void samplesReachEveryElement() {
        Gen gen = new Gen(1);
        BytesTable<Item> table = new BytesTable<>(2);
        for (int i = 0; i < 100; i++) {
            table.add(new Item("i" + i));
        }
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            seen.add(table.sample(gen.random.nextLong()).name());
        }
        assertThat(seen).hasSize(100);
    }
}
