package dev.meridian.simulator;

import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sees an effect sees its cause (C1): a counter {@code cause...} is incremented, and what that answered is then set as
 * {@code effect...}. What one block moves is never seen half (L3): from a counter {@code left} to a counter {@code right}.
 */
final class Causality implements Promise {
    private final Map<Clients.Session, Map<String, Long>> knows = new LinkedHashMap<>();
    private final Map<Clients.Session, Map<String, Long>> moved = new LinkedHashMap<>();
    private final Set<String> strange = new TreeSet<>();
    private final Placement placement;
    private boolean flushed;

    /** Whether a person had a late write applied: that of an effect, perhaps, and not that of its cause. */
    private boolean applied;

    Causality(Placement placement) {
        this.placement = placement;
    }

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        Clients.Session session = asked.session();
        flushed |= asked.name().startsWith("FLUSH");
        applied |= asked.name().equals("MERIDIAN.LATEWRITES") && asked.words().contains("APPLY");
        switch (asked.name()) {
            case "MULTI", "EXEC", "DISCARD" -> ends(asked);
            case "MGET" -> {
                return reads(asked);
            }
            case "INCRBY" -> {
                if (asked.is("INCRBY", 3)) {
                    return increments(asked);
                }
            }
            case "SET" -> {
                if (asked.is("SET", 3) && asked.key().contains(":effect")) {
                    effect(session, asked);
                    return null;
                }
            }
            default -> {}
        }
        if (!asked.name().equals("GET")) {
            asked.words().forEach(this::strange);
        }
        return null;
    }

    private void strange(String key) {
        if (key.contains(":cause") || key.contains(":effect") || key.endsWith(":left") || key.endsWith(":right")) {
            strange.add(topic(key));
        }
    }

    /** What cause and effect share, and left and right. */
    private static String topic(String key) {
        return key.replace(":effect", ":cause").replace(":right", ":left");
    }

    private void effect(Clients.Session session, Asked asked) {
        long known = knows.getOrDefault(session, Map.of()).getOrDefault(session.connection + topic(asked.key()), 0L);
        // Of a region that does not take them, cause and effect may be taken by different ones, each of which knows
        // one.
        var group = placement.group(placement.datasetOf(asked.key().getBytes(StandardCharsets.ISO_8859_1)));
        boolean scattered = group.primary() == null
                && !group.writers().contains(placement.regions().get(session.region));
        if (scattered || asked.inBlock() || Asked.number(asked.words().get(2)) > known) {
            strange(asked.key());
        }
    }

    private @Nullable Consumer<String> increments(Asked asked) {
        String key = asked.key();
        Clients.Session session = asked.session();
        if (key.endsWith(":left") || key.endsWith(":right")) {
            if (asked.inBlock()) {
                moved.computeIfAbsent(session, s -> new TreeMap<>())
                        .merge(topic(key), Long.parseLong(asked.words().get(2)), Long::sum);
            } else {
                strange(key);
            }
        }
        if (!key.contains(":cause") || asked.inBlock()) {
            return null;
        }
        int connection = session.connection;
        return reply -> {
            if (reply.startsWith(":")) {
                knows.computeIfAbsent(session, s -> new TreeMap<>())
                        .merge(connection + topic(key), Resp.number(reply), Math::max);
            }
        };
    }

    private void ends(Asked asked) {
        Map<String, Long> sums = moved.remove(asked.session());
        if (asked.name().equals("EXEC") && sums != null) {
            sums.forEach((topic, sum) -> {
                if (sum != 0) {
                    strange.add(topic);
                }
            });
        }
    }

    private @Nullable Consumer<String> reads(Asked asked) {
        if (asked.words().size() != 3 || asked.inBlock()) {
            return null;
        }
        String first = asked.words().get(1);
        String second = asked.words().get(2);
        if (!topic(first).equals(topic(second)) || first.equals(second)) {
            return null;
        }
        boolean block = first.endsWith(":left") && second.endsWith(":right");
        boolean effect = first.contains(":effect") && second.contains(":cause");
        var group = placement.group(placement.datasetOf(first.getBytes(StandardCharsets.ISO_8859_1)));
        boolean isReviewed = group.failover().lateWrites() == FailoverPolicy.LateWrites.REVIEW;
        return reply -> {
            if (flushed || !reply.startsWith("*2") || strange.contains(topic(first))) {
                return;
            }
            long[] got = Resp.numbers(reply);
            if (effect && got[0] > got[1] && !(applied && isReviewed)) {
                throw new World.Violation(
                        "C1",
                        "region " + asked.session().region + " shows the effect of " + got[0] + " and a cause of "
                                + got[1] + " in " + second);
            }
            if (block && got[0] + got[1] != 0) {
                throw new World.Violation(
                        "L3",
                        "region " + asked.session().region + " shows half a block: " + first + " " + got[0] + ", "
                                + second + " " + got[1]);
            }
        };
    }

    @Override
    public void lost(int region) {
        knows.clear();
    }
}
