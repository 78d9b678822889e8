package dev.meridian.simulator;

import dev.meridian.kernel.command.Client;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections of one node's clients, each with at most one command that waits for its answer. */
final class Conversations {
    private static final String LOST = "-UNKNOWN connection lost\r\n";

    private static final class Conversation {
        final Client client;
        final long readsAfterNs;

        @Nullable
        Consumer<String> waiting;

        Conversation(Client client, long readsAfterNs) {
            this.client = client;
            this.readsAfterNs = readsAfterNs;
        }
    }

    private final World world;
    private final Map<Client, Conversation> open = new LinkedHashMap<>();
    private final List<Conversation> told = new ArrayList<>();

    Conversations(World world) {
        this.world = world;
    }

    /** @param readsAfterNs how long the client leaves each reply unread */
    void open(Client client, long readsAfterNs) {
        open.put(client, new Conversation(client, readsAfterNs));
    }

    boolean close(Client client) {
        return open.remove(client) != null;
    }

    /** The node ends the connection; if the client waits, it is told so. */
    void cut(Client client) {
        Conversation c = open.get(client);
        if (c != null) {
            told(c);
        }
    }

    private static void told(Conversation c) {
        Consumer<String> waiting = c.waiting;
        c.waiting = null;
        if (waiting != null) {
            waiting.accept(LOST);
        }
    }

    boolean isOpen(Client client) {
        return open.containsKey(client);
    }

    /** The client waits for an answer from now on. Answers whether its connection is there; if not, it is told so. */
    boolean waits(Client client, Consumer<String> answer) {
        Conversation c = open.get(client);
        if (c == null) {
            answer.accept(LOST);
            return false;
        }
        if (c.waiting != null) {
            throw new IllegalStateException("the client waits for an answer already");
        }
        c.waiting = answer;
        return true;
    }

    /** The node may have written something to the client. */
    void written(Client client) {
        Conversation c = open.get(client);
        if (c != null) {
            told.add(c);
        }
    }

    /** What was written leaves. */
    void flush() {
        List<Conversation> answered = List.copyOf(told);
        told.clear();
        answered.forEach(this::flush);
    }

    private void flush(Conversation c) {
        if (c.readsAfterNs == 0) {
            read(c);
        } else {
            world.in(c.readsAfterNs, () -> {
                if (open.get(c.client) == c) {
                    read(c);
                }
            });
        }
    }

    private void read(Conversation c) {
        if (c.client.blocked || c.client.out.size() == 0) {
            return;
        }
        String reply = new String(
                c.client.out.buffer(), c.client.out.readIndex(), c.client.out.size(), StandardCharsets.ISO_8859_1);
        c.client.out.clear();
        Consumer<String> waiting = c.waiting;
        c.waiting = null;
        if (waiting != null) {
            world.note(reply.hashCode());
            waiting.accept(reply);
        }
    }

    /** All connections end; who waits is told. */
    void end() {
        told.clear();
        for (Conversation c : List.copyOf(open.values())) {
            told(c);
        }
        open.clear();
    }
}
