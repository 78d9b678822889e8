package dev.meridian.kernel;

import org.jspecify.annotations.Nullable;

/** JSON written from left to right; commas are its own matter, brackets the caller's. */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    JsonText begin(char bracket) {
        comma();
        text.append(bracket);
        first = true;
        return this;
    }

    void end(char bracket) {
        text.append(bracket);
        first = false;
    }

    JsonText name(String name) {
        comma();
        string(name);
        text.append(':');
        first = true;
        return this;
    }

    void member(String name, @Nullable String value) {
        name(name).value(value);
    }

    /** Numbers and truths; doubles must be finite. */
    void member(String name, @Nullable Number value) {
        name(name).bare(value);
    }

    void member(String name, @Nullable Boolean value) {
        name(name).bare(value);
    }

    void value(@Nullable String value) {
        if (value == null) {
            bare(null);
        } else {
            comma();
            string(value);
        }
    }

    private void bare(@Nullable Object value) {
        comma();
        text.append(value);
    }

    private void comma() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) || c == '\u007f') {
                        String hex = Integer.toHexString(c);
                        text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
