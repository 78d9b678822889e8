package dev.meridian.config;

/** What a region is for. */
public enum RegionKind implements Word {
    /** Keeps data and may be a primary. */
    CORE("core"),
    /** Keeps data; between core regions and edges. */
    REGIONAL("regional"),
    /** Caches only; never part of a placement. */
    EDGE("edge"),
    /** Votes on who is primary and keeps no data. */
    WITNESS("witness");

    private final String word;

    RegionKind(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
