package dev.meridian.kernel.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A version vector is a set of dots that has no gaps: it covers, joins and forgets as such. */
class VersionVectorTest {
    private static VersionVector of(long... last) {
        VersionVector vector = new VersionVector();
        for (int i = 0; i < last.length; i++) {
            vector.set(i, last[i]);
        }
        return vector;
    }

    @Test
    void anOriginThatWasNeverSetIsAtNothing_V2() {
        assertThat(of(1, 2).get(2)).isZero();
        assertThat(of(1, 2).get(100)).isZero();
    }

    @Test
    void whatIsSetGrowsAsFarAsItMustAndKeepsTheRest_V2() {
        VersionVector vector = of(1, 2, 3, 4);
        vector.set(9, 5);
        assertThat(vector).isEqualTo(of(1, 2, 3, 4, 0, 0, 0, 0, 0, 5));
        assertThat(vector.width()).isEqualTo(10);
    }

    @Test
    void raisingNeverLowers_V2() {
        VersionVector vector = of(3, 3);
        vector.raise(0, 2);
        vector.raise(1, 4);
        vector.raise(5, 1);
        assertThat(vector).isEqualTo(of(3, 4, 0, 0, 0, 1));
    }

    @Test
    void theJoinIsTheLeastThatCoversBothWhicheverComesFirst_V2() {
        VersionVector left = of(1, 5, 0, 2);
        VersionVector right = of(4, 1, 0, 2, 0, 7);
        VersionVector one = left.copy();
        one.raiseAll(right);
        VersionVector other = right.copy();
        other.raiseAll(left);
        assertThat(one).isEqualTo(other).isEqualTo(of(4, 5, 0, 2, 0, 7));
        assertThat(one.covers(left) && one.covers(right)).isTrue();
        one.raiseAll(left);
        assertThat(one).isEqualTo(other);
    }

    @Test
    void itCoversWhatIsNowhereAheadOfIt_V2() {
        assertThat(of(1, 2).covers(of(1, 2))).isTrue();
        assertThat(of(1, 2).covers(of(0, 2))).isTrue();
        assertThat(of(1, 2).covers(of(1, 3))).isFalse();
        assertThat(of(1, 2).covers(of(1, 2, 0, 0, 0, 0, 1))).isFalse();
        assertThat(of(1, 2, 0, 0, 0, 0, 1).covers(of(1, 2))).isTrue();
        assertThat(of().covers(of(0, 0))).isTrue();
    }

    @Test
    void widthEndsBehindTheLastThatIsSet_V2() {
        assertThat(of().width()).isZero();
        assertThat(of(1).width()).isEqualTo(1);
        assertThat(of(1, 0, 3, 0, 0, 0).width()).isEqualTo(3);
    }

    @Test
    void aCopyIsItsOwn_V2() {
        VersionVector vector = of(1, 2);
        VersionVector copy = vector.copy();
        copy.set(0, 9);
        assertThat(vector).isEqualTo(of(1, 2));
        assertThat(copy).isEqualTo(of(9, 2));
    }

    @Test
    void whatIsAssignedReplacesAllThatWasThere_V2() {
        VersionVector longer = of(1, 2, 3, 4, 5, 6);
        longer.assign(of(7));
        assertThat(longer).isEqualTo(of(7)).isNotEqualTo(of(7, 2));
        VersionVector shorter = of(7);
        VersionVector source = of(1, 2, 3, 4, 5, 6);
        shorter.assign(source);
        source.set(0, 9);
        assertThat(shorter).isEqualTo(of(1, 2, 3, 4, 5, 6));
    }

    @Test
    void everyChangeIsNoticedAndNothingElse_V2() {
        VersionVector vector = of(1, 2);
        long before = vector.changes();
        vector.raise(0, 1);
        assertThat(vector.changes()).isEqualTo(before);
        vector.raise(0, 2);
        long raised = vector.changes();
        assertThat(raised).isGreaterThan(before);
        vector.assign(of(2, 2));
        assertThat(vector.changes()).isGreaterThan(raised);
    }

    @Test
    void equalVectorsHaveOneHashAndOneTextHoweverTheyGrew_V2() {
        VersionVector grown = of(1, 2, 0, 0, 0, 0, 0);
        assertThat(grown).isEqualTo(of(1, 2)).hasSameHashCodeAs(of(1, 2)).hasToString("[1, 2]");
        assertThat(of(1, 2)).isNotEqualTo(of(2, 1)).isNotEqualTo("[1, 2]");
        assertThat(of(1, 2).hashCode()).isNotEqualTo(of(2, 1).hashCode());
    }
}
