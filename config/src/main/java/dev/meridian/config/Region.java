package dev.meridian.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place of the deployment. Known names bring cloud, city, country, jurisdiction and coordinates
 * with them; the file's own words win.
 *
 * @param parent the region that a regional one or an edge gets its data from where they flow down a tree; null for others
 * @param primary the file marks it as a writing region
 * @param endpoint host or host:port where users of this region are sent
 * @param link host:port where other regions reach this one; not needed by {@code meridian up}
 * @param services never empty; iterates in the order of {@link Service}
 * @param continent two letters, such as EU; for estimating round trips
 * @param latitude degrees, -90 to 90; null exactly when longitude is
 * @param longitude degrees, -180 to 180
 * @param gdpr listed in {@code gdpr_regions}, or under that law when the file lists none
 * @param weight share of users under weighted routing
 */
public record Region(
        String name,
        RegionKind kind,
        @Nullable String parent,
        boolean primary,
        @Nullable String endpoint,
        @Nullable String link,
        Set<Service> services,
        @Nullable String cloud,
        @Nullable String city,
        @Nullable String country,
        @Nullable String continent,
        @Nullable String jurisdiction,
        @Nullable Double latitude,
        @Nullable Double longitude,
        boolean gdpr,
        int weight) {

    /** Whether a dataset may be placed here. */
    public boolean keepsData() {
        return (kind == RegionKind.CORE || kind == RegionKind.REGIONAL)
                && (services.contains(Service.DATABASE) || services.contains(Service.DATABASE_REPLICA));
    }

    /** This with a parent. */
    Region below(@Nullable String other) {
        return new Region(
                name,
                kind,
                other,
                primary,
                endpoint,
                link,
                services,
                cloud,
                city,
                country,
                continent,
                jurisdiction,
                latitude,
                longitude,
                gdpr,
                weight);
    }

    /** Whether this region may take writes of its own where many regions write. */
    public boolean writesData() {
        return keepsData() && services.contains(Service.DATABASE);
    }

    /** Whether it votes on who is primary. */
    public boolean votes() {
        return keepsData() || kind == RegionKind.WITNESS;
    }
}
