package dev.meridian.kernel.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every command that Meridian knows, and the handlers of those that it serves. A command without a handler is unknown to
 * clients: it answers as such and is in no list. Bind first; then any thread may read.
 *
 * @param <H> what carries a command out
 */
public final class CommandTable<H> {
    private static final int QUOTED_BYTES_MAX = 128;

    private final List<CommandSpec> specs = CommandRows.specs();
    private final Map<String, CommandSpec> byName = new TreeMap<>();
    private final List<List<CommandSpec>> subcommands = new ArrayList<>();
    private final byte[][] ownNames = new byte[specs.size()][];
    private final @Nullable Object[] handlers = new Object[specs.size()];
    private final int[] buckets = new int[Integer.highestOneBit(specs.size()) * 4];
    private final CommandSpec idempotent;
    private final @Nullable CommandSpec[] behindAnId = new CommandSpec[specs.size()];

    public CommandTable() {
        specs.forEach(spec -> byName.put(spec.name(), spec));
        for (CommandSpec spec : specs) {
            subcommands.add(new ArrayList<>());
            ownNames[spec.ordinal()] = spec.ownName().getBytes(StandardCharsets.US_ASCII);
            if (spec.isSubcommand()) {
                subcommands.get(named(spec.container()).ordinal()).add(spec);
            } else {
                insert(spec);
            }
        }
        idempotent = named(IdempotentCommand.NAME);
        specs.stream()
                .filter(IdempotentCommand::takes)
                .forEach(spec -> behindAnId[spec.ordinal()] = IdempotentCommand.around(idempotent, spec));
    }

    /**
     * Gives a command its handler.
     *
     * @param name in any case; a subcommand's as {@code CLIENT|LIST}
     */
    public void bind(String name, H handler) {
        CommandSpec spec = named(name.toLowerCase(Locale.ROOT));
        if (handlers[spec.ordinal()] != null) {
            throw new IllegalArgumentException("command " + name + " has a handler already");
        }
        handlers[spec.ordinal()] = handler;
    }

    /** The command, served or not. */
    public CommandSpec named(String name) {
        CommandSpec spec = byName.get(name);
        if (spec != null) {
            return spec;
        }
        throw new IllegalArgumentException("no command is named " + name);
    }

    /** Every command and subcommand of the table, served or not, in a fixed order. */
    public List<CommandSpec> all() {
        return List.copyOf(specs);
    }

    /** The commands served, without subcommands, in a fixed order. */
    public List<CommandSpec> served() {
        return specs.stream()
                .filter(spec -> !spec.isSubcommand() && isServed(spec))
                .toList();
    }

    /** The subcommands served of a command, in a fixed order. */
    public List<CommandSpec> servedSubcommands(CommandSpec spec) {
        return subcommands.get(spec.ordinal()).stream().filter(this::isServed).toList();
    }

    /** Whether the command, or a subcommand of it, has a handler. */
    public boolean isServed(CommandSpec spec) {
        return handlers[spec.ordinal()] != null
                || subcommands.get(spec.ordinal()).stream().anyMatch(sub -> handlers[sub.ordinal()] != null);
    }

    /**
     * The command or subcommand that the arguments name, in any case. Allocates nothing.
     *
     * @return null if none is served by that name: {@link #unknown} tells the client so. A container that is named
     *     without a subcommand is found, for its arity to be refused, and has no handler of its own.
     */
    public @Nullable CommandSpec find(Args args) {
        CommandSpec spec = args.count() == 0 ? null : find(args.buffer(), args.offset(0), args.length(0));
        if (spec == null) {
            return null;
        }
        List<CommandSpec> inside = subcommands.get(spec.ordinal());
        if (args.count() == 1 || inside.isEmpty()) {
            return !isServed(spec) ? null : spec == idempotent ? behindAnId(args) : spec;
        }
        for (int i = 0; i < inside.size(); i++) {
            CommandSpec sub = inside.get(i);
            if (handlers[sub.ordinal()] != null
                    && sameName(ownNames[sub.ordinal()], args.buffer(), args.offset(1), args.length(1))) {
                return sub;
            }
        }
        return null;
    }

