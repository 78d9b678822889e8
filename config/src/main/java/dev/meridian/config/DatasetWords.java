package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one dataset: its own words, else the file's, else a default.
 *
 * @param own the dataset's section, absent for one that is derived
 * @param file the section that speaks for all datasets
 * @param health by which the file calls a region lost
 * @param isPartitioned whether what follows from its regions follows for each partition, and not for the whole
 */
record DatasetWords(
        Problems problems,
        Recorder recorder,
        RegionDerivation regions,
        String name,
        Section own,
        Section file,
        Health health,
        boolean isPartitioned) {

    /**
     * How regions see that another is there.
     *
     * @param silence health checks that fail in a row, in time
     * @param silenceReason how it comes about
     * @param place where the file says so
     */
    record Health(Duration heartbeat, Duration silence, String silenceReason, Span place) {}

    /** The same words for one partition; what they come to is not said back. */
    DatasetWords ofPartition(String partition) {
        return new DatasetWords(
                problems, new Recorder(problems.source()), regions, name + "/" + partition, own, file, health, false);
    }

    /** Of its settings, with the dot that ends it. */
    String path() {
        return "datasets." + name + ".";
    }

    /** Writes down what follows from the dataset's regions; of a partitioned one it is not said for the whole. */
    <T> T derive(String key, T value, String reason) {
        if (isPartitioned) {
            recorder.none(path() + key, "as each partition's regions allow");
            return value;
        }
        return recorder.derived(path() + key, value, reason);
    }

    /** Where to point when the dataset itself says nothing. */
    Span place() {
        Found<String> given = own.find("name");
        return given == null ? own.span() : given.span();
    }

    <T> Chosen<T> choose(String key, T fallback) {
        Chosen<T> chosen = chooseOptional(key);
        return chosen == null ? new Chosen<>(fallback, Span.FILE, Chosen.Whence.NOBODY) : chosen;
    }

    <T> @Nullable Chosen<T> chooseOptional(String key) {
        return chooseOptional(key, key);
    }

    /** Where the file calls it by another key than the dataset. */
    <T> @Nullable Chosen<T> chooseOptional(String key, String fileKey) {
        Found<T> given = own.find(key);
        if (given != null) {
            return new Chosen<>(given.value(), given.span(), Chosen.Whence.OWN);
        }
        Found<T> inherited = file.find(fileKey);
        return inherited == null ? null : new Chosen<>(inherited.value(), inherited.span(), Chosen.Whence.FILE);
    }

    <T> T inherit(String key, T fallback) {
        Chosen<T> chosen = choose(key, fallback);
        return record(key, chosen.value(), chosen);
    }

    <T> T record(String key, T value, Chosen<?> chosen) {
        String reason = switch (chosen.whence()) {
            case OWN -> "given";
            case FILE -> "from replication";
            case NOBODY -> "default";
        };
        recorder.put(path() + key, Recorder.yaml(value), reason, chosen.span());
        return value;
    }
}
