package dev.meridian.kernel.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ArgsTest {
    @Test
    void slicesOfOneBufferAreTheArguments() {
        Args args = new Args();
        args.reset("..SETkey42".getBytes(UTF_8));
        args.add(2, 3);
        args.add(5, 3);
        args.add(8, 2);
        assertThat(args.count()).isEqualTo(3);
        assertThat(args.is(0, "set")).isTrue();
        assertThat(args.is(0, "GET")).isFalse();
        assertThat(args.is(0, "SETX")).isFalse();
        assertThat(args.text(1)).isEqualTo("key");
        assertThat(args.longAt(2)).isEqualTo(42);
        assertThat(args.ok()).isTrue();
        assertThat(args.equals(1, "key".getBytes(UTF_8))).isTrue();
        assertThat(args.hash(1)).isEqualTo(Arrays.hashCode("key".getBytes(UTF_8)));
    }

    @Test
    void aNumberThatIsNoneIsToldWithoutAnException() {
        Args args = Args.of("4x", "-9223372036854775808", "1e5", "nan");
        assertThat(args.longAt(0)).isZero();
        assertThat(args.ok()).isFalse();
        assertThat(args.longAt(1)).isEqualTo(Long.MIN_VALUE);
        assertThat(args.ok()).isTrue();
        assertThat(args.doubleAt(2)).isEqualTo(1e5);
        assertThat(args.ok()).isTrue();
        assertThat(args.doubleAt(3)).isZero();
        assertThat(args.ok()).isFalse();
    }

    @Test
    void aRetainedCommandOutlivesItsBuffer() {
        byte[] buffer = "GETkey".getBytes(UTF_8);
        Args args = new Args();
        args.reset(buffer);
        args.add(0, 3);
        args.add(3, 3);
        Args kept = args.retain();
        Arrays.fill(buffer, (byte) 'x');
        args.reset(buffer);
        assertThat(kept.text(0)).isEqualTo("GET");
        assertThat(kept.equals(1, Args.of("key"), 0)).isTrue();
        assertThat(kept.totalBytes()).isEqualTo(6);
    }

    @Test
    void aTailIsTheCommandInside() {
        Args view = new Args();
        Args.of("MERIDIAN.READ", "session", "GET", "k").tail(2, view);
        assertThat(view.count()).isEqualTo(2);
        assertThat(view.is(0, "GET")).isTrue();
        assertThat(view.text(1)).isEqualTo("k");
    }

    @Test
    void encodingIsARespArray() {
        Args args = Args.of("SET", "k", "", "a\r\nb");
        byte[] target = new byte[(int) args.encodedLength() + 1];
        int end = args.encode(target, 1);
        assertThat(end).isEqualTo(target.length);
        assertThat(new String(target, 1, end - 1, UTF_8))
                .isEqualTo("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
    }
}
