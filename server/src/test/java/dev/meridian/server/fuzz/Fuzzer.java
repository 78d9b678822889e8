package dev.meridian.server.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Gives a door inputs that nobody would send in good faith, one a seed, and holds it to X2: it may refuse, in the way that
 * it documents; it may not fail in another way, allocate more than the input's bytes account for, recur without bound, or take
 * long. Inputs are mutations of samples; one that shows a refusal or an answer not seen before becomes a sample itself.
 *
 * <p>{@code -Dmeridian.fuzz.minutes=10} goes on for so long, {@code -Dmeridian.fuzz.seed=N} begins elsewhere, and
 * {@code -Dmeridian.fuzz.input=BASE64} tries one input only, as a failure prints it.
 */
public final class Fuzzer {
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Timer WATCH = new Timer("fuzz", true);
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final int LEARNED_MAX = 2_000;
    private static final long STUCK_MS = 30_000;

    /** What an input is given to; made anew for each. */
    public interface Door {
        /** What comes before, at nobody's cost. */
        default void prepare(byte[] input) {}

        /** Takes the input. What it answers tells new behaviour from known; what it throws is a refusal or a bug. */
        String take(byte[] input) throws Exception;

        /** What must hold afterwards. */
        default void check(boolean refused) {}
    }

    private final String name;
    private final Set<Class<?>> refusals;
    private final List<byte[]> samples = new ArrayList<>();
    private final List<byte[]> words = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int bytesMax = 1 << 14;
    private long bytesFree = 1 << 18;
    private long bytesEach = 64;
    private Function<SplittableRandom, byte[]> grammar = random -> new byte[0];
    private boolean hasGrammar;
    private int refused;
    private int taken;

    /**
     * @param name of the test class, for the command that repeats a failure, and of the corpus' directory
     * @param refusals what the door may throw
     */
    public Fuzzer(String name, Class<?>... refusals) {
        this.name = name;
        this.refusals = Set.of(refusals);
        samples.addAll(corpus());
    }

    public Fuzzer samples(List<byte[]> more) {
        samples.addAll(more);
        return this;
    }

    /** Pieces that mean something to the door. */
    public Fuzzer words(String... more) {
        for (String word : more) {
            words.add(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        return this;
    }

    /** Makes inputs from nothing, in place of every second mutation. */
    public Fuzzer grammar(Function<SplittableRandom, byte[]> generator) {
        grammar = generator;
        hasGrammar = true;
        return this;
    }

    /** An input of n bytes may cost this many bytes and n times that many; inputs are no longer than the last. */
    public Fuzzer budget(long free, long each, int longest) {
        bytesFree = free;
        bytesEach = each;
        bytesMax = longest;
        return this;
    }

    /** Inputs that once showed a bug, and others that are worth to be kept. */
    private List<byte[]> corpus() {
        Path directory = RESOURCES.resolve("corpus").resolve(name);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<byte[]> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                found.add(Base64.getMimeDecoder().decode(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new AssertionError("the corpus in " + directory + " cannot be read", e);
        }
        return found;
    }

    /** Tries the corpus, then so many inputs, then more if more time was asked for. */
    public void run(int inputs, Supplier<? extends Door> doors) {
        String one = System.getProperty("meridian.fuzz.input", "");
        if (!one.isEmpty()) {
            attempt(0, Base64.getDecoder().decode(one), doors.get());
            return;
        }
        int known = samples.size();
        for (int i = 0; i < known; i++) {
            attempt(0, samples.get(i), doors.get());
        }
        long first = Long.getLong("meridian.fuzz.seed", 1);
        long untilMs = System.currentTimeMillis() + 60_000L * Integer.getInteger("meridian.fuzz.minutes", 0);
        long seed = first;
        while (seed < first + inputs || System.currentTimeMillis() < untilMs) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] input = hasGrammar && random.nextBoolean()
                    ? grammar.apply(random)
                    : new Mutations(random, samples, words, bytesMax).any();
            attempt(seed, input, doors.get());
            seed++;
        }
        System.out.printf(
                "%s: %d inputs, %d refused, %d taken, %d kinds of outcome%n",
                name, seed - first, refused, taken, seen.size());
        if (refused == 0 || taken == 0) {
            throw new AssertionError(name + " refused " + refused + " inputs and took " + taken + ": it tries nothing");
        }
    }

    private void attempt(long seed, byte[] input, Door door) {
        TimerTask watchdog = new TimerTask() {
            @Override
            public void run() {
                System.err.println("stuck for " + STUCK_MS + " ms: " + repeat(seed, input));
            }
        };
        WATCH.schedule(watchdog, STUCK_MS);
        try {
            String outcome = "";
            boolean wasRefused = false;
            door.prepare(input);
            long before = THREAD.getCurrentThreadAllocatedBytes();
            try {
                outcome = door.take(input);
            } catch (Exception e) {
                if (!refusals.contains(e.getClass())) {
                    throw e;
                }
                wasRefused = true;
                outcome = refusal(e);
            }
            long allocated = THREAD.getCurrentThreadAllocatedBytes() - before;
            long allowed = bytesFree + bytesEach * input.length;
            if (allocated > allowed) {
                throw new AssertionError(
                        allocated + " bytes allocated for an input of " + input.length + ", allowed " + allowed);
            }
            door.check(wasRefused);
            if (wasRefused) {
                refused++;
            } else {
                taken++;
            }
            if (seen.add(outcome) && seen.size() < LEARNED_MAX && input.length <= bytesMax) {
                samples.add(input);
            }
        } catch (Throwable bug) {
            throw new AssertionError(bug + "\n" + repeat(seed, input), bug);
        } finally {
            watchdog.cancel();
        }
    }

    /** Where it was thrown tells more than what it says. */
    private static String refusal(Exception e) {
        StringBuilder text = new StringBuilder(e.getClass().getSimpleName());
        StackTraceElement[] stack = e.getStackTrace();
        for (int i = 0; i < Math.min(4, stack.length); i++) {
            text.append(' ').append(stack[i].getMethodName()).append(stack[i].getLineNumber());
        }
        return text.toString();
    }

    private String repeat(long seed, byte[] input) {
        return "seed " + seed + ", " + input.length + " bytes; once more: ./check -pl server -am -Dtest=" + name
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dmeridian.fuzz.input="
                + Base64.getEncoder().encodeToString(input);
    }
}
