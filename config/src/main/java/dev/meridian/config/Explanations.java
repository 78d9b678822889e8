package dev.meridian.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every code of Meridian means, from {@code explanations.md} beside this class: a section a
 * code, {@code ## MRD-1234 title}. Thread-safe.
 */
public final class Explanations {
    private static final Pattern HEADING = Pattern.compile("(?m)^## (MRD-\\d{4}) (.+)$");
    private static final Pattern ASKED = Pattern.compile("(?:MRD-)?(\\d{4})");

    private Explanations() {}

    /** By code, in any case, with or without {@code MRD-}. */
    public static Optional<Explanation> find(String code) {
        Matcher asked = ASKED.matcher(code.strip().toUpperCase(Locale.ROOT));
        return asked.matches() ? Optional.ofNullable(All.BY_CODE.get("MRD-" + asked.group(1))) : Optional.empty();
    }

    /** All codes that are explained, in order. */
    public static Set<String> codes() {
        return All.BY_CODE.keySet();
    }

    /** Read on the first question. */
    private static final class All {
        static final Map<String, Explanation> BY_CODE = read();

        private static Map<String, Explanation> read() {
            String text;
            try (InputStream in = Explanations.class.getResourceAsStream("explanations.md")) {
                if (in == null) {
                    throw new IllegalStateException("explanations.md is missing from this build");
                }
                text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("explanations.md cannot be read", e);
            }
            Map<String, Explanation> byCode = new TreeMap<>();
            Matcher heading = HEADING.matcher(text);
            int next = heading.find() ? heading.start() : text.length();
            while (next < text.length()) {
                String code = heading.group(1);
                String title = heading.group(2);
                int from = heading.end();
                next = heading.find() ? heading.start() : text.length();
                String body = text.substring(from, next).strip();
                if (byCode.put(code, new Explanation(code, title, body)) != null) {
                    throw new IllegalStateException("explanations.md explains " + code + " twice");
                }
            }
            return Collections.unmodifiableMap(byCode);
        }
    }
}
