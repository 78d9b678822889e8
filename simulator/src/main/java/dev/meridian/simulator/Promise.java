package dev.meridian.simulator;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A family of promises, judged by nothing but what clients sent and were told, and what is there in the end: so it
 * judges a seed, a replay of some of its steps, and a scenario that somebody wrote, alike. Throws {@link World.Violation}.
 */
interface Promise {
    /** A command is sent; what is returned gets its reply. Null where this promises nothing about it. */
    @Nullable
    Consumer<String> sent(Asked asked);

    /** A region may have lost something of what it had acknowledged or shown. */
    default void lost(int region) {}

    /** Everything has come to rest, and all regions run. */
    default void judge() {}
}
