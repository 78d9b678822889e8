package dev.meridian.kernel.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplyWriterTest {
    @Test
    void eachReplyHasItsFormInBothProtocols() {
        assertThat(both(ReplyWriter::ok)).containsExactly("+OK\r\n", "+OK\r\n");
        assertThat(both(out -> out.simple("a\r\nb"))).containsExactly("+a  b\r\n", "+a  b\r\n");
        assertThat(both(out -> out.error("ERR x\ny"))).containsExactly("-ERR x y\r\n", "-ERR x y\r\n");
        assertThat(both(out -> out.integer(-7))).containsExactly(":-7\r\n", ":-7\r\n");
        assertThat(both(out -> out.bulk("é"))).containsExactly("$2\r\né\r\n", "$2\r\né\r\n");
        assertThat(both(out -> out.bulk(new byte[0]))).containsExactly("$0\r\n\r\n", "$0\r\n\r\n");
        assertThat(both(out -> out.bulk(-12L))).containsExactly("$3\r\n-12\r\n", "$3\r\n-12\r\n");
        assertThat(both(ReplyWriter::nil)).containsExactly("$-1\r\n", "_\r\n");
        assertThat(both(ReplyWriter::nilArray)).containsExactly("*-1\r\n", "_\r\n");
        assertThat(both(out -> out.array(2))).containsExactly("*2\r\n", "*2\r\n");
        assertThat(both(out -> out.map(2))).containsExactly("*4\r\n", "%2\r\n");
        assertThat(both(out -> out.set(2))).containsExactly("*2\r\n", "~2\r\n");
        assertThat(both(out -> out.push(3))).containsExactly("*3\r\n", ">3\r\n");
        assertThat(both(out -> out.doubleValue(1.5))).containsExactly("$3\r\n1.5\r\n", ",1.5\r\n");
        assertThat(both(out -> out.doubleValue(-1.2345678901234567e-100)))
                .containsExactly("$24\r\n-1.2345678901234567e-100\r\n", ",-1.2345678901234567e-100\r\n");
        assertThat(both(out -> out.bool(true))).containsExactly(":1\r\n", "#t\r\n");
        assertThat(both(out -> out.bool(false))).containsExactly(":0\r\n", "#f\r\n");
        assertThat(both(out -> out.bigNumber("123"))).containsExactly("$3\r\n123\r\n", "(123\r\n");
        assertThat(both(out -> out.verbatim("hi"))).containsExactly("$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n");
    }

    @Test
    void anErrorCanStandInThePlaceOfAReplyThatWasBegun() {
        ReplyWriter out = new ReplyWriter();
        out.ok();
        int mark = out.mark();
        out.array(1000);
        out.bulk(new byte[5000]);
        out.rewind(mark);
        out.error("ERR no");
        assertThat(text(out)).isEqualTo("+OK\r\n-ERR no\r\n");
        assertThatThrownBy(() -> out.rewind(1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasLeftMakesRoomAndTheOrderStays() {
        ReplyWriter out = new ReplyWriter();
        StringBuilder sent = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            out.bulk((long) i);
            expected.append("$")
                    .append(Numbers.length(i))
                    .append("\r\n")
                    .append(i)
                    .append("\r\n");
            if (i % 3 == 0) {
                int part = out.size() / 2;
                sent.append(new String(out.buffer(), out.readIndex(), part, UTF_8));
                out.skip(part);
            }
        }
        sent.append(text(out));
        assertThat(sent.toString()).isEqualTo(expected.toString());
        assertThat(out.sizeMax()).isLessThan(100);
        assertThat(out.buffer().length).isLessThanOrEqualTo(1024);
    }

    @Test
    void aLargeReplyIsForgottenWithItsArray() {
        ReplyWriter out = new ReplyWriter();
        out.bulk(new byte[1_000_000]);
        assertThat(out.sizeMax()).isGreaterThan(1_000_000);
        out.skip(out.size());
        assertThat(out.size()).isZero();
        assertThat(out.buffer().length).isLessThan(20_000);
        assertThat(out.sizeMax()).isGreaterThan(1_000_000);
    }

    private static String[] both(Consumer<ReplyWriter> reply) {
        ReplyWriter resp2 = new ReplyWriter();
        reply.accept(resp2);
        ReplyWriter resp3 = new ReplyWriter();
        resp3.protocol(3);
        reply.accept(resp3);
        return new String[] {text(resp2), text(resp3)};
    }

    private static String text(ReplyWriter out) {
        return new String(out.buffer(), out.readIndex(), out.size(), UTF_8);
    }
}
