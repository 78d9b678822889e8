package dev.meridian.cli.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Disks that fail on request, without root and without a file system of our own: a library that the nodes are started with answers
 * for theirs. Where there is no C compiler there are none.
 */
final class FailingDisks {
    private static final String SOURCE = "/failing_disk.c";
    private static final long COMPILE_S_MAX = 60;

    private final Path disks;
    private final boolean compiled;
    private final Path library;

    /** @param disks the directory with a directory for each region's data */
    FailingDisks(Path directory, Path disks) throws IOException, InterruptedException {
        this.disks = disks.toAbsolutePath();
        library = directory.toAbsolutePath().resolve("failing_disk.so");
        compiled = compile(directory.resolve("failing_disk.c"));
    }

    boolean available() {
        return compiled;
    }

    /** What the nodes' processes must have in their environment. */
    Map<String, String> environment() {
        return compiled ? Map.of("LD_PRELOAD", library.toString(), "MERIDIAN_DISKS", disks.toString()) : Map.of();
    }

    void fail(String region, Fault fault) throws IOException {
        Files.writeString(control(region), fault == Fault.DISK_FULL ? "space" : "io");
    }

    void mend(String region) throws IOException {
        Files.deleteIfExists(control(region));
    }

    private Path control(String region) {
        return disks.resolve(region + ".fault");
    }

    private boolean compile(Path source) throws IOException, InterruptedException {
        try (InputStream in = FailingDisks.class.getResourceAsStream(SOURCE)) {
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
