package dev.meridian.kernel;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The same events give the same effects, on every machine and in every run: the kernel reaches for nothing else. */
class KernelIsDeterministicTest {
    private record Ban(Pattern call, String instead) {
        Ban(String call, String instead) {
            this(Pattern.compile(call), instead);
        }
    }

    private static final List<Ban> BANS = List.of(
            new Ban(
                    "System\\.(nanoTime|currentTimeMillis)",
                    "the host reads the clock; take nowNs and wallMs of the turn"),
            new Ban(
                    "\\b(Instant|LocalDateTime|LocalDate|ZonedDateTime|OffsetDateTime)\\.now|\\bClock\\.system|\\bnew Date\\(\\)",
                    "the host reads the clock; take wallMs of the turn"),
            new Ban(
                    "UUID\\.randomUUID|\\bnew Random\\(|ThreadLocalRandom|Math\\.random|SecureRandom|new SplittableRandom\\(\\)",
                    "take the RandomGenerator that the host seeded"),
            new Ban(
                    "\\bThread\\b|\\bThreadLocal\\b|\\bsynchronized\\b|\\bExecutors?\\b|CompletableFuture|ForkJoinPool",
                    "the kernel has one thread, and the host owns it; give an effect"),
            new Ban("parallelStream|\\.parallel\\(\\)", "a plain loop; the kernel has one thread"),
            new Ban("identityHashCode|\\bIdentityHashMap\\b|\\bWeakHashMap\\b", "a number given in order of creation"),
            new Ban(
                    "\\bHashMap\\b|\\bHashSet\\b|\\bConcurrentHashMap\\b",
                    "LinkedHashMap, LinkedHashSet, TreeMap or BytesTable: their order is defined"),
            new Ban(
                    "\\b(Set|Map)\\.(of|copyOf|ofEntries)\\(|\\bCollectors\\.(toSet|toMap|groupingBy)\\(",
                    "List.of, EnumMap, LinkedHashMap or TreeMap: the order of Set.of and Map.of differs from run to run"),
            new Ban(
                    "String\\.format\\((?!Locale)|\\.formatted\\(|to(Upper|Lower)Case\\(\\)",
                    "concatenation, or name Locale.ROOT"),
            new Ban("getBytes\\(\\)|new String\\([^,()]*\\)", "name the charset"),
            new Ban(
                    "System\\.(out|err|getenv|getProperty|exit|gc)|printStackTrace",
                    "an effect; the host talks to the world"));

    @Test
    void sourcesCallNothingThatDiffersFromRunToRun() throws IOException {
        List<String> found = new ArrayList<>();
        Path root = Path.of("src/main/java");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int n = 0; n < lines.size(); n++) {
                    String code = code(lines.get(n));
                    for (Ban ban : BANS) {
                        var matcher = ban.call.matcher(code);
                        if (matcher.find()) {
                            found.add(file + ":" + (n + 1) + ": " + matcher.group()
                                    + " is not for the kernel; instead: " + ban.instead);
                        }
                    }
                }
            }
        }
        assertThat(found).as(() -> "\n" + String.join("\n", found)).isEmpty();
        assertThat(root.resolve("dev/meridian/kernel/data/Keyspace.java")).exists();
    }

    /** The line without comments and texts. */
    private static String code(String line) {
        String trimmed = line.strip();
        if (trimmed.startsWith("*")
                || trimmed.startsWith("/*")
                || trimmed.startsWith("import ") && !trimmed.contains(".concurrent.")) {
            return "";
        }
        return line.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"").replaceAll("//.*", "");
    }

    @Test
    void theScanFindsWhatItBans() {
        for (String line : List.of(
                "long t = System.nanoTime();",
                "Map<String, String> m = new HashMap<>();",
                "for (String s : Set.of(a, b)) {",
                "String.format(\"%d\", 1)",
                "new Random()",
                "x.toUpperCase()",
                "Thread.sleep(1);")) {
            assertThat(BANS)
                    .as(line)
                    .anyMatch(ban -> ban.call.matcher(code(line)).find());
        }
        for (String line : List.of(
                "// Thread", " * a Thread of HashMap", "String s = \"new Random()\";", "x.toUpperCase(Locale.ROOT)")) {
            assertThat(BANS)
                    .as(line)
                    .noneMatch(ban -> ban.call.matcher(code(line)).find());
        }
    }

    @Test
    void classesDependOnTheLanguageAlone() {
        JavaClasses kernel = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.meridian.kernel");
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.meridian.kernel.bytes.Sha256")
                .should()
                .dependOnClassesThat(not(resideInAnyPackage(
                        "dev.meridian.kernel..",
                        "java.lang..",
                        "java.math",
                        "java.nio",
                        "java.nio.charset",
                        "java.util",
                        "java.util.function",
                        "java.util.random",
                        "java.util.regex",
                        "java.util.stream",
                        "java.util.zip",
                        "java.time",
                        "org.jspecify.annotations")))
                .because("the kernel does no I/O and starts no thread: the host does, and hands it events")
                .check(kernel);
    }
}
