import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long `up` takes until it says ready, how true its round trips are, and how long commands take that answer and end. */
final class Startup {
    private static final Pattern READY = Pattern.compile("ready in ([0-9.]+) s");
    private static final Pattern ROUND_TRIP = Pattern.compile("([0-9.]+) / ~?([0-9.]+) ms");
    private static final String FIVE = """
            multi_region:
              name: bench-five
              regions:
                - name: us-east-1
                - name: eu-west-1
                - name: ap-southeast-1
                - name: us-west-2
                - name: sa-east-1
            """;

    private final String meridian;
    private final Path home;
    private final Path work;
    private final int rounds;

    Startup(Path home, Path work, List<String> options) {
        this.home = home;
        this.work = work;
        meridian = home.resolve("meridian").toString();
        rounds = Bench.option(options, "rounds", 5);
    }

    void run() throws IOException, InterruptedException {
        Path five = Files.writeString(work.resolve("five.yaml"), FIVE);
        System.out.println("\n| what | median (least-most) |\n|---|---|");
        up("up, 3 regions", home.resolve("examples/shop.yaml"), true);
        up("up, 5 regions", five, false);
        wall("--version", "--version");
    }

    private void up(String what, Path file, boolean withStatus) throws IOException, InterruptedException {
        List<Double> ready = new ArrayList<>();
        List<Double> excessMs = new ArrayList<>();
        int pairs = 0;
        int within = 0;
        for (int round = 0; round < rounds; round++) {
            Process up = Server.remember(new ProcessBuilder(
                            meridian, "up", file.toString(), "--ephemeral", "--name", "bench")
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .start());
            BufferedReader lines = up.inputReader();
            for (String line = lines.readLine(); line != null && !line.contains("Stop Ctrl-C"); line = lines.readLine()) {
                Matcher readyIn = READY.matcher(line);
                if (readyIn.find()) {
                    ready.add(Double.parseDouble(readyIn.group(1)));
                }
                for (Matcher trip = ROUND_TRIP.matcher(line); trip.find(); ) {
                    double configured = Double.parseDouble(trip.group(2));
                    double excess = Double.parseDouble(trip.group(1)) - configured;
                    excessMs.add(excess);
                    pairs++;
                    within += Math.abs(excess) <= Math.max(2, configured * 0.05) ? 1 : 0;
                }
            }
            if (withStatus && round == rounds - 1) {
                wall("status of it", "status", "--name", "bench");
            }
            up.destroy();
            up.waitFor(20, TimeUnit.SECONDS);
        }
        if (ready.isEmpty()) {
            throw new IOException("`up` did not become ready");
        }
        line(what + ", ready", ready, "s");
        line(what + ", round trips measured less configured", excessMs, "ms");
        System.out.printf("| %s, round trips within max(2 ms, 5 %%) | %d of %d |%n", what, within, pairs);
    }

    private void wall(String what, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(meridian));
        command.addAll(List.of(words));
        List<Double> ms = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            long beganNs = System.nanoTime();
            Process process = new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
            ms.add((System.nanoTime() - beganNs) / 1e6);
        }
        line(what + ", from start to end", ms, "ms");
    }

    private static void line(String what, List<Double> values, String unit) {
        Figures figures = Figures.of(values);
        System.out.printf(
                Locale.ROOT, "| %s | %.1f (%.1f-%.1f) %s |%n", what, figures.median(), figures.at(0), figures.at(1), unit);
    }
}
