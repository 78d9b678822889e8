package dev.meridian.server.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What went one way over a connection, as lines for people: one value after the other. */
final class RespText {
    private final ByteArrayInputStream in;

    RespText(byte[] bytes) {
        in = new ByteArrayInputStream(bytes);
    }

    /** The values that arrived whole; an argument or element is a line of its own where it is inside another. */
    List<Value> values() {
        List<Value> values = new ArrayList<>();
        try {
            while (in.available() > 0) {
                values.add(value());
            }
        } catch (EOFException brokenOff) {
            values.add(new Value('?', "broken off", List.of()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return values;
    }

    /** @param type the first byte of the value on the wire */
    record Value(char type, String text, List<Value> elements) {
        /** As a command: its words. */
        List<String> words() {
            return elements.stream().map(Value::text).toList();
        }

        /** As a reply: its type, its text, and its elements further in. */
        void write(String indent, StringBuilder out) {
            String shown = text.replace("\r", "").replace("\n", "\n" + indent + "  ");
            out.append(indent).append(type).append(shown).append('\n');
            elements.forEach(element -> element.write(indent + "  ", out));
        }

        boolean isPush() {
            return type == '>';
        }
    }

    private Value value() throws IOException {
        String line = line();
        char type = line.charAt(0);
        String rest = line.substring(1);
        return switch (type) {
            case '+', '-', ':', ',', '_', '#', '(' -> new Value(type, rest, List.of());
            case '$', '=', '!' ->
                rest.equals("-1") ? new Value(type, "-1", List.of()) : new Value(type, bulk(rest), List.of());
            case '*', '~', '>' -> new Value(type, rest, elements(Integer.parseInt(rest)));
            case '%' -> new Value(type, rest, elements(2 * Integer.parseInt(rest)));
            default -> throw new IllegalStateException("not RESP: " + line);
        };
    }

    private List<Value> elements(int count) throws IOException {
        List<Value> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(value());
        }
        return elements;
    }

    private String bulk(String length) throws IOException {
        byte[] bytes = in.readNBytes(Integer.parseInt(length) + 2);
        if (bytes.length < Integer.parseInt(length) + 2) {
            throw new EOFException();
        }
        return new String(bytes, 0, bytes.length - 2, ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
