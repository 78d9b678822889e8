package dev.meridian.cli.up;

import dev.meridian.cli.Json;
import dev.meridian.cli.Names;
import dev.meridian.cli.Quantities;
import dev.meridian.cli.Trouble;
import dev.meridian.cli.wan.EmulatedWan;
import dev.meridian.cli.wan.EmulatedWan.Pair;
import dev.meridian.cli.wan.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The emulated WAN as the control endpoint shows and changes it; says every change as an event. */
final class WanControl {
    private final EmulatedWan wan;
    private final UpPlan plan;
    private final Consumer<String> events;

    WanControl(EmulatedWan wan, UpPlan plan, Consumer<String> events) {
        this.wan = wan;
        this.plan = plan;
        this.events = events;
    }

    /** Gives every pair what the plan says. */
    void emulate() {
        plan.links().forEach((pair, conditions) -> wan.change(pair, now -> conditions.withCut(now.cut())));
    }

    /** All directions, each with the round trip configured and the one that was measured from its beginning. */
    Map<String, @Nullable Object> show(Map<Pair, Double> measuredMs) {
        Map<String, @Nullable Object> answer = Json.ofSchema("meridian.wan/1");
        answer.put("name", plan.name());
        answer.put("source", plan.source());
        List<EmulatedWan.View> views = wan.view();
        var delayNs = new HashMap<Pair, Long>();
        views.forEach(view -> delayNs.put(view.pair(), view.conditions().delayNs()));
        var directions = new ArrayList<Map<String, @Nullable Object>>();
        for (EmulatedWan.View view : views) {
            Pair pair = view.pair();
            LinkConditions conditions = view.conditions();
            var each = new LinkedHashMap<String, @Nullable Object>();
            each.put("from", pair.from());
            each.put("to", pair.to());
            each.put("cut", conditions.cut());
            each.put("delay_ms", conditions.delayNs() / 1e6);
            each.put("jitter_ms", conditions.jitterNs() / 1e6);
            each.put("loss_percent", conditions.loss() * 100);
            each.put(
                    "rate_bytes_per_s",
                    conditions.bytesPerSecond() == LinkConditions.UNLIMITED ? null : conditions.bytesPerSecond());
            each.put("rtt_ms", (conditions.delayNs() + delayNs.getOrDefault(pair.reversed(), 0L)) / 1e6);
            each.put("rtt_estimated", plan.estimated().contains(pair));
            each.put("measured_rtt_ms", measuredMs.get(pair));
            each.put("connections", view.connections());
            each.put("carried_bytes", view.carriedBytes());
            each.put("held_bytes", view.heldBytes());
            directions.add(each);
        }
        answer.put("directions", directions);
        return answer;
    }

    /** Cuts, heals or sets a pair as the body of a request says. */
    void apply(JsonNode body) {
        String action = body.path("action").asString();
        boolean oneWay = body.path("one_way").asBoolean(false);
        switch (action) {
            case "cut" -> {
                change(pairs(body, oneWay), now -> now.withCut(true));
                say(body, oneWay, "cut: nothing arrives until it is healed");
            }
            case "heal" -> {
                if (body.path("from").isMissingNode()) {
                    change(List.copyOf(plan.links().keySet()), now -> now.withCut(false));
                    events.accept("all links healed");
                } else {
                    change(pairs(body, oneWay), now -> now.withCut(false));
                    say(body, oneWay, "healed: what was held arrives now");
                }
            }
            case "set" -> {
                change(pairs(body, oneWay), now -> set(now, body));
                say(body, oneWay, "set" + words(body));
            }
            default -> throw new IllegalArgumentException("action `" + action + "` is not cut, heal or set");
        }
    }

    private static LinkConditions set(LinkConditions now, JsonNode body) {
        LinkConditions changed = now;
        if (body.path("delay").isString()) {
            changed = changed.withDelay(Quantities.delay(body.path("delay").asString()));
        }
        if (body.path("rtt").isString()) {
            Duration roundTrip = Quantities.delay(body.path("rtt").asString());
            changed = changed.withDelay(roundTrip.dividedBy(2));
        }
        if (body.path("jitter").isString()) {
            changed = changed.withJitter(Quantities.delay(body.path("jitter").asString()));
        }
        if (body.path("loss").isString()) {
            changed = changed.withLoss(Quantities.loss(body.path("loss").asString()));
        }
        if (body.path("rate").isString()) {
            changed = changed.withRate(Quantities.rate(body.path("rate").asString()));
        }
        return changed;
    }

    private void change(List<Pair> pairs, UnaryOperator<LinkConditions> change) {
        pairs.forEach(pair -> wan.change(pair, change));
    }

    private List<Pair> pairs(JsonNode body, boolean oneWay) {
        String from = Names.known(plan.regions(), body.path("from").asString());
        String to = Names.known(plan.regions(), body.path("to").asString());
        if (from.equals(to)) {
            throw Trouble.USAGE.because("a link has two different ends, not twice " + from);
        }
        var pair = new Pair(from, to);
        return oneWay ? List.of(pair) : List.of(pair, pair.reversed());
    }

    private void say(JsonNode body, boolean oneWay, String what) {
        events.accept("link " + body.path("from").asString() + (oneWay ? " -> " : " <-> ")
                + body.path("to").asString() + " " + what);
    }

    private static String words(JsonNode body) {
        var words = new StringBuilder();
        for (String member : List.of("delay", "rtt", "jitter", "loss", "rate")) {
            if (body.path(member).isString()) {
                words.append(' ')
                        .append(member)
                        .append(' ')
                        .append(body.path(member).asString());
            }
        }
        return words.toString();
    }
}
