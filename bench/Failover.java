import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a lost primary is missed: `drill region-loss` again and again, each failover held against the bound that its report derives. */
final class Failover {
    private static final List<String> PARTS = List.of("detect", "elect", "route", "rto", "bound");
    private static final Pattern REPORTED = Pattern.compile("\\{[^{}]*\"detect_ms\"[^{}]*}");
    private static final String FILE = """
            multi_region:
              name: bench-failover
              regions:
                - { name: us-east-1, primary: true }
                - { name: eu-west-1 }
                - { name: ap-southeast-1 }
              replication: { failover_profile: fast, write_timeout: 2s }
              datasets:
                - { name: async, topology: read-replicas }
                - { name: semi-sync, topology: read-replicas, replication: semi-sync }
                - { name: quorum, consistency: quorum }
                - { name: strong, consistency: strong }
            """;

    private final String meridian;
    private final Path work;
    private final int drills;

    /** What the reports say of one dataset's failovers, in ms. */
    private final Map<String, Map<String, List<Double>>> byDataset = new LinkedHashMap<>();

    Failover(Path home, Path work, List<String> options) {
        meridian = home.resolve("meridian").toString();
        this.work = work;
        drills = Bench.option(options, "drills", 10);
    }

    void run() throws IOException, InterruptedException {
        Path file = Files.writeString(work.resolve("failover.yaml"), FILE);
        int held = 0;
        for (int seed = 1; seed <= drills; seed++) {
            Process drill = Server.remember(new ProcessBuilder(
                            meridian, "drill", "region-loss", file.toString(), "--duration", "12s", "--seed", "" + seed, "-o", "json")
                    .directory(work.toFile())
                    .redirectError(work.resolve("drill-" + seed + ".log").toFile())
                    .start());
            String report = new String(drill.getInputStream().readAllBytes());
            int exit = drill.waitFor();
            if (exit != 0 && exit != 3) {
                throw new IOException("drill " + seed + " ended with " + exit + ":\n"
                        + Files.readString(work.resolve("drill-" + seed + ".log")));
            }
            held += exit == 0 ? 1 : 0;
            int failovers = take(report);
            System.err.printf("drill %d of %d: %d failovers%s%n", seed, drills, failovers, exit == 0 ? "" : ", a promise broken");
        }
        tell(held);
    }

    private int take(String report) {
        int failovers = 0;
        for (Matcher reported = REPORTED.matcher(report); reported.find(); failovers++) {
            String dataset = word(reported.group(), "dataset");
            Map<String, List<Double>> parts = byDataset.computeIfAbsent(dataset, d -> new LinkedHashMap<>());
            for (String part : PARTS) {
                String ms = word(reported.group(), part + "_ms");
                if (!ms.equals("null")) {
                    parts.computeIfAbsent(part, p -> new ArrayList<>()).add(Double.parseDouble(ms));
                }
            }
        }
        return failovers;
    }

    private static String word(String object, String member) {
        Matcher value = Pattern.compile("\"" + member + "\"\\s*:\\s*\"?([^\",}\\s]*)").matcher(object);
        return value.find() ? value.group(1) : "null";
    }

    private void tell(int held) throws IOException {
        System.out.println("\nregion-loss, " + drills + " times; every promise held " + held + " times; load after: " + Machine.load());
        System.out.println("median / most, in seconds\n\n| dataset | failovers | detect | elect | route | together | bound | within it |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        byDataset.forEach((dataset, parts) -> {
            List<Double> together = parts.getOrDefault("rto", List.of());
            List<Double> bounds = parts.getOrDefault("bound", List.of());
            double bound = bounds.isEmpty() ? 0 : bounds.getFirst();
            StringBuilder row = new StringBuilder("| " + dataset + " | " + together.size());
            for (String part : PARTS.subList(0, 4)) {
                row.append(" | ").append(figures(parts.getOrDefault(part, List.of())));
            }
            System.out.printf(
                    Locale.ROOT, "%s | %.1f | %d of %d |%n", row, bound / 1e3, together.stream().filter(ms -> ms <= bound).count(), drills);
        });
    }

    private static String figures(List<Double> ms) {
        if (ms.isEmpty()) {
            return "-";
        }
        Figures figures = Figures.of(ms);
        return String.format(Locale.ROOT, "%.2f / %.2f", figures.median() / 1e3, figures.at(1) / 1e3);
    }
}
