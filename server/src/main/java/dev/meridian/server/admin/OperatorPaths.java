package dev.meridian.server.admin;

import dev.meridian.config.ReplicationGroup;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.primary.Configuration;
import dev.meridian.kernel.primary.Control;
import dev.meridian.kernel.primary.ControlEntry;
import dev.meridian.kernel.primary.ControlOutcome;
import dev.meridian.kernel.primary.ControlRules;
import dev.meridian.kernel.primary.ControlState;
import dev.meridian.server.consensus.ControlGroup;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of a node: {@code POST /v1/groups/GROUP/failover} and {@code /switchover}, {@code POST /v1/regions/REGION/drain} and
 * its like, {@code POST /v1/control/automatic-failover}, {@code GET /v1/audit}. An answer comes when the operation has ended, or when it has
 * not within a bounded time. An operation that was decided under the same name is answered with what was decided then.
 */
final class OperatorPaths {
    private static final String GROUPS = "/v1/groups/";
    private static final String REGIONS = "/v1/regions/";
    private static final String SWITCH = "/v1/control/automatic-failover";
    private static final String AUDIT = "/v1/audit";
    private static final String ACCEPTED = "accepted";
    private static final long PROPOSE_MS = 5_000;
    /** More than an attempt to take over and its proposal may last. */
    private static final long BOUND_MS = 20_000;

    private final NodeFacts facts;
    private final NodeView view;

    OperatorPaths(NodeFacts facts, NodeView view) {
        this.facts = facts;
        this.view = view;
    }

    /** Who asks for what, by which name. */
    private record Asked(
            String operation,
            String by,
            String reason,
            @Nullable String override) {}

    /** What becomes an answer; on the kernel's thread. */
    private interface Operation {
        void begin(Kernel kernel, Asked asked, CompletableFuture<Answer> answer);
    }

    static boolean posts(String path) {
        return path.startsWith(GROUPS) || path.startsWith(REGIONS) || path.equals(SWITCH);
    }

    /** Null when the path is none of these. */
    @Nullable
    CompletionStage<Answer> answer(Request request) {
        String path = request.path();
        if (!posts(path) && !path.equals(AUDIT)) {
            return null;
        }
        if (view.phase() != NodeView.Phase.SERVING) {
            return done(Answer.problem(HttpTrouble.NOT_SERVING));
        }
        if (path.equals(AUDIT)) {
            return view.ask(OperatorPaths::audit);
        }
        if (!request.post()) {
            return done(Answer.problem(HttpTrouble.METHOD_REFUSED, null, Map.of("Allow", "POST")));
        }
        try {
            Operation operation = path.equals(SWITCH)
                    ? masterSwitch(request)
                    : path.startsWith(GROUPS)
                            ? ofGroup(request, path.substring(GROUPS.length()))
                            : ofRegion(path.substring(REGIONS.length()));
            return operation == null ? null : carryOut(request, operation);
        } catch (IllegalArgumentException e) {
            return done(Answer.problem(HttpTrouble.BAD_QUESTION, e.getMessage(), Map.of()));
        } catch (Unknown e) {
            return done(Answer.problem(HttpTrouble.UNKNOWN_PLACE, e.getMessage(), Map.of()));
        }
    }

    /** A name that stands for nothing here. */
    private static final class Unknown extends RuntimeException {
        Unknown(String message) {
            super(message);
        }
    }

