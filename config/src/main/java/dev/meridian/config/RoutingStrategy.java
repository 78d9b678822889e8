package dev.meridian.config;

/** How users find a region. */
public enum RoutingStrategy implements Word {
    /** The region that answers them fastest. */
    LATENCY("latency"),
    /** The region nearest on the map. */
    GEOLOCATION("geolocation"),
    /** By the regions' weights. */
    WEIGHTED("weighted"),
    /** By what requests measured. */
    LEARNED("learned");

    private final String word;

    RoutingStrategy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
