package dev.meridian.simulator;

import dev.meridian.kernel.data.Resolution;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a run that broke a promise a short one that breaks the same: without clients, regions, datasets and steps that it
 * does not take, in a simpler deployment, in less time. Delta debugging, for a bounded time.
 */
final class Shrinking {
    /** What is done to which deployment, and for how long. */
    record Case(Deployment deployment, List<Step> steps, long durationMs) {
        Case {
            // Faults end behind the last step, not before it.
            durationMs = steps.isEmpty()
                    ? durationMs
                    : Math.max(durationMs, steps.getLast().atNs() / 1_000_000 + 1);
        }
    }

    private static final List<Long> GAPS_NS = List.of(0L, 1_000_000L, 100_000_000L, 1_000_000_000L);

    private final String broken;
    private final BooleanSupplier over;
    private Case best;

    private Shrinking(Run.Outcome outcome, BooleanSupplier over) {
        this.broken = kind(outcome.violation());
        this.over = over;
        this.best = new Case(outcome.deployment(), outcome.steps(), outcome.livedMs());
    }

    /**
     * The shortest case that was found, or null when the steps alone, whatever they are answered, do not break it again.
     *
     * @param over whether to be content with what there is
     */
    static @Nullable Case of(Run.Outcome outcome, BooleanSupplier over) {
        Shrinking shrinking = new Shrinking(outcome, over);
        if (outcome.violation() == null || !shrinking.breaks(shrinking.best)) {
            return null;
        }
        shrinking.shrink();
        return shrinking.best;
    }

    /** What a violation has in common with others of its kind. */
    static String kind(@Nullable RuntimeException violation) {
        if (violation == null) {
            return "";
        }
        if (violation instanceof World.Violation v) {
            return v.invariant();
        }
        Throwable cause = violation.getCause() == null ? violation : violation.getCause();
        StackTraceElement[] stack = cause.getStackTrace();
        return cause.getClass().getName() + (stack.length == 0 ? "" : " in " + stack[0].getMethodName());
    }

    private boolean breaks(Case candidate) {
        return kind(Run.of(candidate.deployment, candidate.steps, candidate.durationMs, false)
                        .violation())
                .equals(broken);
    }

    /** Takes the candidate if it still breaks the same promise. */
    private boolean take(Case candidate) {
        if (over.getAsBoolean() || candidate.equals(best) || !breaks(candidate)) {
            return false;
        }
        best = candidate;
        return true;
    }

    private void shrink() {
        take(new Case(best.deployment.withoutNoise(), best.steps, best.durationMs));
        int before;
        do {
            before = size();
            clients();
            regions();
            datasets();
            faults();
            steps();
            deployment();
            commands();
            times();
        } while (size() < before && !over.getAsBoolean());
    }

    private int size() {
        return best.steps.size()
                + best.deployment.regions().size()
                + best.deployment.plans().size();
    }

    private boolean takeSteps(Predicate<Step> kept) {
        List<Step> fewer = best.steps.stream().filter(kept).toList();
        return fewer.size() < best.steps.size() && take(new Case(best.deployment, fewer, best.durationMs));
    }

    private static String client(Action action) {
        return switch (action) {
            case Action.Send send -> send.client();
            case Action.Adopt adopt -> adopt.client();
            case Action.Leave leave -> leave.client();
            case Action.Dawdle dawdle -> dawdle.client();
            default -> "";
        };
    }

    private void clients() {
        Set<String> names = new LinkedHashSet<>();
        best.steps.forEach(step -> names.add(client(step.action())));
        names.remove("");
        // All but one, then each.
        for (String name : names) {
            if (takeSteps(step ->
                    client(step.action()).isEmpty() || client(step.action()).equals(name))) {
                return;
            }
        }
        for (String name : names) {
            takeSteps(step -> !client(step.action()).equals(name));
        }
    }

    private void regions() {
        for (String region : best.deployment.regions()) {
            if (best.deployment.regions().size() > 2) {
                Deployment fewer = best.deployment.without(region);
                List<Step> steps = best.steps.stream()
                        .filter(step -> !step.action().concerns(region))
                        .toList();
                if (fewer.plans().stream().anyMatch(plan -> plan.name().equals("default"))) {
                    take(new Case(fewer, steps, best.durationMs));
                }
            }
        }
    }

    private void datasets() {
        for (DatasetPlan plan : best.deployment.plans()) {
            if (!plan.name().equals("default")) {
                List<DatasetPlan> fewer = new ArrayList<>(best.deployment.plans());
                fewer.remove(plan);
                List<Step> steps = best.steps.stream()
                        .filter(step -> !(step.action() instanceof Action.Send send)
                                || send.commands().stream()
                                        .flatMap(List::stream)
                                        .noneMatch(word -> word.startsWith(plan.name() + ":")))
                        .toList();
                take(new Case(best.deployment.withPlans(fewer), steps, best.durationMs));
            }
        }
    }

