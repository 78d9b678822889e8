package dev.meridian.cli.up;

import dev.meridian.cli.Names;
import dev.meridian.cli.Trouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The deployments under {@code .meridian} of a directory. */
public record Deployments(Path workingDirectory) {

    public Path directory(String name) {
        return workingDirectory.resolve(".meridian").resolve(Names.safe("name of a deployment", name));
    }

    /** All that have a directory, by name; the state is empty where none runs. */
    public List<Found> all() {
        Path root = workingDirectory.resolve(".meridian");
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(Files::isDirectory)
                    .sorted()
                    .map(child -> new Found(child, UpState.load(child).filter(UpState::isAlive)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A deployment's directory, and its state if it runs. */
    public record Found(Path directory, Optional<UpState> running) {
        public String name() {
            return String.valueOf(directory.getFileName());
        }
    }

    /** The one that runs, or the named one; fails where that is none or not clear. */
    public UpState running(@Nullable String name) {
        if (name != null) {
            Path directory = directory(name);
            return UpState.load(directory)
                    .filter(UpState::isAlive)
                    .orElseThrow(() -> Trouble.NOTHING_RUNS.because(
                            "no deployment named " + name + " runs from this directory",
                            "`meridian ls` lists those that do"));
        }
        List<UpState> running =
                all().stream().flatMap(found -> found.running().stream()).toList();
        if (running.isEmpty()) {
            throw Trouble.NOTHING_RUNS.because(
                    "no deployment runs from this directory",
                    "start one with `meridian up FILE`, in another terminal",
                    "deployments are found under ./.meridian: run the command where `up` was run");
        }
        if (running.size() > 1) {
            throw Trouble.SEVERAL_RUN.because(
                    "several deployments run from this directory: "
                            + String.join(
                                    ", ", running.stream().map(UpState::name).toList()),
                    "say which with --name");
        }
        return running.getFirst();
    }
}
