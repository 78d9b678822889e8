package dev.meridian.simulator.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command and its reply, if there was one. */
public record Call(List<String> words, @Nullable Answer answer) {
    @Override
    public String toString() {
        return String.join(" ", words) + " -> " + answer;
    }
}