    private CompletionStage<Answer> carryOut(Request request, Operation operation) {
        String named = word(request, "operation", null);
        String by = text(request, "by", "somebody over HTTP");
        String reason = text(request, "reason", "none given");
        String override = word(request, "override", null);
        if (override != null
                && !override.equals(ControlRules.REGIONS_ON)
                && !override.equals(ControlRules.NEVER_BOTH)) {
            throw new IllegalArgumentException("`override` takes the name of a safety rule: " + ControlRules.REGIONS_ON
                    + " or " + ControlRules.NEVER_BOTH);
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        view.ask(kernel -> {
                    String name = named == null ? kernel.control().nextOperation() : named;
                    if (!isKnown(kernel, name, answer)) {
                        operation.begin(kernel, new Asked(name, by, reason, override), answer);
                    }
                    return name;
                })
                .exceptionally(failure -> {
                    answer.completeExceptionally(failure);
                    return "";
                });
        return answer.completeOnTimeout(Answer.problem(HttpTrouble.NOT_ENDED), BOUND_MS, TimeUnit.MILLISECONDS);
    }

    /** Asked again under the same name it has the outcome that it had. */
    private static boolean isKnown(Kernel kernel, String operation, CompletableFuture<Answer> answer) {
        for (ControlState.Audit line : kernel.control().state().audit()) {
            if (line.operation().equals(operation)) {
                if (line.verdict().startsWith(ACCEPTED)) {
                    answer.complete(ended(operation, line.what(), true));
                } else {
                    answer.complete(Answer.problem(
                            HttpTrouble.NOT_DONE,
                            "this operation was asked for before: " + line.verdict()
                                    + "; another try takes another name",
                            Map.of()));
                }
                return true;
            }
        }
        return false;
    }

    // ---- groups ----

    private @Nullable Operation ofGroup(Request request, String rest) {
        int slash = rest.lastIndexOf('/');
        String verb = rest.substring(slash + 1);
        if (slash < 0 || !verb.equals("failover") && !verb.equals("switchover")) {
            return null;
        }
        ReplicationGroup group = group(utf8(Request.decoded(rest.substring(0, slash))));
        int g = facts.configuration().groups().indexOf(group);
        String to = word(request, "to", null);
        if (to == null) {
            throw new IllegalArgumentException("`to` is missing: the region that is to become primary");
        }
        region(to);
        if (!group.members().contains(to)) {
            throw new IllegalArgumentException(
                    "that region keeps no rows of the group: choose one of " + String.join(", ", group.members()));
        }
        if (verb.equals("switchover")) {
            return (kernel, asked, answer) -> switchOver(kernel, g, to, asked, answer);
        }
        boolean isLossAccepted = request.asks("accept_loss");
        return (kernel, asked, answer) -> failOver(kernel, g, to, isLossAccepted, asked, answer);
    }

    private void failOver(
            Kernel kernel, int g, String to, boolean isLossAccepted, Asked asked, CompletableFuture<Answer> answer) {
        if (kernel.control().configuration(g).primary() == null) {
            answer.complete(
                    Answer.problem(HttpTrouble.NOT_DONE, "the group has no primary: every writer goes on", Map.of()));
        } else if (!to.equals(facts.region())) {
            answer.complete(elsewhere("the region that is to become primary makes itself primary", to));
        } else if (isUndecidable()) {
            answer.complete(Answer.problem(HttpTrouble.NO_MAJORITY));
        } else {
            String reason = isLossAccepted ? "loss accepted: " + asked.reason() : asked.reason();
            kernel.primaries()
                    .succession()
                    .takeOver(
                            g,
                            isLossAccepted,
                            asked.operation(),
                            asked.by(),
                            reason,
                            why -> answer.complete(moved(kernel, g, asked.operation(), why)));
        }
    }

    private void switchOver(Kernel kernel, int g, String to, Asked asked, CompletableFuture<Answer> answer) {
        String primary = kernel.control().configuration(g).primary();
        if (primary == null) {
            answer.complete(
                    Answer.problem(HttpTrouble.NOT_DONE, "the group has no primary: every writer goes on", Map.of()));
        } else if (primary.equals(to)) {
            answer.complete(moved(kernel, g, asked.operation(), null));
        } else if (!primary.equals(facts.region())) {
            answer.complete(elsewhere("the primary hands over itself", primary));
        } else if (isUndecidable()) {
            // Writes would be held, and for nothing.
            answer.complete(Answer.problem(HttpTrouble.NO_MAJORITY));
        } else {
            kernel.primaries()
                    .succession()
                    .handOver(
                            g,
                            to,
                            asked.operation(),
                            asked.by(),
                            asked.reason(),
                            why -> answer.complete(moved(kernel, g, asked.operation(), why)));
        }
    }

    private Answer moved(Kernel kernel, int g, String operation, @Nullable String why) {
        if (why != null) {
            return why.equals(Control.NOBODY)
                    ? Answer.problem(HttpTrouble.NO_MAJORITY, why + ": ask again with operation " + operation, Map.of())
                    : Answer.problem(HttpTrouble.NOT_DONE, why, Map.of());
        }
        Configuration now = kernel.control().configuration(g);
        return ended(operation, now.primary() + " is primary of " + now.group() + " in epoch " + now.epoch(), false);
    }

    private boolean isUndecidable() {
        ControlGroup.View control = view.control();
        return control == null || !control.isReachable();
    }

    private static Answer elsewhere(String rule, String region) {
        return Answer.problem(HttpTrouble.ASK_ANOTHER, rule + ": ask a node of region " + region, Map.of());
    }

    // ---- regions and the master switch ----

    private @Nullable Operation ofRegion(String rest) {
        int slash = rest.lastIndexOf('/');
        Function<String, ControlEntry.Change> change = switch (rest.substring(slash + 1)) {
            case "drain" -> ControlEntry.Drain::new;
            case "undrain" -> ControlEntry.Undrain::new;
            case "isolate" -> ControlEntry.Isolate::new;
            case "readmit" -> ControlEntry.Readmit::new;
            default -> null;
        };
        if (slash < 0 || change == null) {
            return null;
        }
        String region = utf8(Request.decoded(rest.substring(0, slash)));
        region(region);
        ControlEntry.Change wanted = change.apply(region);
        return (kernel, asked, answer) -> {
            List<String> led = wanted instanceof ControlEntry.Drain ? led(kernel, region) : List.of();
            if (led.isEmpty()) {
                propose(kernel, asked, wanted, answer);
            } else {
                answer.complete(Answer.problem(
                        HttpTrouble.NOT_DONE,
                        "the region still is primary of " + String.join(", ", led) + ": switch them over first",
                        Map.of()));
            }
        };
    }

    private List<String> led(Kernel kernel, String region) {
        List<String> led = new ArrayList<>();
        for (int g = 0; g < facts.configuration().groups().size(); g++) {
            Configuration configuration = kernel.control().configuration(g);
            if (region.equals(configuration.primary())) {
                led.add(configuration.group());
            }
        }
        return led;
    }

    private static Operation masterSwitch(Request request) {
        boolean isOn = "true".equals(word(request, "on", null));
        if (!isOn && !"false".equals(word(request, "on", null))) {
            throw new IllegalArgumentException("`on` takes true or false");
        }
        return (kernel, asked, answer) -> propose(kernel, asked, new ControlEntry.AutomaticFailover(isOn), answer);
    }

    private static void propose(
            Kernel kernel, Asked asked, ControlEntry.Change change, CompletableFuture<Answer> answer) {
        ControlEntry entry = ControlEntry.of(asked.operation(), asked.by(), asked.reason(), change);
        String rule = asked.override();
        kernel.control()
                .propose(
                        rule == null ? entry : entry.overriding(rule),
                        PROPOSE_MS,
                        outcome -> answer.complete(
                                switch (outcome) {
                                    case ControlOutcome.Accepted accepted ->
                                        ended(asked.operation(), "decided as entry " + accepted.index(), false);
                                    case ControlOutcome.Refused refused ->
                                        Answer.problem(
                                                HttpTrouble.RULE,
                                                refused.rule() + ": " + refused.reason() + ": " + refused.mend(),
                                                Map.of());
                                    case ControlOutcome.Conflict conflict ->
                                        Answer.problem(HttpTrouble.NOT_DONE, conflict.reason(), Map.of());
                                    case ControlOutcome.Unknown unknown ->
                                        Answer.problem(
                                                HttpTrouble.NO_MAJORITY,
                                                unknown.reason() + ": it may be decided yet; ask again with operation "
                                                        + asked.operation(),
                                                Map.of());
                                }));
    }

    private static Answer audit(Kernel kernel) {
        List<Object> lines = new ArrayList<>();
        for (ControlState.Audit line : kernel.control().state().audit()) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("index", line.index());
            told.put("at", Instant.ofEpochMilli(line.atMs()).toString());
            told.put("operation", line.operation());
            told.put("by", line.by());
            told.put("reason", line.reason());
            told.put("what", line.what());
            told.put("verdict", line.verdict());
            lines.add(told);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", "meridian.audit/1");
        json.put("applied_index", kernel.control().state().applied());
        json.put("lines", lines);
        return Answer.json(json);
    }

    private static Answer ended(String operation, String what, boolean isRepeated) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", "meridian.operation/1");
        json.put("operation", operation);
        json.put("what", what);
        json.put("repeated", isRepeated);
        return Answer.json(json);
    }

