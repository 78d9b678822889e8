package dev.meridian.kernel.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowBatchTest {

    private final RowBatch batch = new RowBatch(0);

    private List<String> entries() {
        List<String> entries = new ArrayList<>();
        batch.forEach(new RowBatch.Visitor() {
            @Override
            public void put(byte[] bytes, int keyOffset, int keyLength, int valueOffset, int valueLength) {
                entries.add(new String(bytes, keyOffset, keyLength, UTF_8) + "="
                        + new String(bytes, valueOffset, valueLength, UTF_8));
            }

            @Override
            public void delete(byte[] bytes, int keyOffset, int keyLength) {
                entries.add("-" + new String(bytes, keyOffset, keyLength, UTF_8));
            }
        });
        return entries;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void givesBackWhatWasPutInItsOrder() {
        batch.put(bytes("a"), bytes("1"));
        batch.delete(bytes("xbx"), 1, 1);
        batch.put(bytes(""), bytes(""));
        batch.put(bytes("a"), bytes("2"));
        assertThat(entries()).containsExactly("a=1", "-b", "=", "a=2");
        assertThat(batch.rowCount()).isEqualTo(4);
    }

    @Test
    void valueCanBeWrittenInPlace() {
        int at = batch.reserve(bytes("key"), 0, 3, 5);
        System.arraycopy(bytes("value"), 0, batch.bytes(), at, 5);
        batch.put(bytes("next"), bytes("x"));
        assertThat(entries()).containsExactly("key=value", "next=x");
    }

    @Test
    void clearedBatchIsEmptyAndKeepsItsArray() {
        batch.put(bytes("a"), bytes("1".repeat(1000)));
        byte[] array = batch.bytes();
        batch.clear();
        assertThat(entries()).isEmpty();
        assertThat(batch.length()).isZero();
        batch.put(bytes("b"), bytes("2"));
        assertThat(batch.bytes()).isSameAs(array);
        assertThat(entries()).containsExactly("b=2");
    }
}
