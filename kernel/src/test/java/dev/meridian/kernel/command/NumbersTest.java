package dev.meridian.kernel.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, -10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void integersComeBackAsTheyWere(long value) {
        byte[] text = Numbers.bytes(value);
        assertThat(text).asString(US_ASCII).isEqualTo(Long.toString(value));
        assertThat(Numbers.isLong(text, 0, text.length)).isTrue();
        assertThat(Numbers.parseLong(text, 0, text.length)).isEqualTo(value);
    }

    @Test
    void integersOfEveryLengthComeBackAsTheyWere() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            byte[] text = Numbers.bytes(value);
            assertThat(new String(text, US_ASCII)).isEqualTo(Long.toString(value));
            assertThat(Numbers.parseLong(text, 0, text.length)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-0",
                "-01",
                " 1",
                "1 ",
                "1.0",
                "1e3",
                "0x1",
                "9223372036854775808",
                "-9223372036854775809",
                "18446744073709551616",
                "99999999999999999999",
                "1\n",
                "a"
            })
    void textThatRedisWouldNotCallAnIntegerIsRefused(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThat(Numbers.isLong(bytes, 0, bytes.length)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-3, -3",
        "3.0, 3",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "1.5, 1.5",
        "-2.25, -2.25",
        "100, 100",
        "1e17, 100000000000000000",
        "4e18, 4000000000000000000",
        "1e19, 1e+19",
        "1.2345678901234567e19, 12345678901234567000",
        "1e21, 1e+21",
        "1.5e300, 1.5e+300",
        "1e-6, 0.000001",
        "1e-7, 1e-7",
        "1.5e-7, 1.5e-7",
        "0.0001, 0.0001",
        "0.0012345678901234567, 0.0012345678901234567",
        "0.00012345678901234567, 1.2345678901234567e-4",
        "0.0000125, 1.25e-5",
        "0.00000125, 1.25e-6",
        "2e23, 2e+23",
        "4.9e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "1e100, 1e+100",
        "Infinity, inf",
        "-Infinity, -inf",
        "NaN, nan"
    })
    void doublesAreWrittenAsRedis72Does(double value, String text) {
        assertThat(Numbers.bytes(value)).asString(US_ASCII).isEqualTo(text);
    }

    @Test
    void everyDoubleComesBackAsItWas() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isNaN(value)) {
                continue;
            }
            byte[] text = Numbers.bytes(value);
            assertThat(text.length).isLessThanOrEqualTo(Numbers.DOUBLE_BYTES_MAX);
            assertThat(Numbers.parseDouble(text, 0, text.length))
                    .as(new String(text, US_ASCII))
                    .isEqualTo(value);
        }
    }

    @Test
    void shortDecimalsAreReadAsTheJdkReadsThem() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            String text = (random.nextBoolean() ? "-" : "") + random.nextInt(1_000_000) + "."
                    + random.nextInt(1_000_000) + (random.nextBoolean() ? "e" + (random.nextInt(60) - 30) : "");
            byte[] bytes = text.getBytes(US_ASCII);
            assertThat(Numbers.parseDouble(bytes, 0, bytes.length)).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "inf, Infinity",
        "+INF, Infinity",
        "-Infinity, -Infinity",
        ".5, 0.5",
        "5., 5",
        "+7, 7",
        "1E3, 1000",
        "0x10, 16",
        "-0x1p3, -8",
        "007, 7",
        "0e99999999999, 0",
        "-0, -0.0"
    })
    void whatStrtodReadsIsRead(String text, double value) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThat(Numbers.parseDouble(bytes, 0, bytes.length)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 1",
                "1 ",
                "nan",
                "-nan",
                "1e",
                "e1",
                ".",
                "-",
                "+",
                "1d",
                "1f",
                "1e400",
                "1e-400",
                "0x",
                "0x1p",
                "--1",
                "1.2.3",
                "infin",
                "1e99999999999",
                "0x1p99999"
            })
    void whatRedisCallsNoFloatIsRefused(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThat(Numbers.parseDouble(bytes, 0, bytes.length)).isNaN();
    }

    @Test
    void longDoublesAddAsOnTheX87() {
        assertThat(sum("10.5", "0.1")).isEqualTo("10.6");
        assertThat(sum("5.0e3", "2.0e2")).isEqualTo("5200");
        assertThat(sum("0.1", "0.2")).isEqualTo("0.3");
        assertThat(sum("3", "-3")).isEqualTo("0");
        assertThat(sum("1" + "0".repeat(4900), "0e99999999999")).hasSize(4901).startsWith("1000000000000000000");
        assertThat(sum("1e18", "0.5")).isEqualTo("1000000000000000000.5");
    }

    @Test
    void longDoublesThatOverflowOrAreNoNumbersAreRefused() {
        for (String text : new String[] {"", "inf", "nan", "1e5000", "1e-5000", "1e999999999999", "abc", "1 "}) {
            byte[] bytes = text.getBytes(US_ASCII);
            assertThat(Numbers.parseLongDouble(bytes, 0, bytes.length)).as(text).isNull();
        }
        for (String text : new String[] {"inf", "-INF", "+Infinity"}) {
            assertThat(Numbers.isInfinite(text.getBytes(US_ASCII), 0, text.length()))
                    .isTrue();
        }
        assertThat(Numbers.isInfinite("+info".getBytes(US_ASCII), 0, 5)).isFalse();
        assertThat(Numbers.isInfinite(new byte[0], 0, 0)).isFalse();
        BigDecimal large = parse("1.1e4932");
        assertThat(Numbers.addLongDouble(large, large)).isNull();
    }

    private static String sum(String left, String right) {
        return new String(Numbers.bytes(Numbers.addLongDouble(parse(left), parse(right))), US_ASCII);
    }

    private static BigDecimal parse(String text) {
        return Numbers.parseLongDouble(text.getBytes(US_ASCII), 0, text.length());
    }
}
