package dev.meridian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds that are lived at each build. More are lived by {@code ./meridian sim}. */
class FixedSeedsTest {
    /** Seeds that once found something, in this form or an earlier one of the simulator. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                2, // groups waited for each other behind one queue per peer, and a trimmed log was not noticed
                17, // the simulator delivered what had been sent on an earlier connection
                28, // what a region lost with its power was asked of one who had lost it too
                35, // a broken connection was told to a bystander, and the one who waited was never answered
            })
    void seedsThatOnceFoundAFaultHold(long seed) {
        assertHeld(Run.of(seed, false));
    }

    @Test
    void sixtySeedsHold_D1_D5_D6_V1_V3_V9_C1_C2_R1_R3() throws InterruptedException {
        Seeds seeds = new Seeds(Options.seeds(1, 60, 2), soFar -> {});
        seeds.live();
        Run.Outcome broken = seeds.broken();
        if (broken != null) {
            assertHeld(broken);
        }
        assertThat(seeds.count()).isEqualTo(60);
        assertThat(seeds.counts())
                .as("faults that were reached")
                .containsKeys("cut", "one-way cut", "isolation", "broken connection", "kill", "power loss", "pause");
        assertThat(seeds.density()[0]).as("operations in a simulated minute").isGreaterThan(1_000);
        assertThat(seeds.density()[1]).as("faults in a simulated minute").isGreaterThan(10);
    }

    @Test
    void someSeedsLiveWithoutAnyFaultAndHold() {
        List<Run.Outcome> calm = LongStream.range(1, 60)
                .filter(seed -> Run.describe(seed).contains("no faults"))
                .mapToObj(seed -> Run.of(seed, false))
                .toList();
        assertThat(calm).hasSizeGreaterThan(2).allSatisfy(outcome -> {
            assertHeld(outcome);
            assertThat(outcome.faults()).doesNotContainKeys("cut", "kill", "power loss");
        });
    }

    @Test
    void aSeedTakesTheSameCourseTwice_Y2() {
        for (long seed : new long[] {3, 8, 21}) {
            assertThat(Run.of(seed, false).hash())
                    .as("seed %d", seed)
                    .isEqualTo(Run.of(seed, true).hash());
        }
    }

    @Test
    void aSeedTakesTheSameCourseInAnotherProcess_Y2() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        OneRun.class.getName(),
                        "4",
                        "13")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        assertThat(printed.lines())
                .containsExactly(
                        Long.toHexString(Run.of(4, false).hash()),
                        Long.toHexString(Run.of(13, false).hash()));
    }

    /** Prints the hash of each seed that it is given. */
    static final class OneRun {
        public static void main(String[] seeds) {
            for (String seed : seeds) {
                System.out.println(
                        Long.toHexString(Run.of(Long.parseLong(seed), false).hash()));
            }
        }
    }

    @Test
    void differentSeedsTakeDifferentCourses() {
        Set<Long> hashes = new TreeSet<>();
        for (long seed = 200; seed < 205; seed++) {
            hashes.add(Run.of(seed, false).hash());
        }
        assertThat(hashes).hasSize(5);
    }

    private static String classPath() {
        return Stream.of(
                        OneRun.class, Run.class, dev.meridian.store.RegionStore.class, dev.meridian.kernel.Kernel.class)
                .map(c -> c.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static void assertHeld(Run.Outcome outcome) {
        if (outcome.violation() != null) {
            throw new AssertionError(
                    "seed " + outcome.seed() + " in " + outcome.swarm() + "; replay: ./meridian sim --seed "
                            + outcome.seed(),
                    outcome.violation());
        }
        assertThat(outcome.acknowledged()).as("acknowledged writes").isPositive();
    }
}
