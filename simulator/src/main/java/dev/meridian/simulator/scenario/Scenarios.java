package dev.meridian.simulator.scenario;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Plays scenario files, each twice, or records their output anew. */
public final class Scenarios {
    private Scenarios() {}

    /**
     * Plays each file and tells of those that failed. Returns 0 when all held, else 1.
     *
     * @param rewrite put in what was said as what is expected; refused where {@code CI} is set, as there nobody reads it
     */
    public static int run(List<Path> files, boolean rewrite, PrintStream out, PrintStream err) {
        if (rewrite && "true".equals(System.getenv("CI"))) {
            err.println("-rewrite is refused where CI=true: record at home, read what changed, and commit it");
            return 1;
        }
        int failed = 0;
        for (Path file : files) {
            try {
                if (rewrite) {
                    Files.writeString(file, read(file).rewritten());
                    out.println(file + ": recorded");
                }
                playTwice(file);
                out.println(file + ": holds");
            } catch (ScenarioException e) {
                failed++;
                err.println(e.getMessage());
                err.println("  replay: ./meridian sim " + file);
            } catch (IOException e) {
                failed++;
                err.println(file + ": cannot be read: " + e.getMessage());
            }
        }
        return failed == 0 ? 0 : 1;
    }

    /** Plays a file twice. Throws {@link ScenarioException} when it says something else than expected, or not the same twice. */
    public static void playTwice(Path file) throws IOException {
        Scenario.Outcome first = read(file).play();
        Scenario.Outcome second = read(file).play();
        if (!first.equals(second)) {
            throw new ScenarioException(file + ": played again, it took another course (Y2)");
        }
    }

    private static Scenario read(Path file) throws IOException {
        return Scenario.parse(file.toString(), Files.readString(file));
    }
}
