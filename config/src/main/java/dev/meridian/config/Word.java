package dev.meridian.config;

/** A value that the file writes as one word of a closed list; {@link #word} is that word. */
public interface Word {
    /** As the file writes it, such as {@code last_write_wins}. */
    String word();
}
