package dev.meridian.config.places;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.config.Region;
import dev.meridian.config.RegionKind;
import dev.meridian.config.Service;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Round trips: measured, estimated, assumed. */
class RoundTripsTest {
    @Test
    void aKnownPairIsAsMeasured() {
        RoundTrip atlantic = RoundTrips.between(known("us-east-1"), known("eu-west-1"));

        assertThat(atlantic.estimated()).isFalse();
        assertThat(atlantic.ms()).isBetween(65.0, 75.0);
        assertThat(atlantic.source()).contains("cloudping.co");
        assertThat(RoundTrips.between(known("eu-west-1"), known("us-east-1"))).isEqualTo(atlantic);
    }

    @Test
    void aRegionIsNoDistanceFromItself() {
        assertThat(RoundTrips.between(known("us-east-1"), known("us-east-1")).ms())
                .isZero();
    }

    @Test
    void placesWithoutAMeasurementAreEstimatedFromTheirDistance() {
        Region berlin = region("berlin", "EU", 52.5, 13.4);
        RoundTrip near = RoundTrips.between(berlin, known("eu-central-1"));
        RoundTrip far = RoundTrips.between(berlin, region("sydney", "OC", -33.9, 151.2));

        assertThat(near.estimated()).isTrue();
        assertThat(near.ms()).isBetween(5.0, 25.0);
        assertThat(far.ms()).isBetween(200.0, 350.0);
    }

    @Test
    void anUnknownPlaceIsAssumed() {
        assertThat(RoundTrips.between(region("moon", null, null, null), known("us-east-1")))
                .isEqualTo(new RoundTrip(RoundTrips.ASSUMED_MS, true, "assumed: coordinates unknown"));
    }

    @Test
    void aKnownNameThatTheFileMovedIsAnotherPlace() {
        Region moved = region("us-east-1", null, 48.2, 16.4);

        assertThat(RoundTrips.between(moved, known("eu-west-1")).estimated()).isTrue();
    }

    @Test
    void noPairIsFasterThanLightInFibre() {
        List<Region> regions = KnownRegions.all().stream()
                .map(KnownRegion::name)
                .map(RoundTripsTest::known)
                .toList();
        int measured = 0;
        for (Region a : regions) {
            for (Region b : regions) {
                RoundTrip trip = RoundTrips.between(a, b);
                Double km = RoundTrips.distanceKm(a, b);
                assertThat(km).isNotNull();
                if (km > 300) {
                    assertThat(trip.ms()).as("%s %s", a.name(), b.name()).isGreaterThan(km * 0.0095);
                }
                measured += trip.estimated() ? 0 : 1;
            }
        }
        assertThat(regions).hasSizeGreaterThan(100);
        assertThat(measured).isGreaterThan(7_000);
    }

    private static Region known(String name) {
        KnownRegion known = java.util.Objects.requireNonNull(KnownRegions.find(name));
        return region(name, known.continent(), known.latitude(), known.longitude());
    }

    private static Region region(
            String name, @Nullable String continent, @Nullable Double latitude, @Nullable Double longitude) {
        return new Region(
                name,
                RegionKind.CORE,
                null,
                false,
                null,
                null,
                EnumSet.of(Service.DATABASE),
                null,
                null,
                null,
                continent,
                null,
                latitude,
                longitude,
                false,
                1);
    }
}
