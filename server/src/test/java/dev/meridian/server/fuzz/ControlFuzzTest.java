package dev.meridian.server.fuzz;

import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.primary.ControlCodec;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlOutcome;
import dev.meridian.kernel.primary.ControlRules;
import dev.meridian.kernel.primary.ControlState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the control group's log and snapshots may hold: entries that nobody meant decide nothing, and a state is one or is refused (X2). */
class ControlFuzzTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final long CLUSTER = 5;

    private static byte[] bytes(int operation, ControlEntry.Change change) {
        return ControlCodec.write(new ControlEntry("op-" + operation, "ada", "why", List.of(), 1, CLUSTER, change));
    }

    private static Configuration configuration(long epoch, String primary) {
        return new Configuration(
                "orders", epoch, primary, epoch, REGIONS, REGIONS, List.of(new Configuration.Position(7, 9)));
    }

    private static List<byte[]> entries() {
        List<ControlEntry.Change> changes = List.of(
                new ControlEntry.AdoptFile(
                        1, 42, REGIONS, REGIONS, new ControlRules(2, List.of(new ControlRules.Pair("a", "b")))),
                new ControlEntry.Drain("eu-west-1"),
                new ControlEntry.Undrain("eu-west-1"),
                new ControlEntry.Isolate("us-east-1"),
                new ControlEntry.Readmit("us-east-1"),
                new ControlEntry.AutomaticFailover(false),
                new ControlEntry.Configure(configuration(1, "us-east-1"), configuration(2, "eu-west-1"), false));
        List<byte[]> entries = new ArrayList<>();
        for (ControlEntry.Change change : changes) {
            entries.add(bytes(entries.size(), change));
        }
        return entries;
    }

    private static ControlState decided() {
        ControlState state = new ControlState();
        entries().forEach(entry -> state.apply(state.applied() + 1, entry));
        return state;
    }

    @Test
    void everyEntryGetsAnOutcomeAndTheStateCanBeKept_X2() {
        new Fuzzer("ControlFuzzTest", MalformedBytesException.class)
                .samples(entries())
                .words("us-east-1", "orders", "op-1", "regions_on")
                .budget(1 << 20, 200, 1 << 13)
                .run(1_000, () -> input -> {
                    ControlState state = decided();
                    ControlCodec.read(input);
                    ControlOutcome outcome = ControlOutcome.read(state.apply(99, input));
                    ControlState.restore(state.snapshot());
                    return outcome.getClass().getSimpleName()
                            + (outcome instanceof ControlOutcome.Refused refused ? refused.rule() : "");
                });
    }

    @Test
    void aSnapshotIsAStateOrIsRefused_X2() {
        new Fuzzer("ControlFuzzTest.snapshot", MalformedBytesException.class)
                .samples(List.of(decided().snapshot(), new ControlState().snapshot()))
                .words("us-east-1", "orders", "op-1")
                .budget(1 << 20, 200, 1 << 13)
                .run(1_000, () -> input -> {
                    ControlState state = ControlState.restore(input);
                    if (state.applied() < Long.MAX_VALUE) {
                        state.apply(state.applied() + 1, entries().getLast());
                    }
                    return "state of " + state.configurations().size();
                });
    }
}
