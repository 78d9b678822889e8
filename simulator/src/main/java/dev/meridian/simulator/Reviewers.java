package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person who looks at a region's late writes now and then, and applies or discards some: often twice, since answers get lost. */
final class Reviewers {
    private static final Pattern ID = Pattern.compile("\r\n([0-9a-f]+\\.[0-9a-f]+\\.[0-9]+)\r\n");
    private static final long THINK_MS = 3_000;

    private final Stage stage;
    private final SplittableRandom random;
    private final String region;
    private boolean over;

    Reviewers(Stage stage, SplittableRandom random, String region) {
        this.stage = stage;
        this.random = random;
        this.region = region;
    }

    void start() {
        next();
    }

    void stop() {
        over = true;
    }

    private void next() {
        stage.at(Workload.grid(stage.sinceBeginNs() + random.nextLong(2_000_000L * THINK_MS)), () -> {
            if (!over) {
                send(List.of("MERIDIAN.LATEWRITES", "LIST", "COUNT", "20"), this::decide);
            }
        });
    }

    private void decide(String listed) {
        List<String> ids = new ArrayList<>();
        Matcher id = ID.matcher(listed);
        while (id.find()) {
            ids.add(id.group(1));
        }
        if (ids.isEmpty()) {
            next();
            return;
        }
        met("listed");
        String chosen = ids.get(random.nextInt(ids.size()));
        List<String> decision = List.of("MERIDIAN.LATEWRITES", random.nextInt(3) == 0 ? "DISCARD" : "APPLY", chosen);
        boolean again = random.nextBoolean();
        send(decision, reply -> {
            if (reply.equals("+APPLIED\r\n") || reply.equals("+DISCARDED\r\n")) {
                met(reply.strip().substring(1).toLowerCase(Locale.ROOT));
            }
            if (again && !over) {
                send(decision, second -> next());
            } else {
                next();
            }
        });
    }

    private void met(String what) {
        stage.counts().merge("late write " + what, 1L, Long::sum);
    }

    /** As the last thing of an instant, so that it is the same when it is replayed. */
    private void send(List<String> command, java.util.function.Consumer<String> then) {
        stage.at(
                Workload.grid(stage.sinceBeginNs()),
                () -> stage.send(
                        new Action.Send(region, "reviewer", List.of(command)),
                        replies -> then.accept(replies.isEmpty() ? "" : replies.getFirst())));
    }
}
