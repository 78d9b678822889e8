package dev.meridian.simulator.history;

import java.util.List;

/** A decoded reply. */
public sealed interface Answer {
    record Status(String text) implements Answer {}

    /** An error reply. */
    record Failure(String text) implements Answer {}

    record Number(long value) implements Answer {}

    record Text(String text) implements Answer {}

    record Items(List<Answer> items) implements Answer {}

    record Nil() implements Answer {}
}
