package dev.meridian.simulator;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A block of which a command was refused is not executed (D5). */
final class RefusedBlocks implements Promise {
    private final Set<Clients.Session> refused = new HashSet<>();

    @Override
    public @Nullable Consumer<String> sent(Asked asked) {
        Clients.Session session = asked.session();
        return switch (asked.name()) {
            case "WATCH" -> null;
            case "MULTI", "DISCARD" -> {
                refused.remove(session);
                yield null;
            }
            case "EXEC" ->
                refused.remove(session) && asked.inBlock()
                        ? reply -> {
                            if (!reply.startsWith("-")) {
                                throw new World.Violation(
                                        "D5",
                                        "client " + session.client + " in region " + session.region
                                                + " had a block executed of which a command was refused");
                            }
                        }
                        : null;
            default ->
                asked.inBlock()
                        ? reply -> {
                            if (reply.startsWith("-ERR")) {
                                refused.add(session);
                            }
                        }
                        : null;
        };
    }
}
