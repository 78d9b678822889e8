package dev.meridian.simulator.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A bug to be planted: texts in source files and what stands there instead.
 *
 * <p>Its file begins with lines {@code # why} and a line {@code guards:} with the promises of which one must break; where seeds seldom
 * meet what shows it, {@code scenario:} names a file that does. Then, once or
 * more: {@code source:} with a path from the root of the sources, after a line {@code original:} whole lines of that file, and
 * after a line {@code mutated:} those that replace them.
 *
 * @param guards promises, as docs/invariants.md numbers them
 * @param scenarios files, of which one must not go as it says; played before any seed
 */
public record Mutant(String name, String why, List<String> guards, List<String> scenarios, List<Edit> edits) {
    static final String FOLDER = "mutants";
    private static final String ENDING = ".txt";

    /** One place of it. */
    record Edit(String source, String original, String mutated) {}

    /** All mutants of a tree, by name. */
    public static List<Mutant> all(Path home) throws MutantException, IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(home.resolve(FOLDER))) {
            files = found.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        }
        List<Mutant> mutants = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            mutants.add(parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file)));
        }
        return mutants;
    }

    static Mutant parse(String name, String text) throws MutantException {
        String[] parts = text.split("(?m)^source:", -1);
        StringBuilder why = new StringBuilder();
        List<String> guards = List.of();
        List<String> scenarios = new ArrayList<>();
        for (String line : parts[0].lines().toList()) {
            if (line.startsWith("#")) {
                why.append(why.isEmpty() ? "" : " ").append(line.substring(1).strip());
            } else if (line.startsWith("guards:")) {
                guards = List.of(line.substring("guards:".length()).strip().split(" +"));
            } else if (line.startsWith("scenario:")) {
                scenarios.add(line.substring("scenario:".length()).strip());
            } else if (!line.isBlank()) {
                throw new MutantException(
                        "mutant " + name + ": `" + line + "` is no `#`, `guards:`, `scenario:` or `source:`");
            }
        }
        List<Edit> edits = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] edit = parts[i].split("(?m)^(original|mutated):\n", -1);
            if (edit.length != 3) {
                throw new MutantException("mutant " + name
                        + ": after each `source:` stands a line `original:` with text and a line `mutated:` with text");
            }
            edits.add(new Edit(edit[0].strip(), edit[1].stripTrailing(), edit[2].stripTrailing()));
        }
        if (why.isEmpty() || guards.isEmpty() || edits.isEmpty()) {
            throw new MutantException("mutant " + name + ": it says why (`#`), what it `guards:` and its `source:`");
        }
        return new Mutant(name, why.toString(), guards, scenarios, edits);
    }

    /** A source with this edit in it. */
    String planted(Edit edit, String text) throws MutantException {
        String lines = "\n" + edit.original + "\n";
        int at = text.indexOf(lines);
        if (at < 0 || text.indexOf(lines, at + 1) >= 0) {
            throw new MutantException("mutant " + name + ": its original stands "
                    + (at < 0 ? "nowhere" : "more than once") + " in " + edit.source
                    + ", and must stand there once: bring " + FOLDER + "/" + name + ENDING
                    + " in line with the source");
        }
        return text.substring(0, at) + "\n" + edit.mutated + "\n" + text.substring(at + lines.length());
    }
}
