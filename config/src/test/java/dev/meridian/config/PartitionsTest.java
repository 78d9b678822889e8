package dev.meridian.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys of a geo-partitioned dataset are at home where. */
class PartitionsTest {
    private static final String FILE = """
            multi_region:
              regions:
                - name: us-east-1
                - name: eu-west-1
                - name: eu-central-1
                - name: ap-southeast-1
                - {name: eu-north-1, kind: witness}
              datasets:
                - name: people
                  partition_by: %s
                  partitions:
                    - {name: europe, values: [de, fr], primary: eu-west-1, placement: [eu-west-1, eu-central-1]}
                    - {name: america, values: [us, ca]}
                    - {name: singapore, values: [sg, dens], placement: [ap-southeast-1]}
                  %s
                - name: orders
                  partition_by: hash_tag
                  partitions: [{name: america, values: [us]}]
            """;

    private static Configuration file(String rule, String unmapped) {
        return Examples.parse(FILE.formatted(rule, unmapped));
    }

    @Test
    void eachPartitionIsAGroupWithAPrimaryOfItsOwnThatDatasetsOfTheSamePolicyShare() {
        Configuration file = file("hash_tag", "unmapped: america");

        assertThat(Objects.requireNonNull(file.dataset("people")).topology()).isEqualTo(Topology.GEO_PARTITIONED);
        assertThat(file.groups())
                .extracting(ReplicationGroup::id)
                .containsExactly(
                        "geo-partitioned/async/eventual/eu-central-1+eu-west-1*/automatic/witness=eu-north-1/partition=europe",
                        "geo-partitioned/async/eventual/ap-southeast-1+eu-central-1+eu-west-1+us-east-1*/automatic"
                                + "/witness=eu-north-1/partition=america",
                        "geo-partitioned/async/eventual/ap-southeast-1*/partition=singapore",
                        "active-active/async/eventual/ap-southeast-1+eu-central-1+eu-west-1+us-east-1");
        assertThat(file.groups().get(1).datasets())
                .extracting(Dataset::name)
                .containsExactly("people/america", "orders/america");
        assertThat(file.groups().get(2).policy().succession().failover()).isEqualTo(Failover.MANUAL);
    }

    @ParameterizedTest
    @CsvSource({
        "hash_tag, people:{de}:42, europe",
        "hash_tag, people:42:{us}x, america",
        "hash_tag, people:de:42, refused",
        "hash_tag, people:{}:42, refused",
        "hash_tag, people:{de:42, refused",
        "field(2), people:de:42, europe",
        "field(2), people:{de}:42, europe",
        "field(3), people:42:us, america",
        "field(3), people:42, refused",
        "field(2), people:, refused",
        "prefix, people:de-42, europe",
        "prefix, people:dens-42, singapore",
        "prefix, people:d, refused",
    })
    void aKeyIsAtHomeWhereItsRuleSays(String rule, String key, String partition) {
        String expected = partition.equals("refused") ? "people" : "people/" + partition;

        assertThat(file(rule, "").datasetOfKey(key).name()).isEqualTo(expected);
        assertThat(file(rule, "unmapped: america").datasetOfKey(key).name())
                .isEqualTo(partition.equals("refused") ? "people/america" : expected);
    }

    @Test
    void aValueCannotMoveToAnotherPartitionUnderData() {
        Configuration before = file("hash_tag", "");
        Configuration moved = Examples.parse(FILE.replace("[us, ca]", "[us, ca, fr]")
                .replace("[de, fr]", "[de]")
                .formatted("hash_tag", ""));
        Configuration more =
                Examples.parse(FILE.replace("[de, fr]", "[de, fr, it]").formatted("hash_tag", ""));

        assertThat(moved.compatibleWith(before))
                .extracting(Problem::message)
                .containsExactly("datasets.people.partitions of fr is america, and the data were made with europe");
        assertThat(more.compatibleWith(before)).isEmpty();
        assertThat(file("field(2)", "").compatibleWith(before)).isNotEmpty();
        assertThat(file("hash_tag", "unmapped: europe").compatibleWith(before)).isNotEmpty();
    }
}
