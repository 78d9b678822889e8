package dev.meridian.kernel.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands over keys of several groups for which nothing atomic was promised: each key is served by itself, here or
 * elsewhere, and the answers are put together in the order of the keys. Not thread-safe.
 */
final class Scatter {
    private final Dispatcher dispatcher;

    Scatter(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    boolean splits(CommandSpec spec) {
        return switch (spec.name()) {
            case "mget", "del", "unlink", "exists", "touch" -> true;
            default -> false;
        };
    }

    void run(Client client, CommandSpec spec, Args args) {
        if (client.inMulti) {
            throw new IllegalStateException("a block has keys of one group");
        }
        byte[] name = args.copy(0);
        List<Client> parts = new ArrayList<>();
        int[] open = {args.count() - 1};
        for (int i = 1; i < args.count(); i++) {
            Client part = new Client(client.id, client.address, client.localAddress);
            part.authenticated = true;
            part.session.adopt(client.session);
            part.out.protocol(client.out.protocol());
            part.forwarded = client.forwarded;
            part.whenFinished = () -> {
                if (--open[0] == 0) {
                    dispatcher.finish(client, () -> gather(client, spec, parts));
                }
            };
            parts.add(part);
        }
        for (int i = 1; i < args.count(); i++) {
            Client part = parts.get(i - 1);
            dispatcher.part(part, spec, Args.of(name, args.copy(i)));
            if (!part.blocked) {
                open[0]--;
            }
        }
        if (open[0] == 0) {
            gather(client, spec, parts);
        } else {
            client.blocked = true;
        }
    }

    private static void gather(Client client, CommandSpec spec, List<Client> parts) {
        ReplyWriter out = client.out;
        parts.forEach(part -> client.session.learn(part.session));
        for (Client part : parts) {
            if (part.out.buffer()[part.out.readIndex()] == '-') {
                out.raw(part.out.buffer(), part.out.readIndex(), part.out.size());
                return;
            }
        }
        if (spec.name().equals("mget")) {
            out.array(parts.size());
            for (Client part : parts) {
                // Each part answered an array of one, "*1" and CR LF: what follows is its element.
                out.raw(part.out.buffer(), part.out.readIndex() + 4, part.out.size() - 4);
            }
            return;
        }
        long sum = 0;
        for (Client part : parts) {
            String reply =
                    new String(part.out.buffer(), part.out.readIndex(), part.out.size(), StandardCharsets.ISO_8859_1);
            sum += Long.parseLong(reply.substring(1, reply.indexOf('\r')));
        }
        out.integer(sum);
    }
}
