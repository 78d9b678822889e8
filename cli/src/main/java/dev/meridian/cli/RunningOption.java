package dev.meridian.cli;

import dev.meridian.cli.up.ControlClient;
import dev.meridian.cli.up.Deployments;
import dev.meridian.cli.up.UpState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --name}, for commands that speak with a running deployment. */
final class RunningOption {
    @Option(names = "--name", paramLabel = "NAME", description = "Which deployment, where several run.")
    private @Nullable String name;

    UpState state(Meridian meridian) {
        return new Deployments(meridian.terminal().directory()).running(name);
    }

    ControlClient control(Meridian meridian) {
        return new ControlClient(state(meridian));
    }
}
