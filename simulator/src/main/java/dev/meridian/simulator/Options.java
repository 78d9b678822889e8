package dev.meridian.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code meridian sim} was asked for.
 *
 * @param seeds how many seeds, unless {@code minutes} says how long
 * @param from the first seed
 * @param minutes how long to go on with new seeds, in minutes of the wall clock; 0 is as many as {@code seeds}
 * @param jobs how many seeds are lived at the same time
 * @param tracing print what happened, for one seed
 * @param twice live each seed twice and compare
 * @param shrinkSeconds how long a failure is made shorter
 * @param export where a seed's run, or what a failure was made of, is written as a scenario
 * @param rewrite record the output of scenario files anew
 * @param files scenario files; with any, no seed is lived
 * @param mutants plant mutants, of which {@code files} names some; none names all
 */
record Options(
        long seeds,
        long from,
        long minutes,
        int jobs,
        boolean tracing,
        boolean twice,
        long shrinkSeconds,
        @Nullable Path export,
        boolean rewrite,
        List<Path> files,
        boolean mutants) {
    static final String USAGE = """
            usage: sim [--seeds N | --minutes M] [--from SEED] [--jobs N] [--twice] [--shrink-seconds S]
                   sim --seed SEED [--export FILE]          one seed, with its trace; its run as a scenario
                   sim [--replay] FILE.txt ... [-rewrite]   scenario files
                   sim --mutants [--seeds N] [NAME ...]     planted bugs: each must break a promise""";

    private static final List<String> KNOWN = List.of(
            "--seeds",
            "--from",
            "--seed",
            "--minutes",
            "--jobs",
            "--twice",
            "--shrink-seconds",
            "--export",
            "--replay",
            "--rewrite",
            "-rewrite",
            "--mutants");

    /** The words are not an order that this command knows; the message says which and what would be. */
    static final class UsageException extends Exception {
        UsageException(String message) {
            super(message);
        }
    }

    /** So many seeds from one on, by so many threads. */
    static Options seeds(long from, long seeds, int jobs) {
        return new Options(seeds, from, 0, jobs, false, false, 0, null, false, List.of(), false);
    }

    static Options parse(String[] args) throws UsageException {
        long seeds = 100;
        long from = 1;
        long minutes = 0;
        int jobs = Runtime.getRuntime().availableProcessors();
        boolean tracing = false;
        boolean twice = false;
        long shrinkSeconds = 60;
        @Nullable Path export = null;
        boolean rewrite = false;
        boolean mutants = false;
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            switch (arg) {
                case "--seeds" -> seeds = number(arg, args, ++i, 1);
                case "--from" -> from = number(arg, args, ++i, 0);
                case "--minutes" -> minutes = number(arg, args, ++i, 1);
                case "--jobs" -> jobs = (int) Math.min(number(arg, args, ++i, 1), 64);
                case "--seed" -> {
                    from = number(arg, args, ++i, 0);
                    seeds = 1;
                    tracing = true;
                }
                case "--twice" -> twice = true;
                case "--shrink-seconds" -> shrinkSeconds = number(arg, args, ++i, 0);
                case "--export" -> export = file(arg, args, ++i);
                case "--replay" -> files.add(file(arg, args, ++i));
                case "-rewrite", "--rewrite" -> rewrite = true;
                case "--mutants" -> mutants = true;
                default -> {
                    if (arg.startsWith("-")) {
                        throw new UsageException(
                                "unknown option " + arg + ": did you mean " + Nearest.of(arg, KNOWN) + "?");
                    }
                    files.add(Path.of(arg));
                }
            }
        }
        if (rewrite && files.isEmpty()) {
            throw new UsageException("-rewrite records scenario files anew: name them");
        }
        if (export != null && !files.isEmpty()) {
            throw new UsageException("--export writes what a seed did: it takes no scenario files");
        }
        return new Options(seeds, from, minutes, jobs, tracing, twice, shrinkSeconds, export, rewrite, files, mutants);
    }

    private static Path file(String option, String[] args, int at) throws UsageException {
        if (at >= args.length) {
            throw new UsageException(option + " takes a file");
        }
        return Path.of(args[at]);
    }

    private static long number(String option, String[] args, int at, long least) throws UsageException {
        if (at >= args.length) {
            throw new UsageException(option + " takes a number of at least " + least);
        }
        try {
            long number = Long.parseLong(args[at]);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new UsageException(
                    String.format(Locale.ROOT, "%s takes a number of at least %d, not '%s'", option, least, args[at]));
        }
        throw new UsageException(option + " takes a number of at least " + least + ", not " + args[at]);
    }
}
