package dev.meridian.kernel.command;

import dev.meridian.kernel.data.BytesTable;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.placement.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MULTI, EXEC, DISCARD, WATCH. A block is one mutation: every region applies it whole or not at all. All of its keys are
 * of one group. Not thread-safe.
 */
public final class Transactions {
    private static final class Watched extends BytesTable.Node {
        final List<Client> clients = new ArrayList<>();

        Watched(byte[] id) {
            super(id);
        }
    }

    private final Dispatcher dispatcher;
    private final BytesTable<Watched> watched = new BytesTable<>(16);

    Transactions(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    void bind(BiConsumer<String, Command> table) {
        table.accept("MULTI", this::multi);
        table.accept("EXEC", x -> exec(x.client()));
        table.accept("DISCARD", this::discard);
        table.accept("WATCH", this::watch);
        table.accept("UNWATCH", x -> {
            unwatch(x.client());
            x.reply().ok();
        });
    }

    /** Whether a command within MULTI runs instead of being queued. */
    static boolean runsAtOnce(CommandSpec spec) {
        return switch (spec.name()) {
            case "exec", "discard", "multi", "watch", "quit", "reset" -> true;
            default -> false;
        };
    }

    private void multi(Execution x) {
        Client client = x.client();
        if (client.inMulti) {
            x.reply().error("ERR MULTI calls can not be nested");
            return;
        }
        client.inMulti = true;
        x.reply().ok();
    }

    void queue(Client client, CommandSpec spec, Args args) {
        if (spec.name().equals(IdempotentCommand.NAME)) {
            client.dirtyExec = true;
            client.out.error(IdempotentCommand.NOT_IN_MULTI);
            return;
        }
        Dataset first = dataset(client.queue);
        int keys = spec.keys().count(args);
        for (int i = 0; i < keys; i++) {
            Dataset dataset = dispatcher.dataset(args, spec.keys().at(args, i));
            if (first == null) {
                first = dataset;
            } else if (first.group() != dataset.group()) {
                client.dirtyExec = true;
                client.out.error(Dispatcher.acrossGroups(first, dataset));
                return;
            }
        }
        client.queue.add(args.retain());
        client.queueBytes += args.totalBytes();
        client.out.simple("QUEUED");
    }

    private @Nullable Dataset dataset(List<Args> commands) {
        for (Args args : commands) {
            CommandSpec spec = dispatcher.spec(args);
            if (spec.keys().count(args) > 0) {
                return dispatcher.dataset(args, spec.keys().at(args, 0));
            }
        }
        return null;
    }

    private void exec(Client client) {
        if (!client.inMulti) {
            client.out.error("ERR EXEC without MULTI");
            return;
        }
        boolean aborted = client.dirtyExec;
        List<Args> commands = List.copyOf(client.queue);
        boolean watches = !client.session.watched.isEmpty();
        boolean changed = client.dirtyCas || watches && hasMoved(commands);
        client.discardMulti();
        unwatch(client);
        if (aborted) {
            client.out.error("EXECABORT Transaction discarded because of previous errors.");
        } else if (changed) {
            client.out.nilArray();
        } else {
            execute(client, commands, !watches);
        }
    }

    /** What was watched here says nothing once another region takes the writes. */
    private boolean hasMoved(List<Args> commands) {
        Dataset dataset = dataset(commands);
        return dataset != null && !dispatcher.takesWrites(dataset);
    }

    /**
     * Runs a block here, or sends it whole to the region that takes it. The caller commits.
     *
     * @param mayWait for a primary: what was watched could change meanwhile
     */
    void execute(Client client, List<Args> commands, boolean mayWait) {
        Dataset dataset = dataset(commands);
        boolean writes = false;
        CommandSpec first = null;
        Args firstArgs = null;
        Args keyed = null;
        for (Args args : commands) {
            CommandSpec spec = dispatcher.spec(args);
            if (keyed == null && spec.keys().count(args) > 0) {
                keyed = args;
            }
            if (spec.writes()) {
                writes = true;
            }
            if (first == null || spec.writes() && !first.writes()) {
                first = spec;
                firstArgs = args;
            }
        }
        if (dataset != null && first != null && firstArgs != null) {
            if (!dispatcher.admits(client, dataset, writes, first, commands, mayWait ? keyed : null)) {
                return;
            }
        }
        client.out.array(commands.size());
        for (Args args : commands) {
            dispatcher.runWithin(client, dispatcher.spec(args), args);
        }
    }

    private void discard(Execution x) {
        Client client = x.client();
        if (!client.inMulti) {
            x.reply().error("ERR DISCARD without MULTI");
            return;
        }
        client.discardMulti();
        unwatch(client);
        x.reply().ok();
    }

    private void watch(Execution x) {
        Client client = x.client();
        if (client.inMulti) {
            x.reply().error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        Args args = x.args();
        for (int i = 1; i < args.count(); i++) {
            Dataset dataset = dispatcher.dataset(args, i);
            if (!x.conditional(i)) {
                return;
            }
            if (!x.mutation().isWriter(dataset)) {
                x.reply()
                        .error("ERR WATCH on dataset '" + dataset.name()
                                + "', whose writes are taken in another region: " + "connect there");
                return;
            }
        }
        for (int i = 1; i < args.count(); i++) {
            byte[] id = args.copy(i);
            Watched w = watched.find(id);
            if (w == null) {
                w = new Watched(id);
                watched.add(w);
            }
            if (!w.clients.contains(client)) {
                w.clients.add(client);
                client.session.watched.add(id);
            }
        }
        x.reply().ok();
    }

    /** Ends the block, if there is one, without executing it. */
    void abort(Client client) {
        client.discardMulti();
        unwatch(client);
    }

    void unwatch(Client client) {
        for (byte[] id : client.session.watched) {
            Watched w = watched.find(id);
            if (w != null) {
                w.clients.remove(client);
                if (w.clients.isEmpty()) {
                    watched.remove(w);
                }
            }
        }
        client.session.watched.clear();
        client.dirtyCas = false;
    }

    void changed(Key key) {
        if (watched.size() > 0) {
            Watched w = watched.find(key.id());
            if (w != null) {
                for (Client client : w.clients) {
                    client.dirtyCas = true;
                }
            }
        }
    }

    void forget(Client client) {
        unwatch(client);
    }
}
