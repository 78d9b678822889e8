package dev.meridian.simulator.mutant;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * {@code meridian sim --mutants}: plants each mutant and lives seeds in it until one of the promises that it names is
 * broken; one that only seldom meets what shows it plays a scenario that does. A mutant that breaks none of them within so many seeds survives: then the net has a hole (Y3). No seed counts that
 * the program without a mutant does not hold.
 */
public final class Mutants {
    private static final int USAGE = 64;

    private record Row(Mutant mutant, long seeds, double seconds, Living.@Nullable Broken by, String others) {}

    private final long seeds;
    private final Path home;
    private final Living unmutated = new Living(Mutants.class.getClassLoader());
    private final Map<Long, Optional<Living.Broken>> control = new ConcurrentHashMap<>();

    private Mutants(Path home, long seeds) {
        this.home = home;
        this.seeds = seeds;
    }

    /**
     * Answers 0 when every mutant is killed, 1 when one survives or cannot be planted, 64 for bad usage.
     *
     * @param names which mutants; none for all
     */
    public static int run(long seeds, int jobs, List<String> names, PrintStream out, PrintStream err) {
        Path home = home();
        if (home == null) {
            err.println("mutants are planted in the sources, which are not here: run ./meridian of a source tree");
            return 1;
        }
        return run(home, seeds, jobs, names, out, err);
    }

    /** As {@link #run(long, int, List, PrintStream, PrintStream)}, with the mutants and sources of this folder. */
    static int run(Path home, long seeds, int jobs, List<String> names, PrintStream out, PrintStream err) {
        try {
            List<Mutant> mutants = chosen(Mutant.all(home), names);
            return new Mutants(home, seeds).all(mutants, jobs, out, err);
        } catch (UnknownException e) {
            err.println(e.getMessage());
            return USAGE;
        } catch (MutantException | IOException e) {
            err.println(e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static final class UnknownException extends Exception {
        UnknownException(String message) {
            super(message);
        }
    }

    private static List<Mutant> chosen(List<Mutant> all, List<String> names) throws UnknownException {
        List<Mutant> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(all.stream()
                    .filter(mutant -> mutant.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UnknownException("no mutant is named " + name + "; there are "
                            + String.join(", ", all.stream().map(Mutant::name).toList()))));
        }
        return names.isEmpty() ? all : chosen;
    }

    /** The root of the sources that this program was built from, or null. */
    static @Nullable Path home() {
        try {
            Path place = Path.of(Mutants.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path at = place; at != null; at = at.getParent()) {
                if (Files.isDirectory(at.resolve(Mutant.FOLDER)) && Files.isDirectory(at.resolve("kernel/src/main"))) {
                    return at;
                }
            }
            return null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private int all(List<Mutant> mutants, int jobs, PrintStream out, PrintStream err)
            throws MutantException, IOException, InterruptedException {
        int width = mutants.stream().mapToInt(m -> m.name().length()).max().orElse(0);
        String form = "%-" + width + "s  %-14s  %-9s  %5s  %7s%n";
        out.printf(Locale.ROOT, form, "mutant", "guarded", "killed by", "seeds", "seconds");
        int survivors = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
            List<Future<Row>> rows = new ArrayList<>();
            for (Mutant mutant : mutants) {
                rows.add(threads.submit(() -> hunt(mutant)));
            }
            for (Future<Row> future : rows) {
                Row row = row(future);
                String by = row.by == null ? "SURVIVES" : row.by.promise();
                String seconds = String.format(Locale.ROOT, "%.1f", row.seconds);
                out.printf(
                        Locale.ROOT,
                        form,
                        row.mutant.name(),
                        String.join(" ", row.mutant.guards()),
                        by,
                        row.seeds,
                        seconds);
                if (row.by == null) {
                    survivors++;
                    err.println(row.mutant.name() + " survives " + row.seeds + " seeds" + row.others + ": "
                            + row.mutant.why());
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "%d mutants, %s; without them the same %d seeds hold%n",
                mutants.size(),
                survivors == 0 ? "every one killed" : survivors + " survive",
                control.size());
        return survivors == 0 ? 0 : 1;
    }

    private static Row row(Future<Row> future) throws MutantException, IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case MutantException cause -> throw cause;
                case IOException cause -> throw cause;
                case null, default -> throw new IllegalStateException("a mutant could not be hunted", e.getCause());
            }
        }
    }

    private Row hunt(Mutant mutant) throws MutantException, IOException {
        Living living = new Living(Planting.of(mutant, home));
        boolean twice = mutant.guards().contains("Y2");
        long beganNs = System.nanoTime();
        for (String file : mutant.scenarios()) {
            Path scenario = home.resolve(file);
            if (!unmutated.scenarioHolds(scenario)) {
                throw new MutantException(file + " does not hold without any mutant; mend that first");
            }
            if (!living.scenarioHolds(scenario)) {
                return new Row(mutant, 0, (System.nanoTime() - beganNs) / 1e9, new Living.Broken("scenario", file), "");
            }
        }
        Map<String, Integer> others = new TreeMap<>();
        String last = "";
        for (long seed = 1; seed <= seeds; seed++) {
            Living.Broken broken = living.seed(seed, twice);
            if (broken == null) {
                continue;
            }
            holds(seed);
            if (mutant.guards().contains(broken.promise())) {
                return new Row(mutant, seed, (System.nanoTime() - beganNs) / 1e9, broken, "");
            }
            others.merge(broken.promise(), 1, Integer::sum);
            last = broken.what();
        }
        String told = others.isEmpty() ? "" : " (but broke what it does not name: " + others + ", " + last + ")";
        return new Row(mutant, seeds, (System.nanoTime() - beganNs) / 1e9, null, told);
    }

    private void holds(long seed) throws MutantException {
        Optional<Living.Broken> broken =
                control.computeIfAbsent(seed, s -> Optional.ofNullable(unmutated.seed(s, false)));
        if (broken.isPresent()) {
            throw new MutantException("seed " + seed + " breaks a promise without any mutant: "
                    + broken.get().what() + "; mend that first (./meridian sim --seed " + seed + ")");
        }
    }
}
