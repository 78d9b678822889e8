package dev.meridian.server.admin;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is served where. Called on the HTTP thread, which must not be held up. */
interface Routes {
    /** Whether the path is served without a password: probes tell nothing and must work. */
    boolean open(String path);

    /** Whether the path takes POST. */
    default boolean posts(String path) {
        return false;
    }

    /** The answer, when it is there; null when nothing is served at the path. */
    @Nullable
    CompletionStage<Answer> answer(Request request);

    /** The events that a stream at this path sends; null when the path has no stream. */
    @Nullable
    EventLog events(Request request);
}
