package dev.meridian.kernel.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** COMMAND and every HELP: what the command table says of itself. */
public final class TableCommands {
    private final CommandTable<Command> table;

    private TableCommands(CommandTable<Command> table) {
        this.table = table;
    }

    public static void bind(CommandTable<Command> table, BiConsumer<String, Command> bind) {
        TableCommands commands = new TableCommands(table);
        bind.accept("COMMAND", commands::all);
        bind.accept("COMMAND|COUNT", x -> x.reply().integer(table.served().size()));
        bind.accept("COMMAND|INFO", commands::info);
        bind.accept("COMMAND|DOCS", commands::docs);
        bind.accept("COMMAND|LIST", commands::list);
        bind.accept("COMMAND|GETKEYS", commands::getKeys);
    }

    /** Gives every container that is served its HELP. After all others are bound. */
    public static void bindHelp(CommandTable<Command> table) {
        for (CommandSpec spec : table.all()) {
            if (spec.name().endsWith("|help") && table.handler(spec) == null) {
                CommandSpec container = table.named(spec.container());
                if (table.isServed(container)) {
                    table.bind(spec.name(), x -> help(table, container, x.reply()));
                }
            }
        }
    }

    private static void help(CommandTable<Command> table, CommandSpec container, ReplyWriter reply) {
        List<CommandSpec> inside = table.servedSubcommands(container);
        reply.array(1 + 2L * inside.size());
        reply.simple(container.name().toUpperCase(Locale.ROOT)
                + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (CommandSpec sub : inside) {
            reply.simple(sub.ownName().toUpperCase(Locale.ROOT));
            reply.simple("    " + sub.summary() + ".");
        }
    }

    private void all(Execution x) {
        List<CommandSpec> served = table.served();
        x.reply().array(served.size());
        served.forEach(spec -> table.describe(spec, x.reply()));
    }

    private @Nullable CommandSpec served(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (CommandSpec spec : table.all()) {
            if (spec.name().equals(lower) && table.isServed(spec)) {
                return spec;
            }
        }
        return null;
    }

    private void info(Execution x) {
        Args args = x.args();
        if (args.count() == 2) {
            all(x);
            return;
        }
        x.reply().array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            CommandSpec spec = served(args.latin1(i));
            if (spec == null) {
                x.reply().nilArray();
            } else {
                table.describe(spec, x.reply());
            }
        }
    }

    private void docs(Execution x) {
        Args args = x.args();
        List<CommandSpec> wanted = new ArrayList<>();
        if (args.count() == 2) {
            wanted.addAll(table.served());
        }
        for (int i = 2; i < args.count(); i++) {
            CommandSpec spec = served(args.latin1(i));
            if (spec != null) {
                wanted.add(spec);
            }
        }
        x.reply().map(wanted.size());
        wanted.forEach(spec -> table.document(spec, x.reply()));
    }

    private void list(Execution x) {
        Args args = x.args();
        List<String> names = new ArrayList<>();
        boolean filtered = args.count() == 5 && args.is(2, "FILTERBY");
        if (args.count() != 2 && !filtered) {
            x.reply().error("ERR syntax error");
            return;
        }
        if (filtered && !args.is(3, "MODULE") && !args.is(3, "ACLCAT") && !args.is(3, "PATTERN")) {
            x.reply().error("ERR syntax error");
            return;
        }
        for (CommandSpec spec : table.served()) {
            add(spec, filtered ? args : null, names);
            for (CommandSpec sub : table.servedSubcommands(spec)) {
                if (filtered) {
                    add(sub, args, names);
                }
            }
        }
        x.reply().array(names.size());
        names.forEach(x.reply()::bulk);
    }

    private static void add(CommandSpec spec, @Nullable Args filter, List<String> names) {
        boolean wanted = filter == null
                || filter.is(3, "ACLCAT")
                        && spec.categories().contains(filter.latin1(4).toLowerCase(Locale.ROOT))
                || filter.is(3, "PATTERN") && matches(filter, spec);
        if (wanted) {
            names.add(spec.name());
        }
    }

    private static boolean matches(Args filter, CommandSpec spec) {
        byte[] name = spec.name().getBytes(StandardCharsets.US_ASCII);
        return Glob.matches(filter.buffer(), filter.offset(4), filter.length(4), name, 0, name.length, true);
    }

    private void getKeys(Execution x) {
        Args command = new Args();
        x.args().tail(2, command);
        CommandSpec spec = table.find(command);
        if (spec == null) {
            x.reply().error("ERR Invalid command specified");
        } else if (spec.keys().first() == 0 && !spec.keys().movable()) {
            x.reply().error("ERR The command has no key arguments");
        } else if (!spec.accepts(command.count())) {
            x.reply().error("ERR Invalid number of arguments specified for command");
        } else {
            int count = spec.keys().count(command);
            if (count <= 0) {
                x.reply().error("ERR Invalid arguments specified for command");
                return;
            }
            x.reply().array(count);
            for (int i = 0; i < count; i++) {
                x.reply().bulk(command, spec.keys().at(command, i));
            }
        }
    }
}