    /** MERIDIAN.IDEM with the keys of the command in it; where that is none that it takes, its handler tells so. */
    private CommandSpec behindAnId(Args args) {
        int at = IdempotentCommand.WORDS;
        CommandSpec command = args.count() <= at ? null : find(args.buffer(), args.offset(at), args.length(at));
        CommandSpec whole = command == null ? null : behindAnId[command.ordinal()];
        return whole == null || !whole.accepts(args.count()) ? idempotent : whole;
    }

    /** What {@link #bind} gave the command; null where nothing. */
    @SuppressWarnings("unchecked")
    public @Nullable H handler(CommandSpec spec) {
        return (H) handlers[spec.ordinal()];
    }

    /** Redis' error, as bytes, for arguments that {@link #find} found nothing for. Secrets after AUTH and HELLO are left out. */
    public byte[] unknown(Args args) {
        CommandSpec spec = find(args.buffer(), args.offset(0), args.length(0));
        if (spec != null && isServed(spec)) {
            return latin1("ERR unknown subcommand '" + quoted(args, 1, QUOTED_BYTES_MAX) + "'. Try "
                    + spec.name().toUpperCase(Locale.ROOT) + " HELP.");
        }
        StringBuilder beginning = new StringBuilder();
        boolean secret = args.is(0, "AUTH") || args.is(0, "HELLO");
        for (int i = 1; i < args.count() && !secret && beginning.length() < QUOTED_BYTES_MAX; i++) {
            String next = quoted(args, i, QUOTED_BYTES_MAX - beginning.length());
            beginning.append('\'').append(next).append("' ");
        }
        return latin1("ERR unknown command '" + quoted(args, 0, QUOTED_BYTES_MAX) + "', with args beginning with: "
                + beginning);
    }

    /** Writes the command as an element of COMMAND and COMMAND INFO. */
    public void describe(CommandSpec spec, ReplyWriter out) {
        out.array(10);
        out.bulk(spec.name());
        out.integer(spec.arity());
        out.set(spec.flags().size());
        for (CommandSpec.Flag flag : spec.flags()) {
            out.simple(flag.toString());
        }
        out.integer(spec.keys().first());
        out.integer(spec.keys().last());
        out.integer(spec.keys().step());
        out.set(spec.categories().size());
        for (String category : spec.categories()) {
            out.simple("@" + category);
        }
        out.array(0);
        out.array(0);
        List<CommandSpec> inside = servedSubcommands(spec);
        out.array(inside.size());
        for (CommandSpec sub : inside) {
            describe(sub, out);
        }
    }

    /** Writes the command as an entry, name and map, of COMMAND DOCS. */
    public void document(CommandSpec spec, ReplyWriter out) {
        List<CommandSpec> inside = servedSubcommands(spec);
        out.bulk(spec.name());
        out.map(inside.isEmpty() ? 3 : 4);
        out.bulk("summary");
        out.bulk(spec.summary());
        out.bulk("since");
        out.bulk(spec.since());
        out.bulk("group");
        out.bulk(spec.group());
        if (!inside.isEmpty()) {
            out.bulk("subcommands");
            out.map(inside.size());
            for (CommandSpec sub : inside) {
                document(sub, out);
            }
        }
    }

    /** A command, no subcommand, by name in any case, served or not. Allocates nothing. */
    public @Nullable CommandSpec find(byte[] name, int offset, int length) {
        for (int i = bucket(name, offset, length); ; i = (i + 1) & (buckets.length - 1)) {
            if (buckets[i] == 0) {
                return null;
            }
            CommandSpec spec = specs.get(buckets[i] - 1);
            if (sameName(ownNames[spec.ordinal()], name, offset, length)) {
                return spec;
            }
        }
    }

    private void insert(CommandSpec spec) {
        byte[] name = ownNames[spec.ordinal()];
        int i = bucket(name, 0, name.length);
        while (buckets[i] != 0) {
            i = (i + 1) & (buckets.length - 1);
        }
        buckets[i] = spec.ordinal() + 1;
    }

    private int bucket(byte[] name, int offset, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + (name[offset + i] | 0x20);
        }
        return (hash ^ (hash >>> 15)) & (buckets.length - 1);
    }

    private static boolean sameName(byte[] lowerCase, byte[] name, int offset, int length) {
        if (lowerCase.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte c = name[offset + i];
            if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** As C prints it: up to a NUL, and no more than so many bytes. */
    private static String quoted(Args args, int i, int bytesMax) {
        int length = Math.min(args.length(i), bytesMax);
        String text = new String(args.buffer(), args.offset(i), length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
