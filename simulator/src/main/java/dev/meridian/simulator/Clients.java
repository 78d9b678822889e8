package dev.meridian.simulator;

import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.placement.Dataset.ReadLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of all regions. A client is a name that may have a session in each region; a session has at most one
 * connection, made when it is needed, and sends one command at a time: what comes meanwhile waits its turn.
 */
final class Clients {
    /** What a client gets that lost its connection, or could have none, before the answer. */
    static final String UNKNOWN = "-UNKNOWN ";

    /** In a command the number that the one before it was answered. */
    static final String LAST = "$last";

    /** One client in one region. */
    static final class Session {
        final int region;
        final String client;

        /** Counts its connections: what a session has seen ends with one. */
        int connection;

        /** Whether a MULTI is open. */
        boolean inBlock;

        /** The level that the connection chose; null for the datasets' own. */
        @Nullable
        ReadLevel level;

        long boundMs;

        /** How long it leaves each reply unread. */
        long readsAfterNs;

        private @Nullable Client open;
        private final ArrayDeque<Batch> queue = new ArrayDeque<>();
        private @Nullable Consumer<String> waiting;

        Session(int region, String client) {
            this.region = region;
            this.client = client;
        }

        private void closed() {
            open = null;
            inBlock = false;
            level = null;
            connection++;
        }
    }

    private static final class Batch {
        final List<List<String>> commands;
        final Consumer<String> each;
        final Consumer<List<String>> then;
        final List<String> replies = new ArrayList<>();

        Batch(List<List<String>> commands, Consumer<String> each, Consumer<List<String>> then) {
            this.commands = commands;
            this.each = each;
            this.then = then;
        }
    }

    private final World world;
    private final SimulatedNode[] nodes;
    private final List<String> regions;
    private final Promises promises;
    private final Map<String, Long> counts;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, String> tokens = new TreeMap<>();
    private long operations;

    Clients(World world, SimulatedNode[] nodes, List<String> regions, Promises promises, Map<String, Long> counts) {
        this.world = world;
        this.nodes = nodes;
        this.regions = regions;
        this.promises = promises;
        this.counts = counts;
    }

    /** How many commands were sent. */
    long operations() {
        return operations;
    }

    /** Whether nobody waits for an answer. */
    boolean answered() {
        return sessions.values().stream().allMatch(session -> session.queue.isEmpty());
    }

