package dev.meridian.cli.up;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this program starts itself again, as the process of a region. */
final class Program {
    private Program() {}

    /**
     * The command line of a node: this JVM, this class path, and a heap for one of several on a machine.
     *
     * @param temporary directory for what libraries unpack, which a killed process leaves behind
     */
    static List<String> node(Path temporary, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms64m",
                "-Xmx1g",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-Djava.io.tmpdir=" + temporary,
                "-Djava.library.path=" + System.getProperty("java.library.path", "")));
        String cache = System.getProperty("meridian.aot", "");
        if (!cache.isEmpty() && Files.isReadable(Path.of(cache))) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.meridian.cli.Meridian"));
        command.addAll(arguments);
        return command;
    }
}
