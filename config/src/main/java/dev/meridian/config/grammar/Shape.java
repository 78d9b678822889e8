package dev.meridian.config.grammar;

import dev.meridian.config.Amounts;
import dev.meridian.config.Word;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What a value may look like. Reader, JSON Schema and reference follow these alone. */
public sealed interface Shape {
    /** In words, for messages and the reference: "a duration from 1ms to 1h". */
    String what();

    /** Keys and values; gives a {@link Section}. {@code describes} names its subject, such as "a region". */
    record Table(String describes, List<Key> keys) implements Shape {
        @Override
        public String what() {
            return describes + " with keys such as "
                    + String.join(", ", keys.stream().limit(3).map(Key::name).toList());
        }
    }

    /** A list; gives a {@code List<Found<?>>}. */
    record ListOf(Shape item, int least, int most) implements Shape {
        @Override
        public String what() {
            return "a list, each item " + item.what();
        }
    }

    /** One word of a closed list; gives the enum constant. */
    record Choice(List<? extends Word> words) implements Shape {
        @Override
        public String what() {
            return String.join(", ", words.stream().map(Word::word).toList());
        }
    }

    /** Gives a {@code String}. {@code code} is the problem reported when the pattern does not match. */
    record Text(String what, Pattern pattern, String code, boolean environment) implements Shape {}

    /** Gives a {@code String} that is never shown. */
    record Secret() implements Shape {
        @Override
        public String what() {
            return "text, best as ${NAME} of an environment variable";
        }
    }

    /** Gives a {@code Boolean}. */
    record Flag() implements Shape {
        @Override
        public String what() {
            return "true or false";
        }
    }

    /** Gives a {@code Long}. */
    record Whole(long least, long most) implements Shape {
        @Override
        public String what() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /** Gives a {@code Double}. */
    record Decimal(double least, double most) implements Shape {
        @Override
        public String what() {
            return "a number from " + Math.round(least) + " to " + Math.round(most);
        }
    }

    /** Gives a {@code Duration}. */
    record Time(Duration least, Duration most) implements Shape {
        @Override
        public String what() {
            return "a duration from " + Amounts.duration(least) + " to " + Amounts.duration(most);
        }
    }

    /** Gives a {@code Long} of bytes; with {@code perSecond} the text ends in {@code /s}. */
    record Size(long least, long most, boolean perSecond) implements Shape {
        @Override
        public String what() {
            String per = perSecond ? "/s" : "";
            return "a " + (perSecond ? "rate" : "size") + " from " + Amounts.bytes(least) + per + " to "
                    + Amounts.bytes(most) + per;
        }
    }

    /** Gives a {@code Double} from 0 to 100. */
    record Percentage() implements Shape {
        @Override
        public String what() {
            return "a percentage from 0% to 100%";
        }
    }

    /** Gives a {@link dev.meridian.config.Consistency}. */
    record Level() implements Shape {
        @Override
        public String what() {
            return "strong, quorum, bounded(2s), bounded, session, causal, monotonic_read, eventual";
        }
    }

    /** Gives a {@code LocalTime}. */
    record TimeOfDay() implements Shape {
        @Override
        public String what() {
            return "a time of day, such as 08:30";
        }
    }
}
