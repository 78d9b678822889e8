package dev.meridian.cli.repository;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules for every file of a repository. Each breach is a line {@code path:line: message}, and the message says the mend. */
final class RepositoryPolice {
    static final int FILE_LINES_MAX = 600;
    static final int METHOD_LINES_MAX = 100;
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".meridian", "node_modules", ".idea", ".vscode", ".settings");
    private static final Set<String> TEXT = Set.of(
            "java", "md", "xml", "yaml", "yml", "sh", "txt", "json", "properties", "js", "css", "html", "config");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** The first line of a member of a top-level type: four blanks, then no annotation, comment or bracket. */
    private static final Pattern MEMBER = Pattern.compile("^ {4}[\\w<]");

    private static final Pattern HOLDER = Pattern.compile("\\b(class|interface|enum|record) ");

    private static final List<Ban> BANS = List.of(
            new Ban(
                    "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b",
                    "\\.(java|md|sh|yaml)$",
                    "do it, or say in the text what is missing"),
            new Ban("@Dis" + "abled", "\\.java$", "a test runs or is deleted"),
            new Ban(
                    "\\.print" + "StackTrace\\(",
                    "^(?!cli/|simulator/).*src/main/.*\\.java$",
                    "log it with its cause, or throw"),
            new Ban(
                    "Thread\\.sl" + "eep\\(",
                    "^(?!cli/).*src/main/.*\\.java$",
                    "schedule it, or wait for the event itself"),
            new Ban(
                    "System\\.(out|err)\\b",
                    "^(?!cli/|simulator/).*src/main/.*\\.java$",
                    "a library logs with slf4j or answers its caller"),
            new Ban(
                    "System\\.exit\\(",
                    "^(?!cli/|simulator/).*src/main/.*\\.java$",
                    "throw; who starts the program ends it"),
            new Ban(
                    "\\b(Random|SecureRandom)\\(|Thread" + "LocalRandom|Math\\.random",
                    "^kernel/src/main/.*\\.java$",
                    "take the random source that the kernel was given"),
            new Ban("\t", "\\.(java|md|yaml|xml|sh)$", "indent with spaces"),
            new Ban("[ \t]+$", "\\.(java|md|yaml|xml|sh)$", "no blanks at the end of a line"),
            new Ban(
                    "(?<![\\w.})])/wo" + "rk/|/tm" + "p/wt\\b|/\\.lib" + "rary\\b",
                    ".*",
                    "names a machine's own places: leave them out"));

    /** Nothing matching {@code pattern} stands in a file whose path {@code files} finds. */
    private record Ban(Pattern pattern, Pattern files, String mend) {
        Ban(String pattern, String files, String mend) {
            this(Pattern.compile(pattern), Pattern.compile(files), mend);
        }
    }

    private final Path root;
    private final Map<String, Integer> longFiles;
    private final Map<String, Integer> longMethods;
    private final Set<String> untouched;
    private final TreeMap<String, List<String>> files = new TreeMap<>();
    private final List<String> breaches = new ArrayList<>();

    /**
     * @param longFiles path to lines, for files that are longer than allowed: they may shrink only
     * @param longMethods {@code path#line that begins it} to lines, as well
     * @param untouched paths of files that are kept as others wrote them
     */
    RepositoryPolice(
            Path root, Map<String, Integer> longFiles, Map<String, Integer> longMethods, Set<String> untouched) {
        this.root = root;
        this.longFiles = longFiles;
        this.longMethods = longMethods;
        this.untouched = untouched;
    }

    /** All breaches, by path. */
    List<String> breaches() throws IOException {
        read();
        files.forEach((path, lines) -> {
            bans(path, lines);
            if (path.endsWith(".java")) {
                lengths(path, lines);
            } else if (path.endsWith(".md")) {
                markdown(path, lines);
            }
        });
        longFiles.keySet().stream()
                .filter(path -> files.getOrDefault(path, List.of()).size() <= FILE_LINES_MAX)
                .forEach(path -> breach(path, 1, "is no longer too long: take it out of the list of exceptions"));
        deadClasses();
        return breaches;
    }

    private void read() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NOT_OURS.contains(String.valueOf(directory.getFileName())) && !directory.equals(root)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = root.relativize(file).toString().replace('\\', '/');
                if (attributes.size() > FILE_BYTES_MAX) {
                    breach(path, 1, "is larger than 1 MiB: a repository keeps sources");
                } else if (isText(path)) {
                    try {
                        files.put(path, Files.readAllLines(file));
                    } catch (CharacterCodingException e) {
                        if (!path.contains("/src/test/resources/")) {
                            breach(path, 1, "is not UTF-8");
                        }
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isText(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return TEXT.contains(name.substring(name.lastIndexOf('.') + 1))
                || Set.of("meridian", "check", "run").contains(name);
    }

    private void bans(String path, List<String> lines) {
        if (untouched.contains(path) || path.contains("/src/test/resources/")) {
            return;
        }
        for (Ban ban : BANS) {
            if (ban.files.matcher(path).find()) {
                for (int i = 0; i < lines.size(); i++) {
                    if (ban.pattern.matcher(lines.get(i)).find()) {
                        breach(path, i + 1, "matches " + ban.pattern + ": " + ban.mend);
                    }
                }
            }
        }
    }

    private void lengths(String path, List<String> lines) {
        int fileMax = longFiles.getOrDefault(path, FILE_LINES_MAX);
        if (lines.size() > fileMax) {
            breach(
                    path,
                    fileMax + 1,
                    "has " + lines.size() + " lines, more than " + fileMax + ": it has two subjects, part them");
        }
        int begins = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("    }")) {
                if (begins >= 0) {
                    method(path, lines.get(begins).strip(), begins + 1, i - begins + 1);
                }
                begins = -1;
            } else if (MEMBER.matcher(line).find()) {
                begins = HOLDER.matcher(line).find() ? -1 : i;
            }
        }
    }

    private void method(String path, String beginning, int line, int length) {
        int max = longMethods.getOrDefault(path + "#" + beginning, METHOD_LINES_MAX);
        if (length > max) {
            breach(path, line, "a method of " + length + " lines, more than " + max + ": part it");
        }
    }

    private void markdown(String path, List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().startsWith("# ")) {
            breach(path, 1, "begins without a title: `# What this is about`");
        }
        boolean fenced = false;
        for (int i = 0; i < lines.size(); i++) {
            fenced ^= lines.get(i).startsWith("```");
            Matcher links = LINK.matcher(fenced ? "" : lines.get(i));
            while (links.find()) {
                String target = links.group(1).replaceFirst("#.*", "");
                if (!target.isEmpty()
                        && !target.matches("[a-z]+:.*")
                        && !Files.exists(root.resolve(path).resolveSibling(target))) {
                    breach(path, i + 1, "links to " + target + ", which does not exist");
                }
            }
        }
    }

    /** A class that no other file of its kind names is not used: main classes by main, test classes by anything. */
    private void deadClasses() {
        Map<String, Set<String>> usersByName = new HashMap<>();
        files.forEach((path, lines) -> {
            if (path.endsWith(".java")
                    || path.endsWith(".xml")
                    || path.equals("meridian")
                    || path.contains("META-INF")) {
                var seen = new HashSet<String>();
                for (String line : lines) {
                    NAME.matcher(line).results().forEach(name -> seen.add(name.group()));
                }
                seen.forEach(name -> usersByName
                        .computeIfAbsent(name, key -> new HashSet<>())
                        .add(path));
            }
        });
        for (String path : files.keySet()) {
            String name = path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
            if (!path.endsWith(".java") || name.equals("package-info") || isEntry(path)) {
                continue;
            }
            boolean used = usersByName.getOrDefault(name, Set.of()).stream()
                    .anyMatch(user ->
                            !user.equals(path) && (path.contains("/src/test/") || !user.contains("/src/test/")));
            if (!used) {
                breach(
                        path,
                        1,
                        name + " is used by nothing" + (path.contains("/src/test/") ? "" : " but tests")
                                + ": delete it");
            }
        }
    }

    private boolean isEntry(String path) {
        return files.getOrDefault(path, List.of()).stream()
                .anyMatch(line -> line.contains("void main(")
                        || line.contains("@Test")
                        || line.contains("@Parameterized" + "Test")
                        || line.contains("@Factory"));
    }

    private void breach(String path, int line, String message) {
        breaches.add(path + ":" + line + ": " + message);
    }
}
