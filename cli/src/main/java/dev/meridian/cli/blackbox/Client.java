package dev.meridian.cli.blackbox;

import dev.meridian.cli.blackbox.Keys.Kind;
import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One client: a connection at one read level, unique values, one operation after another. A broken connection is the end of its
 * session; now and then a session moves to another region and carries its token.
 */
public final class Client implements Runnable {
    private static final int ONE_MOVE_IN = 400;

    /**
     * How a client is.
     *
     * @param level of its reads; told to the region unless it is what the dataset has anyway
     * @param told whether it is told
     * @param thinkMs between two operations, at most
     * @param timeoutMs after which it gives a connection up
     * @param retryMs after which it connects again, or asks again for what was refused
     * @param moves whether its session goes on in another region now and then
     */
    public record Habits(
            Level level, long boundNs, boolean told, Mix mix, int thinkMs, int timeoutMs, int retryMs, boolean moves) {}

    /** What a client does. */
    public enum Mix {
        READS,
        WRITES,
        BOTH
    }

    private final int number;
    private final Habits habits;
    private final List<UpState.RegionPorts> regions;
    private final List<Place> places;
    private final Keys keys;
    private final History history;
    private final AtomicInteger sessions;
    private final SplittableRandom random;
    private UpState.RegionPorts region;
    private @Nullable RedisConnection connection;
    private int session;
    private long values;
    private int moves;
    private String token = "";
    private String doomed = "";
    private volatile boolean over;

    public Client(
            int number,
            Habits habits,
            List<UpState.RegionPorts> regions,
            List<Place> places,
            Keys keys,
            History history,
            AtomicInteger sessions,
            long seed) {
        this.number = number;
        this.habits = habits;
        this.regions = regions;
        this.places = places;
        this.keys = keys;
        this.history = history;
        this.sessions = sessions;
        this.random = new SplittableRandom(seed);
        this.region = regions.get(number % regions.size());
    }

    public void stop() {
        over = true;
    }

    /** How often its session went on in another region. */
    public int moves() {
        return moves;
    }

    @Override
    public void run() {
        try {
            while (!over) {
                RedisConnection open = connection == null ? connect() : connection;
                if (open == null) {
                    Thread.sleep(habits.retryMs);
                } else {
                    boolean refused = act(open);
                    Thread.sleep(refused ? habits.retryMs : random.nextInt(habits.thinkMs));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private @Nullable RedisConnection connect() {
        try {
            var opened = new RedisConnection(region.respAddress(), habits.timeoutMs);
            connection = opened;
            if (!token.isEmpty() && opened.call(List.of("MERIDIAN.TOKEN", "ADOPT", token)) instanceof Reply.Status) {
                moves++;
            } else {
                session = sessions.incrementAndGet();
                doomed = "";
            }
            token = "";
            if (habits.told) {
                tellLevel(opened);
            }
            return opened;
        } catch (IOException e) {
            disconnect();
            return null;
        }
    }

    private void tellLevel(RedisConnection opened) throws IOException {
        String asked = habits.level == Level.BOUNDED
                ? "bounded " + habits.boundNs / 1_000_000 + "ms"
                : habits.level.name().toLowerCase(java.util.Locale.ROOT);
        var command = new ArrayList<>(List.of("MERIDIAN.READ"));
        command.addAll(List.of(asked.split(" ")));
        if (opened.call(command) instanceof Reply.Error(String text)) {
            throw new IllegalStateException(String.join(" ", command) + " is answered with " + text);
        }
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                // It is given up anyway.
                connection = null;
            }
        }
        connection = null;
    }

    /** Answers whether it was refused: then a client waits a little before it asks again. */
    private boolean act(RedisConnection open) {
        boolean carries = habits.moves && (habits.level == Level.SESSION || habits.level == Level.CAUSAL);
        if (carries && random.nextInt(ONE_MOVE_IN) == 0) {
            move(open);
            return false;
        }
        List<Place> usable =
                places.stream().filter(place -> place.usableIn(region.name())).toList();
        if (usable.isEmpty()) {
            over = true;
            return false;
        }
        Place place = usable.get(random.nextInt(usable.size()));
        List<List<String>> commands = carries && random.nextInt(12) == 0 ? List.of(doom(place)) : commands(place);
        long called = System.nanoTime();
        Exchange exchange = Exchange.of(open, commands);
        boolean answered = exchange.broken() == null && exchange.outcome() != Outcome.UNKNOWN;
        history.add(new Operation(
                session,
                region.name(),
                habits.level,
                habits.level == Level.BOUNDED ? habits.boundNs : 0,
                called,
                answered ? System.nanoTime() : Operation.NEVER,
                exchange.calls(),
                exchange.outcome(),
                false));
        if (exchange.broken() != null) {
            disconnect();
        }
        return exchange.outcome() == Outcome.REFUSED;
    }

    private void move(RedisConnection open) {
        try {
            if (open.call(List.of("MERIDIAN.TOKEN")) instanceof Reply.Bulk exported) {
                token = exported.text();
            }
        } catch (IOException e) {
            token = "";
        }
        disconnect();
        region = regions.get(random.nextInt(regions.size()));
    }

    private List<List<String>> commands(Place place) {
        boolean writes = switch (habits.mix) {
            case READS -> false;
            case WRITES -> true;
            case BOTH -> random.nextBoolean();
        };
        int count = random.nextInt(6) == 0 ? 2 + random.nextInt(3) : 1;
        String family = place.linearizable() ? Keys.family(history.size(), random) : null;
        var commands = new ArrayList<List<String>>();
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[random.nextInt(Kind.DOOMED.ordinal())];
            if (family != null && count > 1 && kind == Kind.COUNTER) {
                // Which of many uncertain sums were added is a riddle that no search answers in time; alone it is
                // judged.
                kind = Kind.REGISTER;
            }
            String key =
                    family == null ? keys.choose(place, kind, history.size(), random) : keys.note(place, kind, family);
            commands.add(
                    writes && (habits.mix == Mix.WRITES || random.nextInt(4) > 0) ? write(kind, key) : kind.read(key));
        }
        return commands;
    }

    private List<String> write(Kind kind, String key) {
        return switch (kind) {
            case SET, DOOMED -> List.of("SADD", key, unique());
            case LIST -> List.of("RPUSH", key, unique());
            case COUNTER -> List.of("INCRBY", key, Integer.toString(random.nextInt(9) - 2));
            case REGISTER -> List.of("SET", key, unique());
        };
    }

    /** A key that is written once, deleted, and never used again. */
    private List<String> doom(Place place) {
        if (doomed.isEmpty()) {
            doomed = keys.note(place, Kind.DOOMED, unique());
            return write(Kind.DOOMED, doomed);
        }
        String key = doomed;
        if (random.nextBoolean()) {
            doomed = "";
            return List.of("DEL", key);
        }
        return List.of("EXISTS", key);
    }

    private String unique() {
        return number + "." + ++values;
    }
}
