package dev.meridian.config;

/** What runs in a region. */
public enum Service implements Word {
    /** The application itself. */
    API("api"),
    /** Data that this region may write. */
    DATABASE("database"),
    /** Data that this region reads; its writes are forwarded. */
    DATABASE_REPLICA("database-replica"),
    /** Cached copies. */
    CACHE("cache"),
    /** Meridian's HTTP gateway. */
    GATEWAY("gateway"),
    /** Meridian's DNS. */
    DNS("dns");

    private final String word;

    Service(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
