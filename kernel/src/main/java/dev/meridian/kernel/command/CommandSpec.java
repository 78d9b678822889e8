package dev.meridian.kernel.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of one command or subcommand before it runs. Immutable.
 *
 * @param ordinal its place in the table
 * @param name lower case; a subcommand's with its container's, as in {@code client|list}
 * @param arity the number of arguments, name included; negative for at least so many
 * @param flagBits the {@link Flag}s, by {@link Flag#bit()}
 * @param keys where its keys are
 * @param categories ACL categories without the at sign, sorted
 * @param group as COMMAND DOCS names it
 * @param since the version of Redis, or of Meridian for its own, that had it first
 * @param summary one line
 */
public record CommandSpec(
        int ordinal,
        String name,
        int arity,
        int flagBits,
        KeyRule keys,
        List<String> categories,
        String group,
        String since,
        String summary) {

    /** Redis' command flags, in the order in which COMMAND lists them. */
    public enum Flag {
        WRITE,
        READONLY,
        DENYOOM,
        ADMIN,
        PUBSUB,
        NOSCRIPT,
        BLOCKING,
        LOADING,
        STALE,
        SKIP_MONITOR,
        SKIP_SLOWLOG,
        FAST,
        NO_AUTH,
        NO_MANDATORY_KEYS,
        ALLOW_BUSY,
        MOVABLEKEYS;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** The flag's place in {@link CommandSpec#flagBits}. */
        public int bit() {
            return 1 << ordinal();
        }

        static Flag of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public boolean has(Flag flag) {
        return (flagBits & flag.bit()) != 0;
    }

    /** The flags in COMMAND's order. */
    public Set<Flag> flags() {
        EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
        for (Flag flag : Flag.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /** Whether it changes data. */
    public boolean writes() {
        return has(Flag.WRITE);
    }

    /** Whether so many arguments, the name included, are right. */
    public boolean accepts(int count) {
        return arity < 0 ? count >= -arity : count == arity;
    }

    /** The error for a wrong number of arguments. */
    public String wrongArity() {
        return "ERR wrong number of arguments for '" + name + "' command";
    }

    boolean isSubcommand() {
        return name.indexOf('|') > 0;
    }

    /** The container's name of a subcommand. */
    String container() {
        return name.substring(0, name.indexOf('|'));
    }

    /** A subcommand's own name, or the name. */
    String ownName() {
        return name.substring(name.indexOf('|') + 1);
    }

    /** The given categories and those that Redis derives from flags. */
    static List<String> categories(int flagBits, String group, List<String> given) {
        Set<String> all = new TreeSet<>(given);
        if ((flagBits & Flag.WRITE.bit()) != 0) {
            all.add("write");
        }
        if ((flagBits & Flag.READONLY.bit()) != 0 && !group.equals("scripting")) {
            all.add("read");
        }
        if ((flagBits & Flag.ADMIN.bit()) != 0) {
            all.add("admin");
            all.add("dangerous");
        }
        if ((flagBits & Flag.PUBSUB.bit()) != 0) {
            all.add("pubsub");
        }
        if ((flagBits & Flag.BLOCKING.bit()) != 0) {
            all.add("blocking");
        }
        all.add((flagBits & Flag.FAST.bit()) != 0 ? "fast" : "slow");
        return List.copyOf(all);
    }
}
