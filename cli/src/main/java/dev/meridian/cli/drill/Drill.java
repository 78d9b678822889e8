package dev.meridian.cli.drill;

import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.config.Region;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults that can be rehearsed. */
public enum Drill {
    REGION_LOSS(
            "region-loss",
            1,
            2,
            "A region's process is killed (SIGKILL) and started again: a lost site that comes back with its disks."),
    TWO_REGION_LOSS("two-region-loss", 2, 3, "Two regions are killed at the same time, and start again."),
    PARTITION(
            "partition",
            1,
            2,
            "A region runs on under its own clients and hears no other: every link of it is cut, for a minute."),
    SLOW_LINK("slow-link", 2, 2, "The link between two regions becomes slow, lossy and narrow."),
    CLOCK_SKEW(
            "clock-skew",
            1,
            2,
            "The wall clock of a region jumps ahead, by three times what the file's clock_offset_limit allows."),
    PRIMARY_PAUSE(
            "primary-pause",
            1,
            2,
            "The region of a primary stands still (SIGSTOP) and goes on as if nothing had been."),
    SWITCHOVER(
            "switchover",
            1,
            2,
            "A region hands its primaries over as planned, under load, and gets them back: nothing is lost, writes wait a moment."),
    DISK_FULL(
            "disk-full",
            1,
            1,
            "The disk of a region has no space left; later its process is killed and starts on a good disk.");

    /** How much slower a link gets. */
    static final Duration SLOW_DELAY = Duration.ofMillis(200);

    /**
     * What an answer over such a link may take longer: a packet that is lost twice on its way there (two round trips, and four more), and once
     * on its way back.
     */
    static final Duration SLOW_SLACK = SLOW_DELAY.multipliedBy(1 + 4 + 8 + 1 + 4);

    static final Duration SLOW_JITTER = Duration.ofMillis(20);
    static final int SLOW_LOSS_PERCENT = 2;
    static final String SLOW_RATE = "1MB/s";

    private final String word;
    private final int targets;
    private final int regionsLeast;
    private final String does;

    Drill(String word, int targets, int regionsLeast, String does) {
        this.word = word;
        this.targets = targets;
        this.regionsLeast = regionsLeast;
        this.does = does;
    }

    /** Its name on the command line. */
    public String word() {
        return word;
    }

    public String does() {
        return does;
    }

    /** How many regions it is about. */
    public int targets() {
        return targets;
    }

    /** How long its fault lasts unless told otherwise: a cut long enough for most primaries to be replaced. */
    public Duration usualDuration() {
        return this == PARTITION ? Duration.ofMinutes(1) : Duration.ofSeconds(10);
    }

    /** By how much longer answers may take while its fault lasts. */
    Duration slack() {
        return this == SLOW_LINK ? SLOW_SLACK : Duration.ZERO;
    }

    /** What the processes must have been started with. */
    public boolean needsFaultyMachine() {
        return this == CLOCK_SKEW || this == DISK_FULL;
    }

    /** What a file must have for it. */
    public String needs() {
        return switch (this) {
            case REGION_LOSS, PARTITION, SLOW_LINK -> "two regions";
            case TWO_REGION_LOSS -> "three regions";
            case CLOCK_SKEW -> "two regions, and gcc";
            case PRIMARY_PAUSE, SWITCHOVER -> "a dataset with a primary, over two regions";
            case DISK_FULL -> "gcc";
        };
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Drill::word).toList();
    }

    /** Why it makes no sense for this file, or null. */
    public @Nullable String unfit(Configuration configuration) {
        if ((this == PRIMARY_PAUSE || this == SWITCHOVER)
                && primaries(configuration).isEmpty()) {
            return "no dataset of the file has a primary and a second region";
        }
        int regions = configuration.regions().size();
        if (regions < regionsLeast) {
            return "the file has " + (regions == 1 ? "one region" : regions + " regions") + ", and " + word + " needs "
                    + regionsLeast + (targets >= regions ? ": nobody would be left" : "");
        }
        return null;
    }

    /** The regions that it hits unless told otherwise: where a primary is, then those that keep data, in the file's order. */
    public List<String> usualTargets(Configuration configuration) {
        Set<String> candidates = new LinkedHashSet<>(primaries(configuration));
        configuration.regions().stream()
                .filter(Region::keepsData)
                .map(Region::name)
                .forEach(candidates::add);
        configuration.regions().stream().map(Region::name).forEach(candidates::add);
        return candidates.stream().limit(targets).toList();
    }

    /** What is out of order while it lasts. */
    public Damage damage(Configuration configuration, List<String> hit) {
        return switch (this) {
            case REGION_LOSS, TWO_REGION_LOSS, PRIMARY_PAUSE -> Damage.NONE.withDown(Set.copyOf(hit));
            case PARTITION -> Damage.NONE.withIsolated(Set.copyOf(hit));
            case SLOW_LINK -> Damage.NONE;
            case SWITCHOVER -> Damage.NONE.withHandedOver(Set.copyOf(hit));
            case CLOCK_SKEW -> Damage.NONE.withWrongClock(Set.copyOf(hit));
            case DISK_FULL -> Damage.NONE.withFullDisk(Set.copyOf(hit));
        };
    }

    private static List<String> primaries(Configuration configuration) {
        List<String> primaries = new ArrayList<>();
        List<Dataset> all = configuration.datasets().stream()
                .flatMap(dataset -> dataset.parts().stream())
                .toList();
        for (Dataset dataset : all) {
            String primary = dataset.primary();
            if (primary != null && dataset.placement().size() > 1 && !primaries.contains(primary)) {
                primaries.add(primary);
            }
        }
        return primaries;
    }
}
