package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * CONFIG: the settings that Redis clients look at, with the values that are true here. One can be changed, {@code
 * notify-keyspace-events}; it is this node's and lasts until it ends.
 */
public final class ConfigCommands {
    private static final String EVENTS = "notify-keyspace-events";

    private final Kernel kernel;

    private ConfigCommands(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        ConfigCommands commands = new ConfigCommands(kernel);
        table.accept("CONFIG|GET", commands::get);
        table.accept("CONFIG|SET", commands::set);
        table.accept("CONFIG|RESETSTAT", x -> {
            kernel.resetStatistics();
            x.reply().ok();
        });
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("appendfsync", "everysec");
        settings.put("appendonly", "yes");
        settings.put("cluster-enabled", "no");
        settings.put("databases", "1");
        settings.put("maxclients", "10000");
        settings.put("maxmemory", "0");
        settings.put("maxmemory-policy", "noeviction");
        settings.put(EVENTS, kernel.pubSub().events());
        settings.put("proto-max-bulk-len", "536870912");
        settings.put("save", "");
        settings.put("tcp-keepalive", "300");
        settings.put("timeout", "0");
        return settings;
    }

    private void get(Execution x) {
        Args args = x.args();
        Map<String, String> found = new LinkedHashMap<>();
        settings().forEach((name, value) -> {
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            for (int i = 2; i < args.count(); i++) {
                if (args.is(i, name)) {
                    found.put(args.latin1(i), value);
                } else if (Glob.matches(args.buffer(), args.offset(i), args.length(i), text, 0, text.length, true)) {
                    found.put(name, value);
                }
            }
        });
        x.reply().map(found.size());
        found.forEach((name, value) -> {
            x.reply().bulk(name);
            x.reply().bulk(value);
        });
    }

    private void set(Execution x) {
        Args args = x.args();
        if (args.count() % 2 != 0) {
            x.reply().error("ERR syntax error");
            return;
        }
        Map<String, String> settings = settings();
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 2; i < args.count(); i += 2) {
            String name = args.latin1(i).toLowerCase(Locale.ROOT);
            if (!settings.containsKey(name)) {
                x.reply()
                        .error(("ERR Unknown option or number of arguments for CONFIG SET - '" + args.latin1(i) + "'")
                                .getBytes(StandardCharsets.ISO_8859_1));
                return;
            }
            if (!seen.add(name)) {
                failed(x, name, "duplicate parameter");
                return;
            }
        }
        for (int i = 2; i < args.count(); i += 2) {
            String name = args.latin1(i).toLowerCase(Locale.ROOT);
            String value = args.latin1(i + 1);
            if (name.equals(EVENTS)) {
                if (!PubSub.knownEvents(value)) {
                    failed(x, name, "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
                    return;
                }
            } else if (!value.equalsIgnoreCase(settings.get(name))) {
                failed(x, name, "can't set immutable config");
                return;
            }
        }
        for (int i = 2; i < args.count(); i += 2) {
            if (args.is(i, EVENTS)) {
                kernel.pubSub().events(args.latin1(i + 1));
            }
        }
        x.reply().ok();
    }

    private static void failed(Execution x, String name, String reason) {
        x.reply().error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
    }
}
