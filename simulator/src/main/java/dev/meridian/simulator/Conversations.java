package dev.meridian.simulator;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.command.Args;
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

    private final Consumer<Consumer<Kernel>> events;

    /** @param events takes what happens to the node's kernel */
    Conversations(World world, Consumer<Consumer<Kernel>> events) {
        this.world = world;
        this.events = events;
    }

    /** @param readsAfterNs how long the client leaves each reply unread */
    void open(Client client, long readsAfterNs) {
        open.put(client, new Conversation(client, readsAfterNs));
    }

    void disconnect(Client client) {
        if (open.remove(client) != null) {
            events.accept(k -> k.disconnected(client));
        }
    }

    /** Sends one command; {@code answer} gets its RESP reply, once. */
    void command(Client client, Consumer<String> answer, List<String> words) {
        if (!waits(client, answer)) {
            return;
        }
        Args args = Args.of(words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new));
        events.accept(k -> {
            if (open.containsKey(client)) {
                k.command(client, args);
                written(client);
            }
        });
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

    /** The client waits for an answer from now on. Answers whether its connection is there; if not, it is told so. */
    private boolean waits(Client client, Consumer<String> answer) {
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

    /** Nothing of what was written leaves: the connections that it was for end. Answers whose they were. */
    List<Client> breakOff() {
        List<Client> ended = new ArrayList<>();
        for (Conversation c : List.copyOf(told)) {
            if (c.client.out.size() > 0 && open.remove(c.client) != null) {
                ended.add(c.client);
                Consumer<String> waiting = c.waiting;
                c.waiting = null;
                if (waiting != null) {
                    waiting.accept(LOST);
                }
            }
        }
        told.clear();
        return ended;
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
