package dev.meridian.config;

/** What happens when replication lags beyond the threshold. */
public enum LagAction implements Word {
    /** An alarm. */
    WARN("warn"),
    /** Writers are slowed. */
    SLOW("slow"),
    /** Writes are refused. */
    REFUSE("refuse");

    private final String word;

    LagAction(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
