package dev.meridian.kernel.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as text, exactly as Redis 7.2 reads and writes them. Stateless; the integer paths and the common double paths
 * allocate nothing.
 *
 * <ul>
 *   <li>Integers: Redis' {@code string2ll} and {@code ll2string}: no plus, no leading zero, no space, 64 bits signed.
 *   <li>Doubles: read as {@code strtod} with Redis' checks; written as {@code d2string} of 7.2: as an integer where the
 *       value is one within ±2^62, else the shortest digits that read back as the same double. (7.0 writes 17 digits to
 *       RESP2 clients instead.)
 *   <li>Long doubles, for INCRBYFLOAT and HINCRBYFLOAT: x87 extended precision, written with at most 17 decimals and
 *       never with an exponent.
 * </ul>
 */
public final class Numbers {
    /** What {@link #parseLong} answers for text that is no integer; also a legal value, see {@link #isLong}. */
    public static final long NOT_A_LONG = Long.MIN_VALUE;

    /** An upper bound of the bytes that {@link #write(double, byte[], int)} writes. */
    public static final int DOUBLE_BYTES_MAX = 32;

    /** An upper bound of the bytes that {@link #write(long, byte[], int)} writes. */
    public static final int LONG_BYTES_MAX = 20;

    private static final double SAFE_INTEGER = Long.MAX_VALUE / 2;
    private static final byte[] LONG_MIN = "-9223372036854775808".getBytes(StandardCharsets.US_ASCII);
    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final int LONG_DOUBLE_TEXT_BYTES_MAX = 5 * 1024 - 1;

    /** No digits within the limit bring a larger exponent back into the range. */
    private static final int LONG_DOUBLE_EXPONENT_TEXT_MAX = 11_000;

    private static final int LONG_DOUBLE_MANTISSA_BITS = 64;
    private static final int LONG_DOUBLE_EXPONENT_MIN = -16445;
    private static final BigDecimal LONG_DOUBLE_LIMIT = new BigDecimal(BigInteger.TWO.pow(16384));

    private Numbers() {}

