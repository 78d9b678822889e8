package dev.meridian.config;

import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Source;
import dev.meridian.config.yaml.Span;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** From bytes to text fit for the YAML parser. */
final class SourceText {
    private SourceText() {}

    /** Either the text or why there is none. */
    sealed interface Result {}

    record Decoded(Source source) implements Result {}

    record Refused(List<Problem> problems) implements Result {}

    static Result decode(String name, byte[] bytes) {
        Problems problems = new Problems(new Source(name, ""));
        if (bytes.length > ConfigurationFile.MOST_BYTES) {
            tooLarge(problems);
        } else if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
            problems.error(
                    ErrorCodes.NOT_UTF8, Span.FILE, "the file is in UTF-16", null, "save it as UTF-8 and try again");
        } else {
            CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
            ByteBuffer in = ByteBuffer.wrap(bytes);
            CharBuffer out = CharBuffer.allocate(bytes.length + 1);
            CoderResult result = decoder.decode(in, out, true);
            String text = out.flip().toString();
            if (!result.isError()) {
                return new Decoded(new Source(name, text));
            }
            String[] before = text.split("\n", -1);
            String line = before[before.length - 1];
            Problems placed = new Problems(new Source(name, new String(bytes, StandardCharsets.UTF_8)));
            placed.error(
                    ErrorCodes.NOT_UTF8,
                    new Span(before.length, line.codePointCount(0, line.length()) + 1, 1),
                    "this byte is not UTF-8: 0x%02X".formatted(bytes[in.position()]),
                    "the file seems to be in Latin-1 or Windows-1252",
                    "save it as UTF-8 and try again");
            return new Refused(placed.sorted());
        }
        return new Refused(problems.sorted());
    }

    /** Whether the text may go to the parser; if not, why is reported. */
    static boolean check(Problems problems) {
        String text = problems.source().text();
        if (text.length() > ConfigurationFile.MOST_BYTES) {
            tooLarge(problems);
            return false;
        }
        if (text.startsWith("\uFEFF")) {
            problems.error(
                    ErrorCodes.BYTE_ORDER_MARK,
                    new Span(1, 1, 1),
                    "the file begins with a byte order mark",
                    null,
                    "save it as UTF-8 without a BOM");
            return false;
        }
        boolean clean = true;
        for (int number = 1; number <= problems.source().lineCount(); number++) {
            clean &= checkLine(problems, number);
        }
        return clean;
    }

    private static boolean checkLine(Problems problems, int number) {
        int[] points = problems.source().line(number).codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            int c = points[i];
            boolean control = Character.isISOControl(c) && c != '\t'
                    || c == 0xFEFF
                    || c == 0xFFFE
                    || c == 0xFFFF
                    || c >= 0xD800 && c <= 0xDFFF
                    || c >= 0x202A && c <= 0x202E
                    || c >= 0x2066 && c <= 0x2069;
            if (control) {
                problems.error(
                        ErrorCodes.CONTROL_CHARACTER,
                        new Span(number, i + 1, 1),
                        "a character that cannot be seen: U+%04X".formatted(c),
                        null,
                        "remove it");
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    private static void tooLarge(Problems problems) {
        problems.error(
                ErrorCodes.TOO_LARGE,
                Span.FILE,
                "the file is larger than " + Amounts.bytes(ConfigurationFile.MOST_BYTES),
                null,
                "a configuration is a few hundred lines; is this the right file?");
    }
}
