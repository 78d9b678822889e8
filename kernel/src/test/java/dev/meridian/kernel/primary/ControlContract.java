package dev.meridian.kernel.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.primary.ControlOutcome.Accepted;
import dev.meridian.kernel.primary.ControlOutcome.Conflict;
import dev.meridian.kernel.primary.ControlOutcome.Refused;
import dev.meridian.kernel.primary.ControlOutcome.Unknown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What a kernel may rely on, whatever is behind its {@link ControlPort}: one suite over the simulator's model and over the control group
 * that ships.
 */
public abstract class ControlContract {
    public static final List<String> REGIONS = List.of("a", "b", "c");
    private static final long LONG_MS = 60_000;

    /** Three regions with a control group; the first of their replication groups has all of them for members and no primary. */
    public interface Regions extends AutoCloseable {
        /** Within a turn of the region's. */
        void propose(String region, ControlEntry entry, long forMs, Consumer<ControlOutcome> then);

        /** Within a turn of the region's. */
        <T> T look(String region, Function<Control, T> question);

        /** Cuts the region off from all others. */
        void isolate(String region);

        /** Ends every cut. */
        void heal();

        void stop(String region);

        void start(String region);

        /** Lets time pass until it is so; fails when that takes a minute. */
        void await(String what, BooleanSupplier condition);

        @Override
        void close();
    }

    /** Three regions that know nothing yet. */
    protected abstract Regions regions() throws Exception;

    private interface Story {
        void play(Regions regions) throws Exception;
    }

    private int operations;

    private void play(Story story) throws Exception {
        operations = 0;
        try (Regions regions = regions()) {
            story.play(regions);
        }
    }

    private ControlEntry entry(ControlEntry.Change change) {
        return ControlEntry.of("op-" + ++operations, "ada", "the contract", change);
    }

    /** One of many that could follow: told from others by a number that means nothing where there is no primary. */
    private static Configuration next(Configuration c, long mark) {
        return new Configuration(c.group(), c.epoch() + 1, null, mark, c.members(), c.live(), List.of());
    }

    private static Configuration known(Regions regions, String region) {
        return regions.look(region, control -> control.configuration(0));
    }

    private ControlEntry move(Regions regions, String region) {
        Configuration current = known(regions, region);
        return entry(new ControlEntry.Configure(current, next(current, operations + 1), false));
    }

    private static List<ControlOutcome> ask(Regions regions, String region, ControlEntry entry, long forMs) {
        List<ControlOutcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        regions.propose(region, entry, forMs, outcomes::add);
        return outcomes;
    }

    private static ControlOutcome decided(Regions regions, String region, ControlEntry entry) {
        List<ControlOutcome> outcomes = ask(regions, region, entry, LONG_MS);
        regions.await("outcome of " + entry.operation(), () -> !outcomes.isEmpty());
        return outcomes.getFirst();
    }

    /** The same everywhere, the last operation included. */
    private void awaitEqual(Regions regions) {
        String last = "op-" + operations;
        regions.await("the same state everywhere, with " + last, () -> {
            boolean known = regions.look(
                    "a",
                    control -> control.state().audit().stream()
                            .anyMatch(line -> line.operation().equals(last)));
            List<byte[]> states = REGIONS.stream()
                    .map(region ->
                            regions.look(region, control -> control.state().snapshot()))
                    .toList();
            return known && Arrays.equals(states.get(0), states.get(1)) && Arrays.equals(states.get(0), states.get(2));
        });
    }

    @Test
    protected void ofThreeThatRaceOneWinsAndTheOthersAreToldByWhat_F6() throws Exception {
        play(regions -> {
            for (int round = 0; round < 5; round++) {
                List<List<ControlOutcome>> asked = new ArrayList<>();
                for (String region : REGIONS) {
                    asked.add(ask(regions, region, move(regions, region), LONG_MS));
                }
                regions.await("three outcomes", () -> asked.stream().noneMatch(List::isEmpty));
                List<ControlOutcome> outcomes =
                        asked.stream().map(List::getFirst).toList();
                List<Accepted> won = outcomes.stream()
                        .filter(Accepted.class::isInstance)
                        .map(Accepted.class::cast)
                        .toList();
                assertThat(won).as(outcomes::toString).hasSize(1);
                assertThat(outcomes.stream().filter(Conflict.class::isInstance).map(lost -> ((Conflict) lost).won()))
                        .hasSize(2)
                        .containsOnly(won.getFirst().configuration());
                awaitEqual(regions);
                for (String region : REGIONS) {
                    assertThat(known(regions, region)).isEqualTo(won.getFirst().configuration());
                }
            }
        });
    }

