import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Entry: {@code java Bench.java HOME throughput|replication|acknowledgement|startup|failover [OPTIONS]}. */
public final class Bench {
    private Bench() {}

    public static void main(String[] words) throws Exception {
        Path home = Path.of(words[0]).toRealPath();
        List<String> options = List.of(words).subList(Math.min(2, words.length), words.length);
        Path work = Files.createTempDirectory("meridian-bench");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Server.stopAll();
            delete(work);
        }));
        System.out.println(Machine.describe(home));
        switch (words.length > 1 ? words[1] : "") {
            case "throughput" -> new Throughput(home, work, options).run();
            case "replication" -> new Replication(home, work, options).run();
            case "acknowledgement" -> new Acknowledgement(home, work, options).run();
            case "startup" -> new Startup(home, work, options).run();
            case "failover" -> new Failover(home, work, options).run();
            default -> System.err.println("usage: bench/run throughput|replication|acknowledgement|startup|failover");
        }
    }

    /** {@code --name N} among the options, or what else holds. */
    static int option(List<String> options, String name, int otherwise) {
        int at = options.indexOf("--" + name);
        return at < 0 ? otherwise : Integer.parseInt(options.get(at + 1));
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("left behind: " + directory);
        }
    }
}
