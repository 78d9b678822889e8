package dev.meridian.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.cli.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortPlanTest {
    private static final List<String> REGIONS = List.of("a", "b");

    @Test
    void regionsHaveBlocksOfTenAboveTheBase() throws IOException {
        int base = freeBase();
        PortPlan plan = PortPlan.choose(String.valueOf(base), REGIONS);
        assertThat(plan.control()).isEqualTo(base);
        assertThat(plan.regions())
                .containsExactly(
                        new UpState.RegionPorts("a", base + 10, base + 11, base + 14, base + 16),
                        new UpState.RegionPorts("b", base + 20, base + 21, base + 24, base + 26));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 11, 14, 15, 20, 24})
    void aTakenPortIsNamedWithItsHolder_G4(int offset) throws IOException {
        int base = freeBase();
        try (var holder = new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PortPlan.choose(String.valueOf(base), REGIONS))
                    .isInstanceOf(Failure.class)
                    .hasMessageStartingWith("port " + holder.getLocalPort() + " is taken");
            assertThat(PortHolder.of(holder.getLocalPort()).orElse("not told on this system"))
                    .satisfiesAnyOf(
                            told -> assertThat(told)
                                    .endsWith("(pid " + ProcessHandle.current().pid() + ")"),
                            told -> assertThat(told).isEqualTo("not told on this system"));
        }
    }

    @Test
    void byDefaultATakenPortMovesTheWholeBlockAndSaysSo_G4() throws IOException {
        PortPlan before = PortPlan.choose("auto", REGIONS);
        try (var holder = new ServerSocket(before.regions().getFirst().http(), 1, InetAddress.getLoopbackAddress())) {
            PortPlan moved = PortPlan.choose("auto", REGIONS);
            assertThat(moved.control()).isGreaterThan(before.control());
            assertThat(moved.moved()).contains("is taken").endsWith("instead");
            assertThat(moved.regions().getFirst().resp()).isEqualTo(moved.control() + 10);
            assertThat(holder.isBound()).isTrue();
        }
    }

    @Test
    void randomPortsAreAllDifferent() {
        PortPlan plan = PortPlan.choose("random", REGIONS);
        var ports = new HashSet<Integer>();
        ports.add(plan.control());
        plan.regions().forEach(region -> ports.addAll(List.of(region.resp(), region.http(), region.link())));
        assertThat(ports).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "80", "70000", "-1", "abc", ""})
    void aBaseThatIsNoUsablePortIsRefused(String wish) {
        assertThatThrownBy(() -> PortPlan.choose(wish, REGIONS)).isInstanceOf(Failure.class);
    }

    /** A base whose block is free now. */
    private static int freeBase() throws IOException {
        for (int base = 23000; base < 32000; base += 50) {
            try {
                return PortPlan.choose(String.valueOf(base), REGIONS).control();
            } catch (Failure e) {
                continue;
            }
        }
        throw new IOException("no free ports");
    }
}