    /** The value of the text, or {@link #NOT_A_LONG} where it is none; callers who may meet -2^63 ask {@link #isLong}. */
    public static long parseLong(byte[] text, int offset, int length) {
        if (length == 0 || length > LONG_BYTES_MAX) {
            return NOT_A_LONG;
        }
        int at = offset;
        int end = offset + length;
        boolean negative = text[at] == '-';
        if (negative && ++at == end) {
            return NOT_A_LONG;
        }
        int digit = text[at] - '0';
        if (digit == 0) {
            return length == 1 ? 0 : NOT_A_LONG;
        }
        // Accumulates downwards, where there is room for -2^63.
        long value = 0;
        for (; at < end; at++) {
            digit = text[at] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return NOT_A_LONG;
            }
            value = value * 10 - digit;
            if (value > 0) {
                return NOT_A_LONG;
            }
        }
        return negative ? value : value == Long.MIN_VALUE ? NOT_A_LONG : -value;
    }

    /** Whether the text is a 64 bit integer as Redis writes it. */
    public static boolean isLong(byte[] text, int offset, int length) {
        return parseLong(text, offset, length) != NOT_A_LONG
                || (length == LONG_MIN.length
                        && Arrays.equals(text, offset, offset + length, LONG_MIN, 0, LONG_MIN.length));
    }

    /** How many bytes {@link #write(long, byte[], int)} needs. */
    public static int length(long value) {
        int sign = value < 0 ? 1 : 0;
        long rest = value > 0 ? -value : value;
        int digits = 1;
        for (long bound = -10; digits < 19 && rest <= bound; bound *= 10) {
            digits++;
        }
        return digits + sign;
    }

    /** Writes the value as decimal ASCII from {@code at} on; answers the index behind the last byte. */
    public static int write(long value, byte[] target, int at) {
        if (value >= 0 && value < 10) {
            target[at] = (byte) ('0' + value);
            return at + 1;
        }
        int end = at + length(value);
        int index = end;
        long rest = value > 0 ? -value : value;
        do {
            long next = rest / 10;
            target[--index] = (byte) ('0' + (next * 10 - rest));
            rest = next;
        } while (rest != 0);
        if (value < 0) {
            target[--index] = '-';
        }
        return end;
    }

    /** The value as decimal ASCII. */
    public static byte[] bytes(long value) {
        byte[] text = new byte[length(value)];
        write(value, text, 0);
        return text;
    }

    /** The value as {@link #write(double, byte[], int)} writes it. */
    public static byte[] bytes(double value) {
        byte[] text = new byte[DOUBLE_BYTES_MAX];
        return Arrays.copyOf(text, write(value, text, 0));
    }

    /**
     * Reads a double as Redis does: decimal or hexadecimal, {@code inf} and {@code infinity} with a sign and in any case;
     * no NaN, no surrounding space, nothing that overflows or vanishes to zero.
     *
     * @return NaN for anything else
     */
    public static double parseDouble(byte[] text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        if (length == 0) {
            return Double.NaN;
        }
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        if (isInfinity(text, at, end)) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (at + 1 < end && text[at] == '0' && (text[at + 1] | 0x20) == 'x') {
            return hexadecimal(text, at + 2, end, negative);
        }
        long mantissa = 0;
        int digits = 0;
        int significant = 0;
        int scale = 0;
        boolean point = false;
        for (; at < end; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                digits++;
                if (significant > 0 || c != '0') {
                    significant++;
                }
                if (significant <= 18) {
                    mantissa = mantissa * 10 + (c - '0');
                }
                scale -= point ? 1 : 0;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return Double.NaN;
        }
        if (at < end) {
            int exponentEnd = exponentEnd(text, at, end, 'e');
            if (exponentEnd != end) {
                return Double.NaN;
            }
            scale = saturatedAdd(scale, exponent(text, at + 1, end));
        }
        if (significant == 0) {
            return negative ? -0.0 : 0.0;
        }
        // Both the mantissa and the power are exact doubles here, so one division or product rounds correctly.
        if (significant <= 15 && scale >= -22 && scale <= 22) {
            double value = scale < 0 ? mantissa / POWERS_OF_TEN[-scale] : mantissa * POWERS_OF_TEN[scale];
            return negative ? -value : value;
        }
        return finite(Double.parseDouble(new String(text, offset, length, StandardCharsets.US_ASCII)));
    }

    /** Writes the value as Redis 7.2's {@code d2string} does; answers the index behind the last byte. */
    public static int write(double value, byte[] target, int at) {
        if (Double.isNaN(value)) {
            return ascii("nan", target, at);
        }
        if (Double.isInfinite(value)) {
            return ascii(value < 0 ? "-inf" : "inf", target, at);
        }
        if (value == 0) {
            return ascii(1 / value < 0 ? "-0" : "0", target, at);
        }
        if (value >= -SAFE_INTEGER && value <= SAFE_INTEGER && value == (long) value) {
            return write((long) value, target, at);
        }
        return writeShortest(value, target, at);
    }

    /** Lays the shortest digits out as fpconv, which Redis 7.2 uses, does. */
    private static int writeShortest(double value, byte[] target, int at) {
        int index = at;
        if (value < 0) {
            target[index++] = '-';
        }
        BigDecimal shortest = shortest(Math.abs(value));
        String digits = shortest.unscaledValue().toString();
        int power = -shortest.scale();
        int exponent = power + digits.length() - 1;
        if (power >= 0 && Math.abs(exponent) < digits.length() + 7) {
            index = ascii(digits, target, index);
            return ascii("0".repeat(power), target, index);
        }
        if (power < 0 && (power > -7 || Math.abs(exponent) < 4)) {
            int whole = digits.length() + power;
            if (whole <= 0) {
                index = ascii("0.", target, index);
                index = ascii("0".repeat(-whole), target, index);
                return ascii(digits, target, index);
            }
            index = ascii(digits.substring(0, whole), target, index);
            target[index++] = '.';
            return ascii(digits.substring(whole), target, index);
        }
        target[index++] = (byte) digits.charAt(0);
        if (digits.length() > 1) {
            target[index++] = '.';
            index = ascii(digits.substring(1), target, index);
        }
        target[index++] = 'e';
        target[index++] = (byte) (exponent < 0 ? '-' : '+');
        return write(Math.abs((long) exponent), target, index);
    }

    private static BigDecimal shortest(double value) {
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (shortest.precision() == 2) {
            // The JDK prefers two digits that are closer to one that would do.
            BigDecimal one = shortest.round(new MathContext(1, RoundingMode.HALF_EVEN));
            return one.doubleValue() == value ? one.stripTrailingZeros() : shortest;
        }
        return shortest;
    }

    /**
     * Reads a long double as Redis' INCRBYFLOAT does: the x87 value nearest to the text.
     *
     * @return null for text that is no finite number ({@code inf} included: no sum with it is a number to store)
     */
    public static @Nullable BigDecimal parseLongDouble(byte[] text, int offset, int length) {
        if (length == 0 || length > LONG_DOUBLE_TEXT_BYTES_MAX) {
            return null;
        }
        int end = offset + length;
        int at = text[offset] == '-' || text[offset] == '+' ? offset + 1 : offset;
        int digits = 0;
        boolean zero = true;
        boolean point = false;
        for (; at < end; at++) {
            byte c = text[at];
            if (c >= '0' && c <= '9') {
                digits++;
                zero &= c == '0';
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0 || (at < end && exponentEnd(text, at, end, 'e') != end)) {
            return null;
        }
        if (zero) {
            return BigDecimal.ZERO;
        }
        if (at < end && Math.abs(exponent(text, at + 1, end)) > LONG_DOUBLE_EXPONENT_TEXT_MAX) {
            return null;
        }
        BigDecimal exact = new BigDecimal(new String(text, offset, length, StandardCharsets.US_ASCII));
        BigDecimal value = roundToLongDouble(exact);
        return value.abs().compareTo(LONG_DOUBLE_LIMIT) >= 0 || value.signum() == 0 ? null : value;
    }

    /** Whether the text is {@code inf} or {@code infinity}, with or without a sign, in any case. */
    public static boolean isInfinite(byte[] text, int offset, int length) {
        int sign = length > 0 && (text[offset] == '-' || text[offset] == '+') ? 1 : 0;
        return isInfinity(text, offset + sign, offset + length);
    }

    /**
     * The sum as an x87 long double.
     *
     * @return null where the sum overflows
     */
    public static @Nullable BigDecimal addLongDouble(BigDecimal left, BigDecimal right) {
        BigDecimal sum = roundToLongDouble(left.add(right));
        return sum.abs().compareTo(LONG_DOUBLE_LIMIT) >= 0 ? null : sum;
    }

    /** The value as Redis stores the result of INCRBYFLOAT: at most 17 decimals, no exponent, no trailing zeros. */
    public static byte[] bytes(BigDecimal longDouble) {
        BigDecimal rounded = longDouble.setScale(17, RoundingMode.HALF_EVEN);
        String text = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static BigDecimal roundToLongDouble(BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger numerator = value.unscaledValue().abs();
        BigInteger denominator = BigInteger.ONE;
        if (value.scale() > 0) {
            denominator = BigInteger.TEN.pow(value.scale());
        } else {
            numerator = numerator.multiply(BigInteger.TEN.pow(-value.scale()));
        }
        int shift = LONG_DOUBLE_MANTISSA_BITS - (numerator.bitLength() - denominator.bitLength());
        if (quotient(numerator, denominator, shift).bitLength() > LONG_DOUBLE_MANTISSA_BITS) {
            shift--;
        }
        shift = Math.min(shift, -LONG_DOUBLE_EXPONENT_MIN);
        BigInteger up = shift > 0 ? numerator.shiftLeft(shift) : numerator;
        BigInteger down = shift < 0 ? denominator.shiftLeft(-shift) : denominator;
        BigInteger[] parts = up.divideAndRemainder(down);
        BigInteger mantissa = parts[0];
        int half = parts[1].shiftLeft(1).compareTo(down);
        if (half > 0 || (half == 0 && mantissa.testBit(0))) {
            mantissa = mantissa.add(BigInteger.ONE);
        }
        BigDecimal rounded = shift > 0
                ? new BigDecimal(mantissa).divide(new BigDecimal(BigInteger.TWO.pow(shift)))
                : new BigDecimal(mantissa.shiftLeft(-shift));
        return value.signum() < 0 ? rounded.negate() : rounded;
    }

    private static BigInteger quotient(BigInteger numerator, BigInteger denominator, int shift) {
        return shift > 0
                ? numerator.shiftLeft(shift).divide(denominator)
                : numerator.divide(denominator.shiftLeft(-shift));
    }

    private static boolean isInfinity(byte[] text, int at, int end) {
        return matches(text, at, end, "inf") || matches(text, at, end, "infinity");
    }

    private static boolean matches(byte[] text, int at, int end, String lowerCase) {
        if (end - at != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if ((text[at + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static double hexadecimal(byte[] text, int from, int end, boolean negative) {
        int at = from;
        int digits = 0;
        boolean point = false;
        boolean zero = true;
        for (; at < end; at++) {
            int digit = Character.digit(text[at], 16);
            if (digit >= 0) {
                digits++;
                zero &= digit == 0;
            } else if (text[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0 || (at < end && exponentEnd(text, at, end, 'p') != end)) {
            return Double.NaN;
        }
        String body = "0x" + new String(text, from, end - from, StandardCharsets.US_ASCII) + (at == end ? "p0" : "");
        double value = zero ? 0 : finite(Double.parseDouble(body));
        return negative ? -value : value;
    }

    /** The index behind {@code e[+-]digits}, or {@code at} where there is no such exponent. */
    private static int exponentEnd(byte[] text, int at, int end, char letter) {
        int index = at;
        if ((text[index++] | 0x20) != letter) {
            return at;
        }
        if (index < end && (text[index] == '-' || text[index] == '+')) {
            index++;
        }
        int first = index;
        while (index < end && text[index] >= '0' && text[index] <= '9') {
            index++;
        }
        return index == first ? at : index;
    }

    /** The exponent's value, held within ±10^8 so that it can be added to without overflow. */
    private static int exponent(byte[] text, int from, int end) {
        int at = from;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        int value = 0;
        for (; at < end; at++) {
            value = Math.min(value * 10 + (text[at] - '0'), 100_000_000);
        }
        return negative ? -value : value;
    }

    private static int saturatedAdd(int left, int right) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, (long) left + right));
    }

    /** Redis refuses text whose value overflows, or vanishes although a digit of it is not zero. */
    private static double finite(double value) {
        return Double.isInfinite(value) || value == 0 ? Double.NaN : value;
    }

    private static int ascii(String text, byte[] target, int at) {
        for (int i = 0; i < text.length(); i++) {
            target[at + i] = (byte) text.charAt(i);
        }
        return at + text.length();
    }
}
