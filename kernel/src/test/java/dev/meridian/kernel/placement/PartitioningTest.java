package dev.meridian.kernel.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.data.Resolution;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key of a partitioned dataset is found in its partition, as quickly as any other. */
class PartitioningTest {
    private static final List<String> REGIONS = List.of("eu", "us");

    private static Placement placement(String keyspace, Partitioning.By by, int field) {
        List<GroupPolicy> groups = List.of(
                new GroupPolicy("rest", REGIONS, null, 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("europe", REGIONS, "eu", 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("america", REGIONS, "us", 0, GroupPolicy.LagAction.WARN),
                new GroupPolicy("nowhere", List.of(), null, 0, GroupPolicy.LagAction.WARN));
        Dataset rest = dataset("rest", 0, 0, REGIONS);
        Dataset europe = dataset(keyspace + "/europe", 1, 1, REGIONS);
        Dataset america = dataset(keyspace + "/america", 2, 2, REGIONS);
        TreeMap<String, Dataset> homes = new TreeMap<>();
        homes.put("de", europe);
        homes.put("fr", europe);
        homes.put("us", america);
        homes.put("dens", america);
        Partitioning partitioning = new Partitioning(keyspace, by, field, homes, dataset(keyspace, -1, 3, List.of()));
        List<Dataset> datasets = keyspace.equals("default")
                ? List.of(rest, europe, america)
                : List.of(rest, europe, america, dataset("default", 3, 0, REGIONS));
        return new Placement("eu", REGIONS, groups, datasets, List.of(partitioning));
    }

    private static Dataset dataset(String name, int index, int group, List<String> placement) {
        return new Dataset(
                name,
                index,
                group,
                Resolution.LAST_WRITE_WINS,
                true,
                Dataset.RemoteAccess.NONE,
                placement.isEmpty(),
                Dataset.ReadLevel.EVENTUAL,
                0,
                placement);
    }

    private static String home(Placement placement, String key) {
        byte[] bytes = ("##" + key + "#").getBytes(StandardCharsets.UTF_8);
        return placement.datasetOf(bytes, 2, bytes.length - 3).name();
    }

    @ParameterizedTest
    @CsvSource({
        "HASH_TAG, 0, people:{de}:42, people/europe",
        "HASH_TAG, 0, people:42:{us}{de}, people/america",
        "HASH_TAG, 0, people:de:42, people",
        "HASH_TAG, 0, people:{}de, people",
        "HASH_TAG, 0, people:{de, people",
        "HASH_TAG, 0, other:{de}, default",
        "HASH_TAG, 0, people/europe:{de}, default",
        "FIELD, 2, people:de:42, people/europe",
        "FIELD, 2, people:{fr}:42, people/europe",
        "FIELD, 2, people:us, people/america",
        "FIELD, 3, people:42:us, people/america",
        "FIELD, 3, people:42, people",
        "FIELD, 2, people:, people",
        "FIELD, 2, people:{de:42, people",
        "PREFIX, 0, people:de42, people/europe",
        "PREFIX, 0, people:dens42, people/america",
        "PREFIX, 0, people:dens, people/america",
        "PREFIX, 0, people:d, people",
        "PREFIX, 0, people, default",
    })
    void aKeyIsAtHomeWhereItsRuleSays(Partitioning.By by, int field, String key, String dataset) {
        assertThat(home(placement("people", by, field), key)).isEqualTo(dataset);
    }

    @Test
    void theDefaultDatasetMayBePartitionedToo() {
        Placement placement = placement("default", Partitioning.By.FIELD, 1);

        assertThat(home(placement, "us:42")).isEqualTo("default/america");
        assertThat(home(placement, "us")).isEqualTo("default/america");
        assertThat(home(placement, "jp:42")).isEqualTo("default");
        assertThat(home(placement, "rest:us")).isEqualTo("rest");
    }

    @Test
    void aDatasetsNameStandsForItsPartitions() {
        Placement placement = placement("people", Partitioning.By.HASH_TAG, 0);

        assertThat(placement.named("people"))
                .extracting(Dataset::name)
                .containsExactly("people/europe", "people/america");
        assertThat(placement.named("people/america")).extracting(Dataset::index).containsExactly(2);
        assertThat(placement.named("rest")).hasSize(1);
        assertThat(placement.named("none")).isEmpty();
    }

    @Test
    void findingAPartitionAllocatesNothing() {
        Placement placement = placement("people", Partitioning.By.HASH_TAG, 0);
        byte[] key = "people:{us}:42".getBytes(StandardCharsets.UTF_8);
        int[] found = new int[3];
        Runnable finds = () -> {
            for (int i = 0; i < 100_000; i++) {
                found[placement.datasetOf(key, 0, key.length).index()]++;
            }
        };
        finds.run();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        finds.run();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        assertThat(found).containsExactly(0, 0, 200_000);
    }

    @ParameterizedTest
    @CsvSource({
        "HASH_TAG, 0, people",
        "PREFIX, 0, people",
        "FIELD, 2, people",
        "FIELD, 3, people",
        "FIELD, 1, default",
        "FIELD, 2, default",
        "PREFIX, 0, default"
    })
    void everyDatasetAndPartitionHasABeginningOfKeysThatAreItsOwn_D6(Partitioning.By by, int field, String keyspace) {
        Placement placement = placement(keyspace, by, field);
        for (Dataset dataset : placement.datasets()) {
            String beginning = new String(placement.beginning(dataset), StandardCharsets.UTF_8);
            for (String rest : List.of("", "x", "{us}", ":us:us:us", "us", "{de}:fr")) {
                assertThat(home(placement, beginning + "\0idem " + rest)).isEqualTo(dataset.name());
            }
        }
    }
}