    @Test
    protected void anOperationIsDecidedOnceHoweverOftenItIsProposed() throws Exception {
        play(regions -> {
            ControlEntry move = move(regions, "a");
            List<List<ControlOutcome>> asked = new ArrayList<>();
            for (String region : List.of("a", "b", "c", "a", "b")) {
                asked.add(ask(regions, region, move, LONG_MS));
            }
            regions.await("five outcomes", () -> asked.stream().noneMatch(List::isEmpty));
            assertThat(asked.stream().map(List::getFirst).distinct())
                    .hasSize(1)
                    .first()
                    .isInstanceOf(Accepted.class);
            awaitEqual(regions);
            assertThat(known(regions, "c").epoch()).isEqualTo(2);
        });
    }

    @Test
    protected void everyRegionHearsTheSameInTheSameOrder_L5() throws Exception {
        play(regions -> {
            for (int i = 0; i < 12; i++) {
                String region = REGIONS.get(i % 3);
                decided(
                        regions,
                        region,
                        entry(i % 2 == 0 ? new ControlEntry.Drain("b") : new ControlEntry.Undrain("b")));
            }
            awaitEqual(regions);
            assertThat(regions.<List<String>>look(
                            "c",
                            control -> control.state().audit().stream()
                                    .map(ControlState.Audit::operation)
                                    .filter(operation -> operation.startsWith("op-"))
                                    .toList()))
                    .hasSize(12)
                    .isSortedAccordingTo((x, y) -> Integer.compare(number(x), number(y)));
        });
    }

    private static int number(String operation) {
        return Integer.parseInt(operation.substring(3));
    }

    @Test
    protected void whoWasAwayLearnsAllThatWasDecided_L4() throws Exception {
        play(regions -> {
            decided(regions, "a", move(regions, "a"));
            awaitEqual(regions);
            regions.stop("c");
            for (int i = 0; i < 30; i++) {
                String region = i % 2 == 0 ? "a" : "b";
                Configuration current = known(regions, region);
                ControlOutcome outcome = decided(regions, region, move(regions, region));
                assertThat(outcome).isInstanceOf(Accepted.class);
                regions.await(
                        "both know it",
                        () -> known(regions, "a").epoch() > current.epoch()
                                && known(regions, "b").epoch() > current.epoch());
            }
            regions.start("c");
            awaitEqual(regions);
            assertThat(known(regions, "c").epoch()).isEqualTo(32);
            assertThat(decided(regions, "c", move(regions, "c"))).isInstanceOf(Accepted.class);
        });
    }

    @Test
    protected void nothingIsForgottenWhenAllRestart_L6() throws Exception {
        play(regions -> {
            ControlEntry move = move(regions, "a");
            ControlOutcome outcome = decided(regions, "a", move);
            awaitEqual(regions);
            long cluster = regions.look("a", Control::cluster);
            REGIONS.forEach(regions::stop);
            REGIONS.forEach(regions::start);
            awaitEqual(regions);
            regions.await("c knows it", () -> known(regions, "c").epoch() == 2);
            assertThat(decided(regions, "c", move)).isEqualTo(outcome);
            assertThat(regions.<Long>look("c", Control::cluster)).isEqualTo(cluster);
        });
    }

    @Test
    protected void aMinorityDecidesNothingAndWhatItAskedIsDecidedOnceLater_F7() throws Exception {
        play(regions -> {
            decided(regions, "a", move(regions, "a"));
            awaitEqual(regions);
            regions.isolate("c");
            ControlEntry alone = move(regions, "c");
            List<ControlOutcome> asked = ask(regions, "c", alone, 6_000);
            assertThat(decided(regions, "a", entry(new ControlEntry.Drain("a"))))
                    .isInstanceOf(Accepted.class);
            regions.await("c gives up", () -> !asked.isEmpty());
            assertThat(asked).hasSize(1).first().isInstanceOf(Unknown.class);
            assertThat(known(regions, "c").epoch()).isEqualTo(2);
            assertThat(known(regions, "a").epoch()).isEqualTo(2);
            regions.heal();
            assertThat(decided(regions, "c", alone)).isInstanceOf(Accepted.class);
            awaitEqual(regions);
            assertThat(known(regions, "a").epoch()).isEqualTo(3);
            assertThat(known(regions, "a")).isEqualTo(((ControlEntry.Configure) alone.change()).next());
        });
    }

    @Test
    protected void rulesAreJudgedOverAllThatIsDecided() throws Exception {
        play(regions -> {
            List<List<ControlOutcome>> asked = new ArrayList<>();
            for (String region : REGIONS) {
                asked.add(ask(regions, region, entry(new ControlEntry.Drain(region)), LONG_MS));
            }
            regions.await("three outcomes", () -> asked.stream().noneMatch(List::isEmpty));
            assertThat(asked.stream().map(List::getFirst).filter(Refused.class::isInstance))
                    .as(asked::toString)
                    .hasSize(1);
        });
    }
}
