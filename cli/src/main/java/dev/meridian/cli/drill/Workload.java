package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Client;
import dev.meridian.cli.blackbox.Client.Mix;
import dev.meridian.cli.blackbox.Keys;
import dev.meridian.cli.blackbox.Place;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.simulator.history.History;
import dev.meridian.simulator.history.Operation.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients in every region, for every dataset that they may use there: one that writes, one that reads, one that does both in a session.
 * Values are unique, reads are at the dataset's own level, and all answers are kept.
 */
final class Workload {
    private static final int THINK_MS = 40;
    private static final int TIMEOUT_MS = 1_000;
    private static final int RETRY_MS = 20;

    final History history = new History();
    final Keys keys;
    final List<Place> places;
    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Clients to be started.
     *
     * @param slack by how much longer than a second they wait for an answer
     * @param mark begins the names of all keys, so that they are nobody else's
     */
    Workload(Configuration configuration, UpState state, Duration slack, long seed, String mark) {
        keys = new Keys(mark);
        places = Place.of(configuration);
        var sessions = new AtomicInteger();
        var random = new SplittableRandom(seed);
        for (Place place : places) {
            Dataset dataset = place.policy();
            for (UpState.RegionPorts region : state.regions()) {
                if (place.usableIn(region.name())) {
                    for (Mix mix : Mix.values()) {
                        clients.add(new Client(
                                clients.size(),
                                habits(dataset, mix, slack),
                                List.of(region),
                                List.of(place),
                                keys,
                                history,
                                sessions,
                                random.nextLong()));
                    }
                }
            }
        }
    }

    private static Client.Habits habits(Dataset dataset, Mix mix, Duration slack) {
        Duration bound = dataset.consistency().bound();
        return new Client.Habits(
                Level.valueOf(dataset.consistency().level().name()),
                bound == null ? 0 : bound.toNanos(),
                false,
                mix,
                THINK_MS,
                TIMEOUT_MS + (int) slack.toMillis(),
                RETRY_MS,
                false);
    }

    int size() {
        return clients.size();
    }

    void start() {
        clients.forEach(client ->
                threads.add(Thread.ofPlatform().daemon().name("client").start(client)));
    }

    void stop() throws InterruptedException {
        clients.forEach(Client::stop);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
