package dev.meridian.cli.chaos;

import dev.meridian.cli.blackbox.FaultInjector;
import dev.meridian.cli.blackbox.FaultInjector.Undo;
import dev.meridian.cli.blackbox.FaultyMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes trouble: faults of all kinds drawn from a seed, one or two at a time, each undone after a while. Of a region there is one fault
 * at a time, so that the end of one does not undo another.
 */
final class Nemesis implements Runnable {
    private static final int PAUSE_MS = 2_000;
    private static final int LAST_MS = 6_000;
    private static final int LAST_MS_LEAST = 300;
    private static final int TOGETHER = 2;

    /** One fault that goes on, how to end it, and until when. */
    private record Trouble(Fault fault, Set<String> regions, long untilNs, Undo undo, AtomicBoolean ends) {}

    private final FaultInjector injector;
    private final List<String> regions;
    private final List<Fault> faults;
    private final SplittableRandom random;
    private final Consumer<String> events;
    private final ArrayDeque<Fault> bag = new ArrayDeque<>();
    private final List<Trouble> going = new CopyOnWriteArrayList<>();
    private final List<Thread> ending = new ArrayList<>();
    private final Map<Fault, Integer> made = new EnumMap<>(Fault.class);
    private volatile boolean over;

    /** Regions whose disk was made to fail, and whose process may end by itself then. */
    private final Set<String> hadFailingDisk = new ConcurrentSkipListSet<>();

    private volatile @Nullable Exception failure;

    Nemesis(FaultInjector injector, List<String> regions, List<Fault> faults, long seed, Consumer<String> events) {
        this.injector = injector;
        this.regions = regions;
        this.faults = faults;
        this.random = new SplittableRandom(seed);
        this.events = events;
    }

    void stop() {
        over = true;
    }

    /** How many of each kind there were. */
    Map<Fault, Integer> made() {
        return made;
    }

    /** Why it could not go on, or null. */
    @Nullable
    Exception failure() {
        return failure;
    }

    /** Whether a region that ended by itself did so while its disk failed. */
    boolean mayHaveEnded(String event) {
        return hadFailingDisk.stream().anyMatch(event::startsWith);
    }

    @Override
    public void run() {
        long nextNs = System.nanoTime();
        try {
            while (!over && failure == null) {
                long nowNs = System.nanoTime();
                for (Trouble trouble : going) {
                    if (trouble.untilNs - nowNs <= 0) {
                        end(trouble);
                    }
                }
                if (nextNs - nowNs <= 0 && going.size() < TOGETHER) {
                    if (bag.isEmpty()) {
                        fillBag();
                    }
                    if (begin(bag.getFirst())) {
                        bag.removeFirst();
                        nextNs = System.nanoTime() + random.nextInt(PAUSE_MS) * 1_000_000L;
                    }
                }
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        try {
            going.forEach(this::end);
            for (Thread each : ending) {
                each.join();
            }
            injector.healLinks();
        } catch (InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    /** All kinds in some order: each comes up as often as any other. */
    private void fillBag() {
        var rest = new ArrayList<>(faults);
        while (!rest.isEmpty()) {
            bag.add(rest.remove(random.nextInt(rest.size())));
        }
    }

    /** Whether it could begin, beside those that go on. */
    private boolean begin(Fault fault) throws IOException, InterruptedException {
        List<String> free = new ArrayList<>(regions);
        going.forEach(trouble -> free.removeAll(trouble.regions));
        if (free.size() < (fault.ofALink() ? 2 : 1) || fault == Fault.ISOLATE && !going.isEmpty()) {
            return false;
        }
        String one = free.remove(random.nextInt(free.size()));
        String other = free.isEmpty() ? one : free.get(random.nextInt(free.size()));
        long lasts = (LAST_MS_LEAST + random.nextInt(LAST_MS)) * 1_000_000L;
        Set<String> touched =
                new HashSet<>(fault == Fault.ISOLATE ? regions : fault.ofALink() ? Set.of(one, other) : Set.of(one));
        made.merge(fault, 1, Integer::sum);
        events.accept(fault.words() + ": " + one + (fault.ofALink() ? " and " + other : "") + ", " + lasts / 1_000_000
                + " ms");
        going.add(new Trouble(fault, touched, System.nanoTime() + lasts, make(fault, one, other), new AtomicBoolean()));
        return true;
    }

    private Undo make(Fault fault, String one, String other) throws IOException, InterruptedException {
        return switch (fault) {
            case KILL -> injector.kill(one);
            case PAUSE -> injector.pause(one);
            case CUT -> injector.cut(one, other, false);
            case CUT_ONE_WAY -> injector.cut(one, other, true);
            case ISOLATE -> injector.isolate(one);
            case SLOW ->
                injector.slow(
                        one,
                        other,
                        Duration.ofMillis(50 + random.nextInt(400)),
                        Duration.ofMillis(random.nextInt(50)),
                        random.nextInt(20),
                        (1 + random.nextInt(20)) + "MB/s");
            case DISK_FULL, FSYNC_FAILS -> {
                hadFailingDisk.add(one);
                yield injector.failDisk(
                        one, fault == Fault.DISK_FULL ? FaultyMachine.Disk.FULL : FaultyMachine.Disk.FSYNC_FAILS);
            }
        };
    }

    /** Beside the others: a region that was killed may not be ready before one that stands still goes on. */
    private void end(Trouble trouble) {
        if (trouble.ends.getAndSet(true)) {
            return;
        }
        ending.add(Thread.ofPlatform().daemon().name("heal").start(() -> {
            try {
                trouble.undo.run();
            } catch (IOException | InterruptedException | RuntimeException e) {
                failure = e;
            }
            going.remove(trouble);
        }));
    }
}
