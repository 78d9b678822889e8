package dev.meridian.cli.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Disks that fail and clocks that are wrong on request, without root and without a file system of our own: a library that the nodes are
 * started with answers for theirs. Where there is no C compiler there are none.
 */
public final class FaultyMachine {
    /** How a disk fails. */
    public enum Disk {
        FULL("space"),
        FSYNC_FAILS("io");

        private final String word;

        Disk(String word) {
            this.word = word;
        }
    }

    private static final String SOURCE = "/faulty_machine.c";
    private static final long COMPILE_S_MAX = 60;

    private final Path disks;
    private final boolean compiled;
    private final Path library;

    /** @param disks the directory with a directory for each region's data */
    public FaultyMachine(Path directory, Path disks) throws IOException, InterruptedException {
        this.disks = disks.toAbsolutePath();
        library = directory.toAbsolutePath().resolve("faulty_machine.so");
        compiled = compile(directory.resolve("faulty_machine.c"));
    }

    public boolean available() {
        return compiled;
    }

    /** What the nodes' processes must have in their environment. */
    public Map<String, String> environment() {
        return compiled ? Map.of("LD_PRELOAD", library.toString(), "MERIDIAN_DISKS", disks.toString()) : Map.of();
    }

    void fail(String region, Disk how) throws IOException {
        Files.writeString(disks.resolve(region + ".fault"), how.word);
    }

    void mend(String region) throws IOException {
        Files.deleteIfExists(disks.resolve(region + ".fault"));
    }

    /** From then on the region's wall clock is so far ahead of the machine's, or behind it. */
    void skew(String region, Duration by) throws IOException {
        Path draft = disks.resolve(region + ".clock.draft");
        Files.writeString(draft, Long.toString(by.toMillis()));
        Files.move(draft, disks.resolve(region + ".clock"), StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean compile(Path source) throws IOException, InterruptedException {
        try (InputStream in = FaultyMachine.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks " + SOURCE);
            }
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        try {
            Process compiler = new ProcessBuilder(List.of(
                            "gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return compiler.waitFor(COMPILE_S_MAX, TimeUnit.SECONDS) && compiler.exitValue() == 0;
        } catch (IOException e) {
            // No compiler: this fault is left out, and the report says so.
            return false;
        }
    }
}
