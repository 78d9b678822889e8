import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures were taken on, and how busy it is with other things. */
final class Machine {
    private Machine() {}

    static String describe(Path home) throws IOException, InterruptedException {
        String cpu = first("/proc/cpuinfo", "model name");
        return "machine: " + Runtime.getRuntime().availableProcessors() + " x " + cpu + ", "
                + first("/proc/meminfo", "MemTotal") + ", Linux " + System.getProperty("os.version")
                + "\nversions: " + answer(home.resolve("meridian").toString(), "--version")
                + "; " + answer("redis-server", "--version").replaceAll(" sha=.*", "")
                + "; JDK " + Runtime.version()
                + "\nload before: " + load();
    }

    /** Load averages of one and five minutes. */
    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).replaceAll("^(\\S+ \\S+) .*\\s*$", "$1");
    }

    static String answer(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return text;
    }

    private static String first(String file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst().orElse(": unknown").replaceAll("^.*:\\s*", "");
        }
    }
}
