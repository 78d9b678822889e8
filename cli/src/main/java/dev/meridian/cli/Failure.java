package dev.meridian.cli;

import java.util.List;

/** Ends a command with an error that its user can act on. */
public final class Failure extends RuntimeException {
    private final Trouble trouble;
    private final List<String> help;

    Failure(Trouble trouble, String message, String... help) {
        super(message);
        this.trouble = trouble;
        this.help = List.of(help);
    }

    public Trouble trouble() {
        return trouble;
    }

    /** What mends it; the message says what is wrong. */
    public List<String> help() {
        return help;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