    private void faults() {
        takeSteps(step -> step.action() instanceof Action.Send);
        Set<Class<?>> kinds = new LinkedHashSet<>();
        best.steps.forEach(step -> kinds.add(step.action().getClass()));
        for (Class<?> kind : kinds) {
            takeSteps(step -> step.action().getClass() != kind);
        }
    }

    /** Leaves out halves, then quarters, down to single steps. */
    private void steps() {
        for (int chunk = Math.max(1, best.steps.size() / 2); chunk >= 1; chunk = chunk == 1 ? 0 : (chunk + 1) / 2) {
            for (int from = best.steps.size() - chunk; from > -chunk && !over.getAsBoolean(); from -= chunk) {
                int first = Math.max(0, from);
                int last = Math.min(best.steps.size(), from + chunk);
                if (first < last) {
                    List<Step> fewer = new ArrayList<>(best.steps.subList(0, first));
                    fewer.addAll(best.steps.subList(last, best.steps.size()));
                    take(new Case(best.deployment, List.copyOf(fewer), best.durationMs));
                }
            }
        }
    }

    private void deployment() {
        Deployment d = best.deployment;
        takeDeployment(d.withLinks(d.rttMs(), 0));
        d = best.deployment;
        takeDeployment(
                d.withLinks(Deployment.roundTrips(d.regions().size(), Deployment.USUAL_RTT_MS), d.lossPermille()));
        takeDeployment(best.deployment.with(Figures.USUAL, best.deployment.durable()));
        takeDeployment(best.deployment.with(best.deployment.figures(), false));
        takeDeployment(best.deployment.withoutNoise());
        for (int i = 0; i < best.deployment.plans().size(); i++) {
            DatasetPlan plan = best.deployment.plans().get(i);
            DatasetPlan plain = DatasetPlan.of(plan.name(), best.deployment.regions());
            if (!takePlan(i, plain)) {
                takePlan(i, plan.with(Followers.USUAL));
                DatasetPlan simpler = best.deployment.plans().get(i);
                takePlan(i, simpler.with(simpler.protection().followedBy(List.of())));
                takePlan(i, plain.resolvedBy(plan.resolution()));
                takePlan(i, best.deployment.plans().get(i).resolvedBy(Resolution.LAST_WRITE_WINS));
            }
        }
    }

    private boolean takeDeployment(Deployment simpler) {
        return take(new Case(simpler, best.steps, best.durationMs));
    }

    private boolean takePlan(int at, DatasetPlan plan) {
        List<DatasetPlan> plans = new ArrayList<>(best.deployment.plans());
        plans.set(at, plan);
        return takeDeployment(best.deployment.withPlans(List.copyOf(plans)));
    }

    /** Shorter blocks, losses of power that lose everything, clients without a name. */
    private void commands() {
        for (int i = 0; i < best.steps.size(); i++) {
            Action action = best.steps.get(i).action();
            if (action instanceof Action.Send send) {
                for (int c = send.commands().size() - 1;
                        c >= 0 && send.commands().size() > 1;
                        c--) {
                    List<List<String>> fewer = new ArrayList<>(send.commands());
                    fewer.remove(c);
                    Action.Send shorter = new Action.Send(send.region(), send.client(), List.copyOf(fewer));
                    if (replace(i, shorter)) {
                        send = shorter;
                    }
                }
                replace(i, new Action.Send(send.region(), "client", send.commands()));
            } else if (action instanceof Action.LosePower power && power.seed() != 0) {
                replace(i, new Action.LosePower(power.region(), 0));
            }
        }
    }

    private boolean replace(int at, Action action) {
        List<Step> steps = new ArrayList<>(best.steps);
        steps.set(at, new Step(steps.get(at).atNs(), action));
        return take(new Case(best.deployment, List.copyOf(steps), best.durationMs));
    }

    /** Shortens the time in front of each step, and behind the last. */
    private void times() {
        long lastMs = best.steps.isEmpty() ? 0 : best.steps.getLast().atNs() / 1_000_000;
        for (long afterMs : List.of(0L, 1_000L)) {
            if (lastMs + afterMs < best.durationMs && take(new Case(best.deployment, best.steps, lastMs + afterMs))) {
                break;
            }
        }
        for (int i = 0; i < best.steps.size(); i++) {
            long at = best.steps.get(i).atNs();
            long gap = at - (i == 0 ? 0 : best.steps.get(i - 1).atNs());
            for (long shorter : GAPS_NS) {
                if (shorter < gap && take(earlier(i, gap - shorter))) {
                    break;
                }
            }
        }
    }

    private Case earlier(int from, long ns) {
        List<Step> steps = new ArrayList<>(best.steps);
        for (int i = from; i < steps.size(); i++) {
            steps.set(i, new Step(steps.get(i).atNs() - ns, steps.get(i).action()));
        }
        return new Case(best.deployment, List.copyOf(steps), best.durationMs - ns / 1_000_000);
    }
}
