package dev.meridian.config.grammar;

import dev.meridian.config.Amounts;
import dev.meridian.config.Consistency;
import dev.meridian.config.ConsistencyLevel;
import dev.meridian.config.ErrorCodes;
import dev.meridian.config.Word;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import dev.meridian.config.yaml.YamlNode.Scalar;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one scalar in the shape that its key asks for, never by what it looks like. */
final class ScalarReading {
    static final Pattern TIME = Pattern.compile("(\\d{1,18})(ms|s|m|h|d)");
    static final Pattern SIZE = Pattern.compile("(\\d{1,18})(B|KB|KiB|MB|MiB|GB|GiB|TB)");
    private static final Pattern LOOSE_AMOUNT =
            Pattern.compile("([+-]?)(\\d+)(?:\\.\\d+)?\\s*([A-Za-zµ]*)(/s)?", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d*)");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9]\\d{0,15})(\\.\\d{1,15})?");
    static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)%");
    static final Pattern CLOCK = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)");
    private static final Pattern BOUNDED = Pattern.compile("bounded\\((.*)\\)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)\\}?");
    private static final Pattern NUMBER_LIKE = Pattern.compile(
            "[-+]?(\\.\\d+|\\d+(\\.\\d*)?)([eE][-+]?\\d+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    private static final int LONGEST_NUMBER = 20;

    private final Problems problems;
    private final Function<String, @Nullable String> environment;

    ScalarReading(Problems problems, Function<String, @Nullable String> environment) {
        this.problems = problems;
        this.environment = environment;
    }

    /** The value, or null after reporting why there is none. */
    @Nullable
    Object read(String key, Shape shape, Scalar scalar) {
        return switch (shape) {
            case Shape.Flag flag -> flag(key, scalar);
            case Shape.Whole whole -> whole(key, whole, scalar);
            case Shape.Decimal decimal -> decimal(key, decimal, scalar);
            case Shape.Time time -> time(key, time, scalar.text(), scalar.span());
            case Shape.Size size -> size(key, size, scalar);
            case Shape.Percentage ignored -> percentage(key, scalar);
            case Shape.Level ignored -> level(key, scalar);
            case Shape.TimeOfDay ignored -> timeOfDay(key, scalar);
            case Shape.Choice choice -> choice(key, choice, scalar);
            case Shape.Text text -> text(key, text, scalar);
            case Shape.Secret ignored -> secret(key, scalar);
            case Shape.Table ignored -> throw new IllegalArgumentException(key + " is a table");
            case Shape.ListOf ignored -> throw new IllegalArgumentException(key + " is a list");
        };
    }

    private @Nullable Boolean flag(String key, Scalar scalar) {
        if (scalar.plain() && scalar.text().equals("true")) {
            return true;
        }
        if (scalar.plain() && scalar.text().equals("false")) {
            return false;
        }
        String meant = switch (scalar.text().toLowerCase(Locale.ROOT)) {
            case "yes", "on", "y", "true", "1", "enabled" -> "true";
            case "no", "off", "n", "false", "0", "disabled" -> "false";
            default -> null;
        };
        String help = meant == null
                ? null
                : scalar.plain() ? "write `" + meant + "`" : "write `" + meant + "` without quotes";
        error(
                ErrorCodes.NOT_A_FLAG,
                scalar,
                key + " is " + quote(scalar) + ", which is neither true nor false",
                "allowed: true, false",
                help);
        return null;
    }

    private @Nullable Long whole(String key, Shape.Whole shape, Scalar scalar) {
        if (!scalar.plain() || !WHOLE.matcher(scalar.text()).matches()) {
            error(
                    ErrorCodes.NOT_A_NUMBER,
                    scalar,
                    key + " is " + quote(scalar) + ", which is not a whole number",
                    "digits only, from " + shape.least() + " to " + shape.most(),
                    decimalOf(scalar));
            return null;
        }
        if (scalar.text().length() > LONGEST_NUMBER) {
            outOfRange(key, scalar.text().substring(0, LONGEST_NUMBER) + "...", scalar.span(), shape.what());
            return null;
        }
        BigInteger value = new BigInteger(scalar.text());
        if (value.compareTo(BigInteger.valueOf(shape.least())) < 0
                || value.compareTo(BigInteger.valueOf(shape.most())) > 0) {
            outOfRange(key, scalar.text(), scalar.span(), shape.what());
            return null;
        }
        return value.longValueExact();
    }

    private static @Nullable String decimalOf(Scalar scalar) {
        String text = scalar.text().replace("_", "").toLowerCase(Locale.ROOT);
        if (text.length() > LONGEST_NUMBER) {
            return null;
        }
        try {
            if (!scalar.plain() && WHOLE.matcher(text).matches()) {
                return "write `" + text + "` without quotes";
            }
            if (text.startsWith("0o")) {
                return "write `" + new BigInteger(text.substring(2), 8) + "`";
            }
            if (text.startsWith("0x")) {
                return "write `" + new BigInteger(text.substring(2), 16) + "`";
            }
            if (text.matches("\\d{1,9}(\\.\\d{1,9})?e\\+?\\d{1,2}")) {
                return "write `" + new java.math.BigDecimal(text).toBigInteger() + "`";
            }
            if (text.matches("\\d{1,18}")) {
                return "write `" + new BigInteger(text) + "`";
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return null;
    }

    private @Nullable Double decimal(String key, Shape.Decimal shape, Scalar scalar) {
        if (!scalar.plain() || !DECIMAL.matcher(scalar.text()).matches()) {
            error(
                    ErrorCodes.NOT_A_NUMBER,
                    scalar,
                    key + " is " + quote(scalar) + ", which is not a number",
                    "such as 12 or 12.5",
                    null);
            return null;
        }
        double value = Double.parseDouble(scalar.text());
        if (value < shape.least() || value > shape.most()) {
            outOfRange(key, scalar.text(), scalar.span(), shape.what());
            return null;
        }
        return value;
    }

    private @Nullable Duration time(String key, Shape.Time shape, String text, Span span) {
        Matcher exact = TIME.matcher(text);
        if (exact.matches()) {
            long unitMs = java.util.Objects.requireNonNull(Amounts.TIME_UNITS.get(exact.group(2)));
            BigInteger ms = new BigInteger(exact.group(1)).multiply(BigInteger.valueOf(unitMs));
            if (ms.compareTo(BigInteger.valueOf(shape.least().toMillis())) < 0
                    || ms.compareTo(BigInteger.valueOf(shape.most().toMillis())) > 0) {
                outOfRange(key, text, span, shape.what());
                return null;
            }
            return Duration.ofMillis(ms.longValueExact());
        }
        Matcher loose = LOOSE_AMOUNT.matcher(text.strip());
        String help = null;
        String wrong = "which is not a duration";
        if (loose.matches()) {
            String unit = timeUnit(loose.group(3));
            if (loose.group(1).equals("-")) {
                wrong = "and a duration cannot be negative";
            } else if (loose.group(2).length() > 18) {
                outOfRange(key, text, span, shape.what());
                return null;
            } else if (loose.group(3).isEmpty()) {
                wrong = "a number without a unit";
                help = "write `" + loose.group(2) + "s` if seconds are meant";
            } else if (unit != null && !text.contains(".")) {
                help = "write `" + loose.group(2) + unit + "`";
            } else if (text.contains(".")) {
                help = "use a smaller unit instead of a fraction: `1500ms` for 1.5 s";
            }
        }
        problems.error(
                ErrorCodes.NOT_A_DURATION,
                span,
                key + " is " + quote(text) + ", " + wrong,
                "digits and one of ms, s, m, h, d",
                help);
        return null;
    }

    private static @Nullable String timeUnit(String word) {
        String unit = word.toLowerCase(Locale.ROOT);
        if (unit.startsWith("milli") || unit.equals("ms") || unit.startsWith("msec")) {
            return "ms";
        }
        return switch (unit.isEmpty() ? ' ' : unit.charAt(0)) {
            case 's' -> "s";
            case 'm' -> unit.startsWith("mo") ? null : "m";
            case 'h' -> "h";
            case 'd' -> "d";
            default -> null;
        };
    }

    private @Nullable Long size(String key, Shape.Size shape, Scalar scalar) {
        String text = scalar.text();
        boolean ends = text.endsWith("/s");
        String amount = ends ? text.substring(0, text.length() - 2) : text;
        Matcher exact = SIZE.matcher(amount);
        if (exact.matches() && ends == shape.perSecond()) {
            long unit = java.util.Objects.requireNonNull(Amounts.SIZE_UNITS.get(exact.group(2)));
            BigInteger bytes = new BigInteger(exact.group(1)).multiply(BigInteger.valueOf(unit));
            if (bytes.compareTo(BigInteger.valueOf(shape.least())) < 0
                    || bytes.compareTo(BigInteger.valueOf(shape.most())) > 0) {
                outOfRange(key, text, scalar.span(), shape.what());
                return null;
            }
            return bytes.longValueExact();
        }
        String per = shape.perSecond() ? "/s" : "";
        Matcher loose = LOOSE_AMOUNT.matcher(text.strip());
        String help = null;
        if (loose.matches() && loose.group(1).isEmpty() && !text.contains(".")) {
            String unit = sizeUnit(loose.group(3));
            help = unit == null ? null : "write `" + loose.group(2) + unit + per + "`";
        }
        error(
                ErrorCodes.NOT_A_SIZE,
                scalar,
                key + " is " + quote(scalar) + ", which is not a " + (shape.perSecond() ? "rate" : "size"),
                "digits and one of B, KB, MB, GB (thousands), KiB, MiB, GiB (1024)"
                        + (shape.perSecond() ? ", then /s" : ""),
                help);
        return null;
    }

    private static @Nullable String sizeUnit(String word) {
        if (word.isEmpty()) {
            return "MB";
        }
        return Amounts.SIZE_UNITS.keySet().stream()
                .filter(unit -> unit.equalsIgnoreCase(word) || unit.equalsIgnoreCase(word + "B"))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Double percentage(String key, Scalar scalar) {
        Matcher exact = PERCENTAGE.matcher(scalar.text());
        if (!exact.matches()) {
            String help = scalar.text().matches("\\d+(\\.\\d+)?") ? "write `" + scalar.text() + "%`" : null;
            error(
                    ErrorCodes.NOT_A_PERCENTAGE,
                    scalar,
                    key + " is " + quote(scalar) + ", which is not a percentage",
                    "such as 0.1% or 5%",
                    help);
            return null;
        }
        double value = Double.parseDouble(exact.group(1));
        if (value > 100) {
            outOfRange(key, scalar.text(), scalar.span(), "a percentage from 0% to 100%");
            return null;
        }
        return value;
    }

    private @Nullable Consistency level(String key, Scalar scalar) {
        Matcher bounded = BOUNDED.matcher(scalar.text());
        if (bounded.matches()) {
            Duration bound = time("the time of bounded", ConfigurationGrammar.BOUND, bounded.group(1), scalar.span());
            return bound == null ? null : new Consistency(ConsistencyLevel.BOUNDED, bound);
        }
        ConsistencyLevel level =
                (ConsistencyLevel) choice(key, new Shape.Choice(List.of(ConsistencyLevel.values())), scalar);
        return level == null ? null : Consistency.of(level);
    }

    private @Nullable LocalTime timeOfDay(String key, Scalar scalar) {
        Matcher clock = CLOCK.matcher(scalar.text());
        if (clock.matches()) {
            return LocalTime.of(Integer.parseInt(clock.group(1)), Integer.parseInt(clock.group(2)));
        }
        String help = scalar.text().matches("\\d:[0-5]\\d") ? "write `0" + scalar.text() + "`" : null;
        error(
                ErrorCodes.NOT_A_TIME_OF_DAY,
                scalar,
                key + " is " + quote(scalar) + ", which is not a time of day",
                "HH:MM, 00:00 to 23:59",
                help);
        return null;
    }

    private @Nullable Object choice(String key, Shape.Choice choice, Scalar scalar) {
        for (Word word : choice.words()) {
            if (word.word().equals(scalar.text())) {
                return word;
            }
        }
        String nearest = Nearest.to(
                scalar.text(), choice.words().stream().map(Word::word).toList());
        error(
                ErrorCodes.NOT_A_CHOICE,
                scalar,
                key + " cannot be " + quote(scalar),
                "allowed: " + choice.what(),
                nearest == null ? null : "did you mean `" + nearest + "`?");
        return null;
    }

    private @Nullable String text(String key, Shape.Text shape, Scalar scalar) {
        if (readsAsOtherThanText(scalar)) {
            error(
                    ErrorCodes.NOT_TEXT,
                    scalar,
                    key + " is " + quote(scalar) + ", which YAML reads as a " + (isBoolean(scalar) ? "flag" : "number"),
                    null,
                    "put it in quotes if text is meant: \"" + scalar.text() + "\"");
            return null;
        }
        String value = shape.environment() ? substitute(key, scalar) : scalar.text();
        if (value == null) {
            return null;
        }
        if (!shape.pattern().matcher(value).matches()) {
            String suggestion = shape.environment() ? null : suggestion(shape, value);
            error(
                    shape.code(),
                    scalar,
                    key + " is " + quote(scalar) + ", which is not " + shape.what(),
                    null,
                    suggestion == null ? null : "write `" + suggestion + "`");
            return null;
        }
        return value;
    }

    private static @Nullable String suggestion(Shape.Text shape, String value) {
        String lower = value.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return shape.pattern().matcher(lower).matches() ? lower : null;
    }

    private @Nullable String secret(String key, Scalar scalar) {
        if (readsAsOtherThanText(scalar)) {
            error(
                    ErrorCodes.NOT_TEXT,
                    scalar,
                    key + " is not text: YAML reads it as a number or a flag",
                    null,
                    "put it in quotes, or better, in an environment variable: ${NAME}");
            return null;
        }
        String value = substitute(key, scalar);
        if (value != null && value.isEmpty()) {
            error(ErrorCodes.NO_VALUE, scalar, key + " is empty", null, "give it a value or remove the key");
            return null;
        }
        return value;
    }

    /** Replaces each ${NAME}; null after reporting one that is not set. */
    private @Nullable String substitute(String key, Scalar scalar) {
        Matcher variable = VARIABLE.matcher(scalar.text());
        StringBuilder out = new StringBuilder();
        boolean whole = true;
        while (variable.find()) {
            String name = variable.group(1);
            String value = variable.group().endsWith("}") && name.matches("[A-Za-z_][A-Za-z0-9_]*")
                    ? environment.apply(name)
                    : null;
            if (value == null || value.isEmpty()) {
                String state = value == null ? "is not set" : "is set but empty";
                error(
                        ErrorCodes.ENVIRONMENT_UNSET,
                        scalar,
                        key + " takes the environment variable " + name + ", which " + state,
                        null,
                        "export " + name + "=... before starting, or use a file");
                whole = false;
            } else {
                variable.appendReplacement(out, Matcher.quoteReplacement(value));
            }
        }
        if (!whole) {
            return null;
        }
        variable.appendTail(out);
        return out.toString();
    }

    private static boolean readsAsOtherThanText(Scalar scalar) {
        return scalar.plain() && (NUMBER_LIKE.matcher(scalar.text()).matches() || isBoolean(scalar));
    }

    private static boolean isBoolean(Scalar scalar) {
        return Arrays.asList("true", "True", "TRUE", "false", "False", "FALSE").contains(scalar.text());
    }

    private void outOfRange(String key, String text, Span span, String what) {
        problems.error(
                ErrorCodes.OUT_OF_RANGE,
                span,
                key + " is " + text + ", which is out of range",
                "allowed: " + what,
                null);
    }

    private void error(String code, Scalar scalar, String message, @Nullable String note, @Nullable String help) {
        problems.error(code, scalar.span(), message, note, help);
    }

    private static String quote(Scalar scalar) {
        return quote(scalar.text());
    }

    private static String quote(String text) {
        String shown = text.length() > 60 ? text.substring(0, 57) + "..." : text;
        return "`" + shown.replace('\n', ' ') + "`";
    }
}