    // ---- what was asked ----

    private ReplicationGroup group(String name) {
        List<ReplicationGroup> groups = facts.configuration().groups();
        return groups.stream()
                .filter(group -> group.id().equals(name))
                .findFirst()
                .or(() -> groups.stream()
                        .filter(group ->
                                group.datasets().stream().anyMatch(d -> d.name().equals(name)))
                        .findFirst())
                .orElseThrow(() -> new Unknown("no group or dataset has this name: there are "
                        + String.join(
                                ", ", groups.stream().map(ReplicationGroup::id).toList())));
    }

    private void region(String name) {
        List<String> regions =
                facts.configuration().regions().stream().map(r -> r.name()).toList();
        if (!regions.contains(name)) {
            throw new Unknown("no region has this name: there are " + String.join(", ", regions));
        }
    }

    private static String text(Request request, String word, String otherwise) {
        byte[] value = request.value(word);
        if (value == null || value.length == 0) {
            return otherwise;
        }
        String text = utf8(value);
        if (text.length() > 256 || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "`" + word + "` takes at most 256 characters, none of them a control character");
        }
        return text;
    }

    private static @Nullable String word(Request request, String word, @Nullable String otherwise) {
        byte[] value = request.value(word);
        if (value == null) {
            return otherwise;
        }
        String text = utf8(value);
        if (!text.matches("[A-Za-z0-9._:@+-]{1,200}")) {
            throw new IllegalArgumentException("`" + word + "` takes 1 to 200 letters, digits and . _ : @ + -");
        }
        return text;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
