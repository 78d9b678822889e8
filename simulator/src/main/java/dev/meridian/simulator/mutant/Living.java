package dev.meridian.simulator.mutant;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lives seeds in a program that was loaded apart. */
final class Living {
    /** A broken promise, and what was seen of it. */
    record Broken(String promise, String what) {}

    private final Method of;
    private final Method violation;
    private final Method hash;
    private final Method promise;
    private final Method scenarios;

    Living(ClassLoader program) {
        try {
            Class<?> run = program.loadClass("dev.meridian.simulator.Run");
            Class<?> outcome = program.loadClass("dev.meridian.simulator.Run$Outcome");
            of = run.getMethod("of", long.class, boolean.class);
            violation = outcome.getMethod("violation");
            hash = outcome.getMethod("hash");
            promise =
                    program.loadClass("dev.meridian.simulator.World$Violation").getMethod("invariant");
            scenarios = program.loadClass("dev.meridian.simulator.scenario.Scenarios")
                    .getMethod("run", List.class, boolean.class, PrintStream.class, PrintStream.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simulator has another form than its mutants know", e);
        }
    }

    /**
     * What the seed breaks, or null.
     *
     * @param twice live it again: it must take the same course (Y2)
     */
    @Nullable
    Broken seed(long seed, boolean twice) {
        try {
            Object outcome = of.invoke(null, seed, false);
            Object broken = violation.invoke(outcome);
            if (broken != null) {
                boolean named = promise.getDeclaringClass().isInstance(broken);
                return new Broken(named ? (String) promise.invoke(broken) : "X2", broken.toString());
            }
            if (twice && !hash.invoke(outcome).equals(hash.invoke(of.invoke(null, seed, false)))) {
                return new Broken("Y2", "run again, the seed took another course");
            }
            return null;
        } catch (InvocationTargetException e) {
            return new Broken("X2", String.valueOf(e.getCause()));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the simulator has another form than its mutants know", e);
        }
    }

    /** Whether the scenario goes as its file says. */
    boolean scenarioHolds(Path file) {
        PrintStream unheard = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try {
            return scenarios
                    .invoke(null, List.of(file), false, unheard, unheard)
                    .equals(0);
        } catch (InvocationTargetException e) {
            return false;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the simulator has another form than its mutants know", e);
        }
    }
}
