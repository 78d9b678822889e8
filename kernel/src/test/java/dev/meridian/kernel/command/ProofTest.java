package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.data.Write;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProofTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection a = world.connect("a");
    private final KernelWorld.Connection b = world.connect("b");

    @Test
    void aKeyIsShownInEveryRegionWithWhoWroteIt() {
        world.cut("a", "b");
        world.cut("b", "c");
        a.run("SET", "crdt:k", "from a");
        b.run("SET", "crdt:k", "from b");
        a.run("INCRBY", "crdt:n", "2");
        String apart = a.ask("MERIDIAN.INSPECT", "crdt:k");
        assertThat(apart).startsWith("*3 *24 $6 region $1 a $5 state $7 present $7 dataset $4 crdt $5 group $3 all");
        assertThat(apart).contains("*4 $6 region $1 b $5 state $11 unreachable", "a/00000000000000a0", "from a");
        world.heal("a", "b");
        world.heal("b", "c");
        String together = b.run("MERIDIAN.INSPECT", "crdt:k");
        assertThat(together.split("siblings\r\n\\*1\r\n", -1)).hasSize(4);
        assertThat(together)
                .contains("from a", "from b", "b/00000000000000a1", "2023-11-1")
                .doesNotContain("unreachable");
        a.run("INCRBY", "crdt:n", "3");
        b.run("INCRBY", "crdt:n", "4");
        world.rounds(50);
        assertThat(a.run("MERIDIAN.INSPECT", "crdt:n"))
                .contains("shows\r\n$1\r\n9\r\n", "counted\r\n*2\r\n", "amount\r\n$1\r\n5", "amount\r\n$1\r\n4");
    }

    @Test
    void regionsThatDoNotKeepAKeyAreNamedAndNotAsked() {
        b.run("SADD", "bc:s", "x", "y");
        world.rounds(50);
        String shown = a.ask("MERIDIAN.INSPECT", "bc:s");
        assertThat(shown)
                .startsWith("*3 *4 $6 region $1 a $5 state $8 not_held")
                .contains("$14 elements_total :2");
        b.run("SET", "eu:k", "v", "EX", "100");
        assertThat(b.ask("MERIDIAN.INSPECT", "eu:k"))
                .startsWith("*3 *4 $6 region $1 a $5 state $8 not_held")
                .contains("$7 expires *4 $2 at $24 20");
        a.run("SET", "k", "v");
        a.run("DEL", "k");
        assertThat(a.ask("MERIDIAN.INSPECT", "k")).contains("$5 state $6 absent", "$7 removed *6 $3 key $");
        a.run("HELLO", "3");
        assertThat(a.ask("MERIDIAN.INSPECT", "bc:s"))
                .startsWith("*3 %2 $6 region")
                .contains("%12 $6 region $1 b");
    }

    @Test
    void regionsThatHoldTheSameAreProvedEqual_V1() {
        for (int i = 0; i < 3_000; i++) {
            a.run("SET", "k" + i, "v");
        }
        a.run("SADD", "crdt:s", "x");
        b.run("SET", "bc:k", "v");
        world.rounds(300);
        assertThat(b.ask("MERIDIAN.VERIFY"))
                .startsWith("*8 *7 $7 default $5 equal :3000 :0 *3 $1 a $1 b $1 c *0 $0  *7 $4 crdt $5 equal :1 :0 ")
                .contains("*7 $2 bc $5 equal :1 :0 *2 $1 b $1 c *0 $0", "*7 $2 eu $5 equal :0 :0 *1 $1 b *0 $0");
        assertThat(a.ask("MERIDIAN.VERIFY", "eu"))
                .isEqualTo("*1 *7 $2 eu $7 unknown :0 :0 *0 *0 $23 not kept in a: ask in b");
        assertThat(a.ask("MERIDIAN.VERIFY", "nope")).isEqualTo("-ERR no dataset is named 'nope'");
    }

    @Test
    void keysThatDifferAreFoundWhileClientsWrite_V1() {
        for (int i = 0; i < 100; i++) {
            a.run("SET", "k" + i, "v");
        }
        world.rounds(300);
        damage("c", "k7");
        damage("c", "ghost");
        a.send("MERIDIAN.VERIFY", "default");
        for (int i = 0; a.client.blocked; i++) {
            b.run("SET", "k" + i % 50, "changed " + i);
            b.run("SET", "new" + i, "x");
            b.run("DEL", "new" + (i - 3));
            world.round();
            assertThat(i).isLessThan(10_000);
        }
        String found = a.take().replace("\r\n", " ");
        assertThat(found).contains("$9 different", " *4 $5 ghost $8 a absent $8 b absent ");
        world.rounds(300);
        damage("c", "k77");
        String again = b.ask("MERIDIAN.VERIFY", "default");
        assertThat(again).contains("$9 different", " *4 $5 ghost ", " *4 $2 k7 ", " *4 $3 k77 ");
    }

    @Test
    void whatIsOnItsWayIsNoDifference_V1() {
        for (int i = 0; i < 200; i++) {
            a.run("SADD", "crdt:s" + i, "x");
        }
        world.rounds(300);
        b.send("MERIDIAN.VERIFY", "crdt");
        for (int i = 0; b.client.blocked; i++) {
            for (int hot = 0; hot < 4; hot++) {
                a.run("DEL", "crdt:s" + hot);
                a.run("SADD", "crdt:s" + hot, "y" + i);
            }
            // A removal leaves no trace in this dataset: only that the key changed tells.
            a.run(i % 2 == 0 ? "DEL" : "APPEND", "crdt:gone", "z");
            world.round();
            assertThat(i).isLessThan(10_000);
        }
        assertThat(b.take()).contains("crdt\r\n$5\r\nequal\r\n:20").doesNotContain("different", "unknown");
    }

    @Test
    void aKeyWithAHundredThousandElementsIsShownByTheSameFewInEveryRegion() {
        fill("crdt:large", 100_000);
        world.rounds(500);
        a.run("HSET", "crdt:h", "f", "x".repeat(5_000));
        world.rounds(50);
        String shown = a.run("MERIDIAN.INSPECT", "crdt:large");
        assertThat(shown.split("elements_total\r\n:100000\r\n", -1)).hasSize(4);
        assertThat(shown.split("element\r\n", -1)).hasSize(1 + 3 * 100);
        assertThat(shown.split("element\r\n\\$2\r\ne0\r\n", -1)).hasSize(4);
        assertThat(shown).hasSizeLessThan(100_000);
        assertThat(a.run("MERIDIAN.INSPECT", "crdt:h"))
                .contains("x... of 5000 bytes\r\n")
                .doesNotContain("x".repeat(4_097));
    }

    @Test
    void largeKeysAreProvedEqualAFewATurn_V1() {
        for (int i = 0; i < 20; i++) {
            fill("crdt:large" + i, 20_000);
        }
        world.rounds(1_000);
        int rounds = 0;
        a.send("MERIDIAN.VERIFY", "crdt");
        for (; a.client.blocked && rounds < 5_000; rounds++) {
            world.round();
        }
        assertThat(a.take()).contains("crdt\r\n$5\r\nequal\r\n:20\r\n");
        assertThat(rounds).as("turns, of one large key each").isGreaterThanOrEqualTo(20);
    }

    private void fill(String key, int elements) {
        for (int from = 0; from < elements; from += 10_000) {
            String[] words = new String[10_002];
            words[0] = "SADD";
            words[1] = key;
            for (int i = 0; i < 10_000; i++) {
                words[i + 2] = "e" + (from + i);
            }
            a.run(words);
        }
    }

    @Test
    void aRegionThatIsCutOffIsSilentAndOneThatMayNotKnowIsNotAskedByVerification_R1() {
        b.run("SET", "eu:k", "v");
        world.rounds(50);
        assertThat(b.ask("MERIDIAN.VERIFY", "eu")).doesNotContain("$1 a", "$1 c");
        assertThat(a.ask("MERIDIAN.VERIFY", "eu")).doesNotContain("equal").doesNotContain("$1 v");
    }

    @Test
    void aMemberThatCannotBeReachedLeavesTheAnswerOpen() {
        a.run("SET", "k", "v");
        world.rounds(300);
        world.cut("a", "c");
        assertThat(a.ask("MERIDIAN.VERIFY", "default"))
                .isEqualTo("*1 *7 $7 default $7 unknown :1 :0 *2 $1 a $1 b *0 $19 c cannot be reached");
    }

    @Test
    void aRegionThatIsBeingFilledSaysSoAndProvesNothing() {
        a.run("SET", "k", "v");
        world.rounds(300);
        world.node("c").kernel.groups()[0].incomplete(true);
        assertThat(a.ask("MERIDIAN.INSPECT", "k"))
                .contains("$6 region $1 b $5 state $7 present", "$6 region $1 c $5 state $7 loading");
        assertThat(a.ask("MERIDIAN.VERIFY", "default"))
                .startsWith("*1 *7 $7 default $7 unknown :0 :0")
                .contains("LOADING");
        assertThat(world.connect("c").ask("GET", "k")).startsWith("-LOADING");
    }

    /** A key that changes behind replication's back, as a fault would make it. */
    private void damage(String region, String name) {
        var kernel = world.node(region).kernel;
        byte[] id = name.getBytes(StandardCharsets.US_ASCII);
        Key key = kernel.keyspace().obtain(id, kernel.placement().datasetOf(id));
        Write write = new Write();
        write.begin(0, 1, Long.MAX_VALUE / 2, new VersionVector());
        kernel.keyspace().put(key, Type.STRING, new byte[0], new byte[] {'!'}, write);
    }
}
