package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Dataset.ReadLevel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.READ level [time] [command ...]: what reads promise, for the connection or for one command. A level is
 * never lowered in silence: what a dataset cannot serve is refused.
 */
public final class ReadLevelCommand {
    private static final String LEVELS = "strong, quorum, bounded <time>, session, causal, monotonic_read, eventual";
    private static final long BOUND_MS_MAX = 24 * 3_600_000L;

    private final Kernel kernel;

    private ReadLevelCommand(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        table.accept("MERIDIAN.READ", new ReadLevelCommand(kernel)::run);
        StalenessCommand.bind(kernel, table);
    }

    private void run(Execution x) {
        Args args = x.args();
        String word = args.latin1(1).toLowerCase(Locale.ROOT).replace('-', '_');
        boolean own = word.equals("default");
        ReadLevel level = level(word);
        if (level == null && !own) {
            error(x, "ERR unknown read level '" + args.latin1(1) + "': one of " + LEVELS + ", default");
            return;
        }
        int next = 2;
        long boundMs = 0;
        if (level == ReadLevel.BOUNDED) {
            boundMs = args.count() > 2 ? durationMs(args.latin1(2)) : -1;
            if (boundMs < 0) {
                error(x, "ERR MERIDIAN.READ bounded takes a time of at most 24h behind it, such as 500ms or 2s");
                return;
            }
            next = 3;
        }
        if (next == args.count()) {
            if (level != null
                    && level.isLinearizable()
                    && kernel.placement().datasets().stream().noneMatch(this::isExact)) {
                error(x, "ERR read level '" + word + "' is served by no dataset here: choose one of " + LEVELS);
                return;
            }
            x.client().session.level(level, boundMs);
            x.reply().ok();
            return;
        }
        once(x, next, level, boundMs);
    }

    private void once(Execution x, int from, @Nullable ReadLevel level, long boundMs) {
        Args args = x.args();
        Client client = x.client();
        if (x.inMulti()) {
            error(x, "ERR MERIDIAN.READ with a command is not allowed in MULTI: choose the level before it");
            return;
        }
        Args view = new Args();
        args.tail(from, view);
        CommandSpec spec = kernel.table().find(view);
        if (spec == null) {
            x.reply().error(kernel.table().unknown(view));
            return;
        }
        if (!spec.accepts(view.count())) {
            x.reply().error(spec.wrongArity());
            return;
        }
        if (!spec.has(CommandSpec.Flag.READONLY) || spec.keys().count(view) < 1) {
            error(x, "ERR MERIDIAN.READ takes a command that reads keys and changes none, not '" + spec.name() + "'");
            return;
        }
        Dataset dataset = kernel.dispatcher().dataset(view, spec.keys().at(view, 0));
        if (level != null && level.isLinearizable() && !isExact(dataset)) {
            error(x, notServed(dataset, level));
            return;
        }
        // The command outlives this one where it waits.
        Args command = view.retain();
        client.session.levelOnce(
                level == null ? dataset.readLevel() : level, level == null ? dataset.readBoundMs() : boundMs);
        kernel.dispatcher().serve(client, spec, command, false);
    }

    private boolean isExact(Dataset dataset) {
        return kernel.placement().group(dataset).ackRule().isAppliedOnCommit();
    }

    static String notServed(Dataset dataset, ReadLevel level) {
        return "ERR dataset '" + dataset.name() + "' cannot be read at level '"
                + level.name().toLowerCase(Locale.ROOT) + "': it serves "
                + LEVELS.substring(LEVELS.indexOf("bounded"));
    }

    private static @Nullable ReadLevel level(String word) {
        for (ReadLevel level : ReadLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(word)) {
                return level;
            }
        }
        return null;
    }

    /** A time with its unit, in ms; -1 when it is none. */
    private static long durationMs(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long unitMs = switch (text.substring(digits)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 0;
        };
        if (digits == 0 || digits > 9 || unitMs == 0) {
            return -1;
        }
        long ms = Long.parseLong(text.substring(0, digits)) * unitMs;
        return ms > BOUND_MS_MAX ? -1 : ms;
    }

    private static void error(Execution x, String text) {
        x.reply().error(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
