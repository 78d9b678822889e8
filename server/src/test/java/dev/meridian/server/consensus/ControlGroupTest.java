package dev.meridian.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.ControlContract;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control group that ships keeps the contract: real logs, sockets and elections. */
class ControlGroupTest extends ControlContract {
    @TempDir
    private Path directory;

    @Override
    protected Regions regions() throws IOException {
        return new Served(new StagedControl(directory, "shop", REGIONS, null));
    }

    private record Served(StagedControl staged) implements Regions {
        Served {
            REGIONS.forEach(staged::start);
        }

        @Override
        public void propose(String region, ControlEntry entry, long forMs, Consumer<ControlOutcome> then) {
            staged.host(region).within(control -> {
                control.propose(entry, forMs, then);
                return control;
            });
        }

        @Override
        public <T> T look(String region, Function<Control, T> question) {
            return staged.host(region).within(question);
        }

        @Override
        public void isolate(String region) {
            staged.isolate(region);
        }

        @Override
        public void heal() {
            staged.heal();
        }

        @Override
        public void stop(String region) {
            staged.stop(region);
        }

        @Override
        public void start(String region) {
            staged.start(region);
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            org.awaitility.Awaitility.await(what)
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(condition::getAsBoolean);
        }

        @Override
        public void close() {
            staged.close();
        }
    }

    @Test
    void whoeverLeadsIsSeenEverywhereAndLeavingLeavesNoThread() throws IOException {
        List<String> before = threads();
        try (StagedControl staged = new StagedControl(directory, "shop", REGIONS, null)) {
            REGIONS.forEach(staged::start);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> REGIONS.stream()
                            .allMatch(region -> staged.host(region).group.view().isReachable()));
            String leader = staged.host("a").group.view().leader();
            assertThat(REGIONS).contains(leader);
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                // Those of the JDK and of Ratis that are there once for all, and the test's own.
                .filter(name -> !name.startsWith("ForkJoinPool")
                        && !name.startsWith("awaitility")
                        && !name.matches("timer[0-9]")
                        && !name.startsWith("CompletableFutureDelayScheduler")
                        && !name.startsWith("VirtualThread")
                        && !name.contains("Poller")
                        && !name.isEmpty())
                .toList();
    }

    @Test
    void aDataDirectoryOfAnotherControlGroupIsRefused() throws IOException {
        List<String> alarms = new CopyOnWriteArrayList<>();
        try (StagedControl first = new StagedControl(directory, "shop", REGIONS, null)) {
            REGIONS.forEach(first::start);
            drain(first, "a");
        }
        Files.writeString(directory.resolve("b").resolve("cluster"), "00000000000000ff");
        try (StagedControl again = new StagedControl(directory, "shop", REGIONS, null)) {
            REGIONS.forEach(again::start);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !again.host("b").alarms.isEmpty());
            alarms.addAll(again.host("b").alarms);
            assertThat(alarms.getFirst()).startsWith("MRD-4121").contains("00000000000000ff");
            assertThat(again.host("b").group.view().isReachable()).isFalse();
            assertThat(again.host("b").<Long>within(control -> control.state().applied()))
                    .isZero();
            assertThat(drain(again, "c")).isInstanceOf(ControlOutcome.Accepted.class);
        }
    }

    /** As a full disk leaves it; two of three without a vote were a control group that never decides again. */
    @Test
    void regionsThatLostTheirVotesToAFullDiskTakePartAgain() throws IOException {
        try (StagedControl first = new StagedControl(directory, "shop", REGIONS, null)) {
            REGIONS.forEach(first::start);
            drain(first, "a");
        }
        for (String region : List.of("b", "c")) {
            try (Stream<Path> files = Files.walk(directory.resolve(region))) {
                Path votes = files.filter(file -> file.endsWith("raft-meta"))
                        .findFirst()
                        .orElseThrow();
                Files.write(votes, new byte[0]);
            }
        }
        try (StagedControl again = new StagedControl(directory, "shop", REGIONS, null)) {
            REGIONS.forEach(again::start);
            assertThat(drain(again, "c")).isInstanceOf(ControlOutcome.Accepted.class);
            assertThat(again.host("b")
                            .<Boolean>within(control -> control.state().isDrained("a")))
                    .isTrue();
        }
    }

    private static ControlOutcome drain(StagedControl staged, String region) {
        List<ControlOutcome> outcomes = new CopyOnWriteArrayList<>();
        staged.host(region).within(control -> {
            control.propose(
                    ControlEntry.of("drain-" + region, region, "a test", new ControlEntry.Drain(region)),
                    30_000,
                    outcomes::add);
            return control;
        });
        await().atMost(Duration.ofSeconds(40)).until(() -> !outcomes.isEmpty());
        return outcomes.getFirst();
    }
}
