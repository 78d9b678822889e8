package dev.meridian.config;

/** What becomes of writes that a lost primary may have acknowledged. */
public enum LateWrites implements Word {
    /** Merged by the dataset's conflict resolution, and listed. */
    MERGE("merge"),
    /** Held for a person, and listed. */
    REVIEW("review");

    private final String word;

    LateWrites(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
