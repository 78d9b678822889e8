package dev.meridian.kernel.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.data.Gen;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void whatWasWrittenIsReadBack() {
        Gen.seeds(1, 1000, seed -> {
            Gen gen = new Gen(seed);
            ByteWriter out = new ByteWriter(gen.below(8));
            List<Consumer<ByteReader>> expected = new ArrayList<>();
            for (int i = gen.below(30); i > 0; i--) {
                long n = gen.random.nextLong() >> gen.below(64);
                byte[] bytes = gen.bytes(40);
                switch (gen.below(7)) {
                    case 0 -> {
                        out.u8((int) n);
                        expected.add(in -> assertThat(in.u8()).isEqualTo((int) n & 0xFF));
                    }
                    case 1 -> {
                        out.i32((int) n);
                        expected.add(in -> assertThat(in.i32()).isEqualTo((int) n));
                    }
                    case 2 -> {
                        out.i64(n);
                        expected.add(in -> assertThat(in.i64()).isEqualTo(n));
                    }
                    case 3 -> {
                        out.f64(n / 3.0);
                        expected.add(in -> assertThat(in.f64()).isEqualTo(n / 3.0));
                    }
                    case 4 -> {
                        out.varint(n);
                        expected.add(in -> assertThat(in.varint()).isEqualTo(n));
                    }
                    case 5 -> {
                        out.bytes(bytes);
                        expected.add(in -> assertThat(in.bytes()).isEqualTo(bytes));
                    }
                    default -> {
                        out.text("ä" + n);
                        expected.add(in -> assertThat(in.text()).isEqualTo("ä" + n));
                    }
                }
            }
            ByteReader in = new ByteReader(out.toByteArray());
            expected.forEach(check -> check.accept(in));
            assertThat(in.remaining()).isZero();
        });
    }

    @Test
    void whatIsReservedCanBeFilledInLater() {
        ByteWriter out = new ByteWriter(1);
        int eight = out.reserve(8);
        int four = out.reserve(4);
        out.raw(new byte[] {9, 7, 9}, 1, 1);
        out.i64At(eight, -5);
        out.i32At(four, 6);
        ByteReader in = new ByteReader().wrap(out.array(), 0, out.size());
        assertThat(in.i64()).isEqualTo(-5);
        assertThat(in.i32()).isEqualTo(6);
        assertThat(in.u8()).isEqualTo(7);
        out.truncate(eight);
        assertThat(out.size()).isZero();
        assertThatThrownBy(() -> out.truncate(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readingPastTheEndIsMalformed() {
        byte[] array = new byte[20];
        java.util.Arrays.fill(array, (byte) 0xFF);
        List<Consumer<ByteReader>> reads = List.of(
                ByteReader::u8,
                ByteReader::i32,
                ByteReader::i64,
                ByteReader::varint,
                ByteReader::count,
                ByteReader::bytes,
                in -> in.skip(1),
                in -> in.skip(-1));
        for (Consumer<ByteReader> read : reads) {
            ByteReader in = new ByteReader().wrap(array, 3, 0);
            assertThatThrownBy(() -> read.accept(in)).isInstanceOf(MalformedBytesException.class);
        }
        ByteReader endless = new ByteReader(array);
        assertThatThrownBy(endless::varint).isInstanceOf(MalformedBytesException.class);
    }

    @Test
    void anyBytesAreReadOrMalformed() {
        Gen.seeds(1, 3000, seed -> {
            Gen gen = new Gen(seed);
            ByteReader in = new ByteReader(gen.bytes(30));
            try {
                while (in.remaining() > 0) {
                    switch (gen.below(5)) {
                        case 0 -> in.bytes();
                        case 1 -> in.varint();
                        case 2 -> in.count();
                        case 3 -> in.i32();
                        default -> in.text();
                    }
                    assertThat(in.remaining()).isNotNegative();
                }
            } catch (MalformedBytesException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        });
    }
}
