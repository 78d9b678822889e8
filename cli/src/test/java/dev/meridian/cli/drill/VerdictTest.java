package dev.meridian.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops are measured where clients were served, and held against what was promised. Moments in milliseconds. */
class VerdictTest {
    private static final Lane LANE = new Lane("carts", "eu-west-1", true);
    private static final Clock CLOCK = new Clock(0, ns(3_000), ns(3_100), ns(13_000), ns(20_000));

    @TempDir
    private Path directory;

    private final List<Operation> operations = new ArrayList<>();

    private static long ns(long ms) {
        return ms * 1_000_000;
    }

    private void served(int fromMs, int toMs) {
        for (int ms = fromMs; ms <= toMs; ms += 50) {
            add(ms, Outcome.OK, new Answer.Number(1));
        }
    }

    private void add(int ms, Outcome outcome, Answer answer) {
        long returned = outcome == Outcome.UNKNOWN ? Operation.NEVER : ns(ms);
        operations.add(new Operation(
                1,
                "eu-west-1",
                Level.SESSION,
                0,
                ns(ms) - 1,
                returned,
                List.of(new Call(List.of("SADD", "carts:x", "v" + ms), answer)),
                outcome,
                false));
    }

    private Verdict verdict(Expectation expectation) throws IOException {
        List<Place> places = Place.of(Loaded.of(directory, """
                multi_region:
                  regions: [ { name: eu-west-1 }, { name: us-east-1 } ]
                  datasets: [ { name: carts, topology: active-active } ]
                """));
        Map<Lane, Served> lanes = Served.of(places, operations);
        assertThat(lanes).containsOnlyKeys(LANE);
        return Verdict.of(expectation, lanes.getOrDefault(LANE, Served.nothing(LANE)), CLOCK, 0);
    }

    @Test
    void whatGoesOnHasNoStop() throws IOException {
        served(0, 20_000);
        Verdict verdict = verdict(Expectation.goesOn(LANE, ""));
        assertThat(verdict.held()).isTrue();
        assertThat(verdict.stop()).isNull();
    }

    @Test
    void aStopWhereNoneWasPromisedIsABreach() throws IOException {
        served(0, 4_000);
        add(4_500, Outcome.REFUSED, new Answer.Failure("NOPRIMARY of carts"));
        add(4_600, Outcome.UNKNOWN, new Answer.Nil());
        served(6_500, 20_000);
        Verdict verdict = verdict(Expectation.goesOn(LANE, ""));
        assertThat(verdict.held()).isFalse();
        assertThat(verdict.measured()).isEqualTo("stopped for 2.50 s");
        assertThat(verdict.served().errors()).isEqualTo(Map.of("NOPRIMARY", 1));
        assertThat(verdict.served().unanswered()).isEqualTo(1);
    }

    @Test
    void whatComesBackInTimeHolds() throws IOException {
        served(0, 3_000);
        served(8_000, 20_000);
        var within = new Expectation(LANE, Expectation.Kind.BACK_WITHIN, Duration.ofSeconds(6), "");
        assertThat(verdict(within).held()).isTrue();
        var sooner = new Expectation(LANE, Expectation.Kind.BACK_WITHIN, Duration.ofSeconds(4), "");
        assertThat(verdict(sooner).held()).isFalse();
    }

    @Test
    void whatMayStopIsBackAfterTheHeal() throws IOException {
        served(0, 3_000);
        served(15_000, 20_000);
        Verdict verdict = verdict(Expectation.mayStop(LANE, ""));
        assertThat(verdict.held()).isTrue();
        assertThat(verdict.measured()).isEqualTo("stopped for 12.00 s, back 2.00 s after the heal");
    }

    @Test
    void whatNeverComesBackIsABreachWhateverWasPromised() throws IOException {
        served(0, 3_000);
        Verdict verdict = verdict(Expectation.mayStop(LANE, ""));
        assertThat(verdict.held()).isFalse();
        assertThat(verdict.measured()).isEqualTo("stopped at 00:03.000, for good");
    }

    @Test
    void aSlowLaneIsGivenThreeTimesItsUsualPause() throws IOException {
        for (int ms = 0; ms < 20_000; ms += 900) {
            add(ms, Outcome.OK, new Answer.Number(1));
        }
        operations.removeIf(operation -> operation.returnedNs() == ns(9_000));
        assertThat(verdict(Expectation.goesOn(LANE, "")).held()).isTrue();
    }
}
