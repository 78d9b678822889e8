package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client of the datasets that keep siblings for a person or a rule: it writes the few keys that its rivals in other regions
 * write too, looks at what waits, and sometimes resolves it. What must become of it is judged by {@link Siblings}.
 */
final class Rivals {
    private static final Pattern TOKEN = Pattern.compile("token\r\n\\$16\r\n([0-9a-f]{16})");
    private static final long THINK_MS = 900;
    private static final int KEYS = 2;

    /** So often all write one key within this time: mostly none of them has seen the others' by then. */
    private static final long CLASH_EVERY_MS = 1_500;

    private static final long CLASH_MS = 40;

    private final Stage stage;
    private final long durationMs;
    private final SplittableRandom random;
    private final String region;
    private final List<String> datasets = new ArrayList<>();
    private boolean over;
    private int values;

    Rivals(Stage stage, long durationMs, SplittableRandom random, String region) {
        this.stage = stage;
        this.durationMs = durationMs;
        this.random = random;
        this.region = region;
        for (DatasetPlan plan : stage.deployment().plans()) {
            if (plan.resolution().countsByWriting() && plan.members().contains(region)) {
                datasets.add(plan.name());
            }
        }
    }

    void start() {
        if (!datasets.isEmpty()) {
            next();
        }
    }

    void stop() {
        over = true;
    }

    private void next() {
        long nowMs = stage.sinceBeginNs() / 1_000_000;
        long clashMs = (nowMs / CLASH_EVERY_MS + 1) * CLASH_EVERY_MS;
        boolean clash = random.nextBoolean() || clashMs + CLASH_EVERY_MS > durationMs;
        long atNs = clash
                ? clashMs * 1_000_000 + random.nextLong(CLASH_MS * 1_000_000)
                : stage.sinceBeginNs() + random.nextLong(2_000_000L * THINK_MS);
        stage.at(Workload.grid(atNs), () -> {
            if (!over) {
                act(clash ? (int) (clashMs / CLASH_EVERY_MS) : -1);
            }
        });
    }

    /** @param clash the number of the clash; negative when there is none */
    private void act(int clash) {
        int choice = clash >= 0 ? clash : random.nextInt(datasets.size() * KEYS);
        String key = datasets.get(choice % datasets.size()) + ":s" + choice / datasets.size() % KEYS;
        if (clash >= 0) {
            send(List.of("SET", key, unique()));
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> send(List.of("SET", key, unique()));
            case 1 -> send(List.of("GET", key));
            default -> look(key);
        }
    }

    /** Regions and lengths differ, so that a rule has something to choose from. */
    private String unique() {
        return region + "x".repeat(random.nextInt(3)) + values++;
    }

    private void send(List<String> command) {
        stage.send(new Action.Send(region, "rival", List.of(command)), replies -> next());
    }

    private void look(String key) {
        stage.send(new Action.Send(region, "rival", List.of(List.of("MERIDIAN.CONFLICT", key))), replies -> {
            Matcher token = TOKEN.matcher(replies.isEmpty() ? "" : replies.getFirst());
            if (token.find()) {
                stage.at(Workload.grid(stage.sinceBeginNs() + random.nextLong(900_000_000L)), () -> {
                    if (!over) {
                        resolve(key, token.group(1));
                    }
                });
            } else {
                next();
            }
        });
    }

    private void resolve(String key, String token) {
        send(
                random.nextBoolean()
                        ? List.of("MERIDIAN.RESOLVE", key, token, "VALUE", unique())
                        : List.of("MERIDIAN.RESOLVE", key, token, "SIBLING", Integer.toString(1 + random.nextInt(2))));
    }
}
