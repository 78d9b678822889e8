package dev.meridian.config;

/** What SET NX, WATCH and their kin do where many regions write. */
public enum ConditionalWrites implements Word {
    /** Answered with an error that names the line to add. */
    REFUSE("refuse"),
    /** Hold within the region that takes them only. */
    LOCAL("local");

    private final String word;

    ConditionalWrites(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
