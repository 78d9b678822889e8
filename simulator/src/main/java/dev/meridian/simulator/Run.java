package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One seed, one run: a world is drawn, lived, healed and judged. Or steps of such a run, once more. */
public final class Run {
    /**
     * What a run came to.
     *
     * @param violation the first broken promise, or null
     * @param steps all that was done
     * @param livedMs how long that went on, without what came before and after
     */
    public record Outcome(
            long seed,
            long hash,
            long simulatedMs,
            long operations,
            long acknowledged,
            Map<String, Long> faults,
            @Nullable RuntimeException violation,
            List<String> trace,
            String swarm,
            Deployment deployment,
            List<Step> steps,
            long livedMs) {
        /** This outcome, or, where another run of the same seed took another course, that as its violation (Y2). */
        Outcome comparedWith(Outcome again) {
            if (again.hash == hash) {
                return this;
            }
            return new Outcome(
                    seed,
                    hash,
                    simulatedMs,
                    operations,
                    acknowledged,
                    faults,
                    new World.Violation("Y2", "run again, the seed took another course"),
                    trace,
                    swarm,
                    deployment,
                    steps,
                    livedMs);
        }
    }

    private Run() {}

    /** Lives one seed to its end. Never throws: what goes wrong is in the outcome. */
    public static Outcome of(long seed, boolean tracing) {
        Swarm swarm = Swarm.draw(seed);
        Stage stage = new Stage(swarm.deployment(), tracing);
        Topologies.of(swarm.deployment()).forEach(name -> stage.counts().put(name, 1L));
        return outcome(
                stage, swarm.toString(), swarm.durationMs(), () -> live(stage, swarm, new SplittableRandom(~seed)));
    }

    private static void live(Stage stage, Swarm swarm, SplittableRandom random) {
        List<Workload> clients = new ArrayList<>();
        for (String region : stage.regions()) {
            for (int c = 0; c < swarm.clients(); c++) {
                clients.add(new Workload(stage, swarm, random.split(), region, clients.size()));
            }
        }
        Faults faults = new Faults(stage, swarm, random.split());
        List<Rivals> rivals = new ArrayList<>();
        for (String region : stage.regions()) {
            rivals.add(new Rivals(stage, swarm.durationMs(), random.split(), region));
        }
        List<Reviewers> reviewers = new ArrayList<>();
        if (stage.deployment().plans().stream().anyMatch(DatasetPlan::reviewsLateWrites)) {
            SplittableRandom decisions = new SplittableRandom(swarm.deployment().seed() ^ 0x4C415445L);
            stage.regions().forEach(region -> reviewers.add(new Reviewers(stage, decisions.split(), region)));
        }
        // Drawn from a source of their own: the other draws of a seed stay what they were.
        SplittableRandom ids = new SplittableRandom(swarm.deployment().seed() ^ 0x4944454DL);
        List<Retriers> retriers = stage.regions().stream()
                .map(region -> new Retriers(stage, ids.split(), region))
                .toList();
        stage.at(0, () -> {
            retriers.forEach(Retriers::start);
            clients.forEach(Workload::start);
            reviewers.forEach(Reviewers::start);
            rivals.forEach(Rivals::start);
            faults.start();
        });
        stage.run(swarm.durationMs());
        clients.forEach(Workload::stop);
        rivals.forEach(Rivals::stop);
        reviewers.forEach(Reviewers::stop);
        retriers.forEach(Retriers::stop);
        faults.stop();
        stage.settle();
        stage.check();
    }

    /** Does the steps at their times, whatever is answered, and judges as a seed is judged. */
    static Outcome of(Deployment deployment, List<Step> steps, long durationMs, boolean tracing) {
        Stage stage = new Stage(deployment, tracing);
        return outcome(stage, "steps done again", durationMs, () -> {
            for (Step step : steps) {
                stage.at(step.atNs(), () -> stage.perform(step.action()));
            }
            stage.run(durationMs);
            stage.settle();
            stage.check();
        });
    }

    private static Outcome outcome(Stage stage, String swarm, long durationMs, Runnable life) {
        RuntimeException violation = null;
        try {
            life.run();
        } catch (RuntimeException e) {
            violation = e;
        }
        return new Outcome(
                stage.deployment().seed(),
                stage.hash(),
                stage.world().nowMs(),
                stage.clients().operations(),
                stage.acknowledged(),
                stage.counts(),
                violation,
                stage.traced(),
                swarm,
                stage.deployment(),
                List.copyOf(stage.steps()),
                Math.min(durationMs, stage.sinceBeginNs() / 1_000_000 + 1));
    }

    /** What the seed draws, without living it. */
    static String describe(long seed) {
        return Swarm.draw(seed).toString();
    }
}
