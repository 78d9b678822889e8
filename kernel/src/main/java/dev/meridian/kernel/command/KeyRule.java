package dev.meridian.kernel.command;

/**
 * Where a command's keys are among its arguments. Allocates nothing.
 *
 * @param first the first key, or with {@code numkeysAt} a destination, or 0 for none
 * @param last the last key; negative counts from the end, -1 being the last argument
 * @param step the distance between keys
 * @param numkeysAt the argument that says how many keys follow it, or 0
 * @param special what first, last, step and numkeysAt do not tell
 */
public record KeyRule(int first, int last, int step, int numkeysAt, Special special) {
    /** Rules of their own. */
    public enum Special {
        NONE,
        /** SORT: one key, and a destination after the last STORE. */
        SORT,
        /** COMMAND lists shard channels where keys would be; they are no keys. */
        CHANNELS
    }

    private static final KeyRule NONE = new KeyRule(0, 0, 0, 0, Special.NONE);

    static KeyRule parse(String text) {
        if (text.equals("-")) {
            return NONE;
        }
        if (text.equals("sort")) {
            return new KeyRule(1, 1, 1, 0, Special.SORT);
        }
        int at = text.indexOf('@');
        if (at > 0) {
            int destination = text.startsWith("1+") ? 1 : 0;
            return new KeyRule(
                    destination, destination, destination, Integer.parseInt(text.substring(at + 1)), Special.NONE);
        }
        boolean channels = text.startsWith("channels:");
        String[] parts = text.substring(text.indexOf(':') + 1).split(",");
        return new KeyRule(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                0,
                channels ? Special.CHANNELS : Special.NONE);
    }

    /** Whether first, last and step do not tell all. */
    public boolean movable() {
        return special == Special.SORT || numkeysAt > 0;
    }

    /** Whether there are keys, and they are where the figures say. */
    boolean isPlain() {
        return special == Special.NONE && (first > 0 || numkeysAt > 0);
    }

    /** The plain rule for the command behind so many other words. */
    KeyRule behind(int words) {
        return new KeyRule(
                first == 0 ? 0 : first + words,
                last <= 0 ? last : last + words,
                step,
                numkeysAt == 0 ? 0 : numkeysAt + words,
                Special.NONE);
    }

    /** How many keys the command has; -1 where its own count of them is wrong, which the command itself reports. */
    public int count(Args args) {
        if (special == Special.SORT) {
            return store(args) > 0 ? 2 : 1;
        }
        if (special == Special.CHANNELS) {
            return 0;
        }
        int fixed = 0;
        if (first > 0) {
            int end = last < 0 ? args.count() + last : last;
            fixed = end < first ? 0 : (end - first) / step + 1;
        }
        if (numkeysAt == 0) {
            return fixed;
        }
        if (numkeysAt >= args.count()) {
            return -1;
        }
        long counted = Numbers.parseLong(args.buffer(), args.offset(numkeysAt), args.length(numkeysAt));
        return counted < Math.min(fixed, 1) || counted > args.count() - numkeysAt - 1 ? -1 : fixed + (int) counted;
    }

    /** The index of the argument that is key {@code n} of {@link #count}. */
    public int at(Args args, int n) {
        if (special == Special.SORT) {
            return n == 0 ? 1 : store(args);
        }
        if (numkeysAt == 0) {
            return first + n * step;
        }
        int fixed = Math.min(first, 1);
        return n < fixed ? first : numkeysAt + 1 + n - fixed;
    }

    private static int store(Args args) {
        int found = 0;
        for (int i = 2; i < args.count(); i++) {
            if (args.is(i, "LIMIT")) {
                i += 2;
            } else if (args.is(i, "GET") || args.is(i, "BY")) {
                i++;
            } else if (args.is(i, "STORE") && i + 1 < args.count()) {
                found = ++i;
            }
        }
        return found;
    }
}
