package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * MERIDIAN.STALENESS key: how old the state may be from which a read of the key would be answered now, and whether it
 * contains what the connection has seen. Never refused for being stale, and answered by the region that would serve the read.
 */
final class StalenessCommand {
    static final String NAME = "meridian.staleness";

    private StalenessCommand() {}

    static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        table.accept(NAME.toUpperCase(Locale.ROOT), x -> run(kernel, x));
    }

    private static void run(Kernel kernel, Execution x) {
        Session session = x.client().session;
        Dataset dataset = kernel.dispatcher().dataset(x.args(), 1);
        Group group = kernel.groups()[dataset.group()];
        long ms = kernel.replicator().stability().stalenessMs(group.index());
        ReplyWriter out = x.reply();
        out.map(5);
        out.bulk("dataset");
        out.bulk(dataset.name());
        out.bulk("region");
        out.bulk(kernel.placement().self());
        out.bulk("level");
        out.bulk(session.levelFor(dataset).name().toLowerCase(Locale.ROOT));
        out.bulk("staleness_ms");
        if (ms == Long.MAX_VALUE || !group.serving()) {
            out.nil();
        } else {
            out.integer(ms);
        }
        out.bulk("contains_session");
        out.integer(group.serving() && session.containedIn(group, kernel.origins()) ? 1 : 0);
    }
}
