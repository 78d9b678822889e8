import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * redis-benchmark against both servers in turn, in one run: operations a second and the server's processor time for
 * each. The first pass counts as cold and is shown apart: a JVM compiles what it runs often only then.
 */
final class Throughput {
    private static final List<String> COMMANDS = List.of("set", "get", "incr", "hset", "zadd", "lpush");
    private static final List<Integer> PIPELINES = List.of(1, 16);

    private record Run(double perSecond, double cpuUs, double p99Ms) {}

    private final Path home;
    private final Path work;
    private final int rounds;
    private final int requests;
    private final int warmUps;

    Throughput(Path home, Path work, List<String> options) {
        this.home = home;
        this.work = work;
        rounds = Bench.option(options, "rounds", 5);
        requests = Bench.option(options, "requests", 300_000);
        warmUps = Bench.option(options, "warm-ups", 2);
    }

    void run() throws IOException, InterruptedException {
        Path file = Files.writeString(
                work.resolve("one.yaml"), "multi_region:\n  name: bench\n  regions:\n    - name: us-east-1\n");
        Server meridian = Server.meridian(home, work, file, "us-east-1", 0, Map.of());
        Server redis = Server.redis(work);
        System.out.printf(
                "%nredis-benchmark -n %d -c 50 -d 100 -r 100000; median of %d rounds after %d to warm up, least to most;"
                        + " CPU is the server's own, per operation%n",
                requests, rounds, warmUps);
        System.out.println("| command | pipeline | Meridian k/s | Redis k/s | ratio | Meridian CPU us | Redis CPU us"
                + " | p99 ms, Meridian / Redis | cold, k/s |\n|---|---|---|---|---|---|---|---|---|");
        for (int pipeline : PIPELINES) {
            for (String command : COMMANDS) {
                line(meridian, redis, command, pipeline);
            }
        }
        System.out.printf(
                "%nresident after all of it: Meridian %d MB, Redis %d MB; load after: %s%n",
                meridian.residentKb() / 1024, redis.residentKb() / 1024, Machine.load());
    }

    private void line(Server meridian, Server redis, String command, int pipeline)
            throws IOException, InterruptedException {
        List<Run> ours = new ArrayList<>();
        List<Run> theirs = new ArrayList<>();
        double cold = 0;
        for (int round = -warmUps; round < rounds; round++) {
            Run our = bench(meridian, command, pipeline);
            Run their = bench(redis, command, pipeline);
            if (round == -warmUps) {
                cold = our.perSecond;
            }
            if (round >= 0) {
                ours.add(our);
                theirs.add(their);
            }
        }
        Figures our = Figures.of(ours.stream().map(Run::perSecond).toList());
        Figures their = Figures.of(theirs.stream().map(Run::perSecond).toList());
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %s | **%.2f** | %.1f | %.1f | %.2f / %.2f | %.0f |%n",
                command.toUpperCase(Locale.ROOT),
                pipeline,
                our.thousands(),
                their.thousands(),
                our.median() / their.median(),
                Figures.of(ours.stream().map(Run::cpuUs).toList()).median(),
                Figures.of(theirs.stream().map(Run::cpuUs).toList()).median(),
                Figures.of(ours.stream().map(Run::p99Ms).toList()).median(),
                Figures.of(theirs.stream().map(Run::p99Ms).toList()).median(),
                cold / 1000);
    }

    private Run bench(Server server, String command, int pipeline) throws IOException, InterruptedException {
        try (Resp connection = new Resp(server.port)) {
            connection.ask("DEL", "mylist");
        }
        long before = server.cpuUs();
        String[] lines = Machine.answer(
                        "redis-benchmark", "-p", "" + server.port, "-n", "" + requests, "-c", "50", "-d", "100", "-r",
                        "100000", "-P", "" + pipeline, "-t", command, "--csv")
                .split("\n");
        String[] fields = lines[lines.length - 1].replace("\"", "").split(",");
        if (fields.length < 8) {
            throw new IOException(server.name + ": " + String.join(" ", lines));
        }
        return new Run(
                Double.parseDouble(fields[1]),
                (server.cpuUs() - before) / (double) requests,
                Double.parseDouble(fields[6]));
    }
}
