package dev.meridian.config;

/** Who replaces a lost primary. */
public enum Failover implements Word {
    /** A majority of regions does. */
    AUTOMATIC("automatic"),
    /** A person does. */
    MANUAL("manual");

    private final String word;

    Failover(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