    /** Who waits for an answer to what. */
    String waiting() {
        StringBuilder text = new StringBuilder();
        for (Session session : sessions.values()) {
            Batch batch = session.queue.peek();
            if (batch != null) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append(regions.get(session.region))
                        .append('/')
                        .append(session.client)
                        .append(" for ")
                        .append(String.join(" ", batch.commands.get(batch.replies.size())));
            }
        }
        return text.toString();
    }

    /**
     * Sends, or keeps until the session has the answers that it waits for.
     *
     * @param each gets each reply
     * @param then gets all of them, in the end
     */
    void send(Action.Send send, Consumer<String> each, Consumer<List<String>> then) {
        Session session = session(send.region(), send.client());
        session.queue.add(new Batch(send.commands(), each, then));
        if (session.queue.size() == 1) {
            next(session);
        }
    }

    /** Adopts the token that the client was given last, and reads what it has seen from now on. */
    boolean adopt(String region, String client, Consumer<List<String>> then) {
        String token = tokens.get(client);
        if (token == null) {
            then.accept(List.of());
            return false;
        }
        List<List<String>> commands =
                List.of(List.of("MERIDIAN.TOKEN", "ADOPT", token), List.of("MERIDIAN.READ", "session"));
        send(new Action.Send(region, client, commands), reply -> {}, then);
        return true;
    }

    boolean leave(String region, String client) {
        Session session = session(region, client);
        Client open = session.open;
        if (open == null) {
            return false;
        }
        session.closed();
        nodes[session.region].conversations().disconnect(open);
        Consumer<String> waiting = session.waiting;
        if (waiting != null) {
            waiting.accept(UNKNOWN + "connection closed\r\n");
        }
        return true;
    }

    /** From its next connection on the client is slow to read. */
    boolean dawdle(String region, String client, long ms) {
        session(region, client).readsAfterNs = ms * 1_000_000;
        return true;
    }

    /** The node is gone, and with it the connections; who waited has been told. */
    void lost(int region) {
        for (Session session : sessions.values()) {
            if (session.region == region) {
                session.closed();
            }
        }
    }

    private Session session(String region, String client) {
        return sessions.computeIfAbsent(region + "/" + client, name -> new Session(regions.indexOf(region), client));
    }

    private void next(Session session) {
        Batch batch = session.queue.peek();
        if (batch == null) {
            return;
        }
        List<String> words = filled(batch);
        if (words.isEmpty()) {
            session.queue.remove();
            batch.then.accept(batch.replies);
            next(session);
            return;
        }
        if (session.open == null) {
            session.open = nodes[session.region].connect(session.readsAfterNs);
        }
        operations++;
        List<Consumer<String>> told = promises.sent(Asked.of(session, world.nowNs(), words));
        Consumer<String> answer = new Consumer<>() {
            private boolean done;

            @Override
            public void accept(String reply) {
                if (!done) {
                    done = true;
                    answered(session, batch, words, told, reply);
                }
            }
        };
        session.waiting = answer;
        world.trace(() -> regions.get(session.region) + "/" + session.client + " " + String.join(" ", words));
        Client open = session.open;
        if (open == null) {
            answer.accept(UNKNOWN + "region " + regions.get(session.region) + " does not run\r\n");
        } else {
            nodes[session.region].conversations().command(open, answer, words);
        }
    }

    /** The batch's next command, with the number that was answered last for {@link #LAST}; nothing where that is none. */
    private static List<String> filled(Batch batch) {
        List<String> words = batch.commands.get(batch.replies.size());
        if (!words.contains(LAST)) {
            return words;
        }
        String last = batch.replies.isEmpty() ? "" : batch.replies.getLast();
        return last.startsWith(":")
                ? words.stream()
                        .map(word -> word.equals(LAST) ? Long.toString(Resp.number(last)) : word)
                        .toList()
                : List.of();
    }

    private void answered(Session session, Batch batch, List<String> words, List<Consumer<String>> told, String reply) {
        session.waiting = null;
        world.trace(() -> regions.get(session.region) + "/" + session.client + " <- " + Reply.text(reply));
        boolean cut = reply.startsWith(UNKNOWN);
        if (cut) {
            session.closed();
        } else if (reply.startsWith("-")) {
            int blank = reply.indexOf(' ');
            String code = reply.substring(1, blank < 0 ? reply.indexOf('\r') : blank);
            counts.merge("refused " + code, 1L, Long::sum);
        }
        follow(session, words, reply);
        told.forEach(promise -> promise.accept(reply));
        batch.replies.add(reply);
        batch.each.accept(reply);
        boolean refused = batch.replies.size() == 1 && words.getFirst().equals("MULTI") && reply.startsWith("-");
        if (cut || refused || batch.replies.size() == batch.commands.size()) {
            session.queue.remove();
            batch.then.accept(batch.replies);
        }
        if (session.waiting == null) {
            next(session);
        }
    }

    private void follow(Session session, List<String> words, String reply) {
        boolean refused = reply.startsWith("-");
        switch (words.getFirst()) {
            case "MULTI" -> session.inBlock |= !refused;
            case "EXEC", "DISCARD" -> session.inBlock = false;
            case "MERIDIAN.TOKEN" -> {
                if (words.size() == 1 && !refused) {
                    tokens.put(session.client, Reply.content(reply));
                }
            }
            case "MERIDIAN.READ" -> {
                boolean bounded = words.size() > 1 && words.get(1).equals("bounded");
                if (words.size() == (bounded ? 3 : 2) && !refused) {
                    session.level = Asked.level(words.get(1));
                    session.boundMs = bounded ? Asked.ms(words.get(2)) : 0;
                }
            }
            default -> {}
        }
    }

    /** Whether the token is the last that the client was given. */
    boolean gave(String client, String token) {
        return token.equals(tokens.get(client));
    }
}
