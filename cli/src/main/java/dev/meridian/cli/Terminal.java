package dev.meridian.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command listens and speaks: data on {@code out}, talk on {@code err}.
 *
 * @param environment variables, of which {@code NO_COLOR}, {@code CLICOLOR_FORCE}, {@code COLUMNS} and
 *     {@code MERIDIAN_PASSWORD} are read
 * @param interactive a person sits there: colours, hints and prompts make sense
 * @param directory what relative paths and {@code .meridian} are relative to
 */
public record Terminal(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> environment,
        boolean interactive,
        Path directory) {

    /** That of this process. */
    public static Terminal ofProcess() {
        var console = System.console();
        return new Terminal(
                System.out,
                System.err,
                System.in,
                System.getenv(),
                console != null && console.isTerminal(),
                Path.of("").toAbsolutePath());
    }

    /** A path that the user gave: as given where possible, since messages show it. */
    public Path resolve(Path path) {
        return directory.equals(Path.of("").toAbsolutePath()) ? path : directory.resolve(path);
    }

    public boolean isColoured() {
        if (environment.containsKey("CLICOLOR_FORCE")) {
            return true;
        }
        return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Whether the symbols of the output can be written; else plain words stand for them. */
    public boolean speaksUnicode() {
        Charset charset = out.charset();
        return charset.equals(StandardCharsets.UTF_8) || charset.newEncoder().canEncode('✓');
    }

    public String check() {
        return speaksUnicode() ? "✓" : "ok";
    }

    public String cross() {
        return speaksUnicode() ? "✗" : "!!";
    }

    /** Characters a line, as far as known. */
    public int columns() {
        return Optional.ofNullable(environment.get("COLUMNS"))
                .filter(text -> text.matches("[0-9]{2,4}"))
                .map(Integer::parseInt)
                .orElse(interactive ? 100 : 200);
    }

    public String red(String text) {
        return isColoured() ? "\u001b[1;31m" + text + "\u001b[0m" : text;
    }

    public String faint(String text) {
        return isColoured() ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    /** Text from outside, made harmless: control characters and escape sequences show as what they are. */
    public static String printable(String text) {
        var safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                safe.append("\\n");
            } else if (c == '\t') {
                safe.append("\\t");
            } else if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == 0x2028
                    || c == 0x2029) {
                safe.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }
}
