package dev.meridian.cli.drill;

import dev.meridian.cli.Trouble;
import dev.meridian.cli.blackbox.FaultyMachine;
import dev.meridian.cli.up.Deployment;
import dev.meridian.cli.up.PortPlan;
import dev.meridian.cli.up.UpPlan;
import dev.meridian.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts the regions of a file for one drill, on free ports, and ends them behind it. */
public final class DrillSetting {
    private DrillSetting() {}

    /** The report of a drill in regions of its own, whose data and logs are in the directory. */
    public static DrillReport run(
            Drill drill,
            List<String> hit,
            Configuration configuration,
            UpPlan plan,
            Path directory,
            Duration lasts,
            long seed,
            Timeline timeline)
            throws IOException, InterruptedException {
        FaultyMachine machine = null;
        Map<String, String> environment = Map.of();
        if (drill.needsFaultyMachine()) {
            machine = new FaultyMachine(directory, Deployment.disks(directory.toRealPath(), true));
            if (!machine.available()) {
                throw Trouble.DRILL_UNFIT.because(
                        "drill " + drill.word() + " takes a library that gcc makes, and there is no gcc",
                        "install gcc");
            }
            environment = machine.environment();
        }
        PortPlan ports = PortPlan.choose("random", plan.regions());
        try (Deployment deployment =
                Deployment.start(plan, ports, directory, true, environment, event -> heard(event, timeline))) {
            deployment.emulateWan();
            return new Rehearsal(
                            drill, hit, configuration, plan, deployment.state(), machine, false, lasts, seed, timeline)
                    .run(directory.resolve("history.jsonl"));
        }
    }

    private static void heard(String event, Timeline timeline) {
        if (event.contains("its last log lines")) {
            timeline.add("crash", event.substring(0, event.indexOf("; its last log lines")));
        }
    }
}
