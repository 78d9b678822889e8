package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConflictCommandsTest {
    private static final Pattern TOKEN = Pattern.compile("\\$5 token \\$16 ([0-9a-f]{16})");

    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection a = world.connect("a");
    private final KernelWorld.Connection b = world.connect("b");

    private void apart(Runnable writes) {
        cut();
        writes.run();
        world.heal("a", "b");
        world.heal("b", "c");
        world.heal("a", "c");
        world.rounds(300);
    }

    private void cut() {
        world.cut("a", "b");
        world.cut("b", "c");
        world.cut("a", "c");
    }

    private String token(KernelWorld.Connection from, String key) {
        Matcher matcher = TOKEN.matcher(from.ask("MERIDIAN.CONFLICT", key));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private void conflict(String key) {
        apart(() -> {
            a.run("SET", key, "from a");
            b.run("SET", key, "from b");
        });
    }

    @Test
    void aConflictIsListedInEveryRegionUntilItIsResolvedInOne_V6() {
        conflict("open:k");
        assertThat(a.ask("MERIDIAN.CONFLICTS"))
                .startsWith("*4 $6 cursor $1 0 $9 conflicts *1 *18 $7 dataset $4 open $3 key $6 open:k")
                .contains("$5 state $4 open", "$5 value $6 from a", "$5 value $6 from b", "$6 region $1 b");
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open")).isEqualTo(b.ask("MERIDIAN.CONFLICTS", "open"));
        assertThat(a.ask("INFO", "meridian")).contains("dataset_open:conflicts_open=1,conflicts_quarantined=0");
        String token = token(b, "open:k");
        assertThat(token(a, "open:k")).isEqualTo(token);

        assertThat(b.ask("MERIDIAN.RESOLVE", "open:k", token, "SIBLING", "1")).isEqualTo("+OK");
        world.rounds(100);
        for (KernelWorld.Connection each : new KernelWorld.Connection[] {a, b, world.connect("c")}) {
            assertThat(each.ask("GET", "open:k")).isEqualTo("$6 from a");
            assertThat(each.ask("MERIDIAN.CONFLICTS", "open")).isEqualTo("*4 $6 cursor $1 0 $9 conflicts *0");
            assertThat(each.ask("MERIDIAN.CONFLICTS", "open", "DROPPED"))
                    .contains(
                            "$7 dropped *1 ",
                            "$6 reason $8 resolved $5 value $6 from b",
                            "$8 ended_by $16 00000000000000a1");
        }
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", token, "SIBLING", "1")).startsWith("-NOCONFLICT ");
    }

    @Test
    void whoeverHasNotSeenAllSiblingsIsToldToLookAgain() {
        conflict("open:k");
        String seen = token(a, "open:k");
        apart(() -> {
            a.run("SET", "open:k", "again from a");
            b.run("SET", "open:k", "again from b");
        });
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", seen, "VALUE", "x")).startsWith("-CONFLICT ");
        assertThat(a.ask("GET", "open:k")).isNotEqualTo("$1 x");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", token(a, "open:k"), "VALUE", "x"))
                .isEqualTo("+OK");
        world.rounds(100);
        assertThat(b.ask("GET", "open:k")).isEqualTo("$1 x");
    }

    @Test
    void aWriteThatTheResolverDidNotKnowIsASiblingOfTheResolution_V6() {
        conflict("open:k");
        String token = token(a, "open:k");
        apart(() -> {
            assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", token, "VALUE", "resolved"))
                    .isEqualTo("+OK");
            b.run("SET", "open:k", "meanwhile");
        });
        assertThat(a.ask("MERIDIAN.CONFLICT", "open:k"))
                .contains("$8 resolved", "$9 meanwhile")
                .startsWith("*1 ");
    }

    @Test
    void aRuleServesItsAnswerAndItsQuarantineIsListed_V7() {
        conflict("rule:fine");
        assertThat(a.ask("GET", "rule:fine")).isEqualTo("$14 from a<from b<").isEqualTo(b.ask("GET", "rule:fine"));
        assertThat(a.ask("MERIDIAN.CONFLICTS", "rule")).contains("$9 conflicts *0");
        apart(() -> {
            a.run("SET", "rule:k", "3");
            b.run("SET", "rule:k", "x");
        });
        assertThat(a.ask("MERIDIAN.CONFLICTS", "rule"))
                .contains("$5 state $11 quarantined $6 reason $9 no threes")
                .isEqualTo(b.ask("MERIDIAN.CONFLICTS", "rule"));
        assertThat(a.ask("GET", "rule:k")).isEqualTo(b.ask("GET", "rule:k"));
        assertThat(a.ask("INFO", "meridian")).contains("dataset_rule:conflicts_open=1,conflicts_quarantined=1");
        assertThat(a.ask("MERIDIAN.INSPECT", "rule:k")).contains("$10 quarantine $9 no threes");
        assertThat(a.ask("MERIDIAN.RESOLVE", "rule:k", token(a, "rule:k"), "SIBLING", "1"))
                .isEqualTo("+OK");
        assertThat(a.ask("MERIDIAN.VERIFY", "rule")).contains("$5 equal");
    }

    @Test
    void elementsHaveConflictsOfTheirOwn_V6() {
        apart(() -> {
            a.run("HSET", "open:h", "f", "1", "g", "1");
            b.run("HSET", "open:h", "f", "2", "g", "1");
            a.run("ZADD", "open:z", "1", "m");
            b.run("ZADD", "open:z", "2.5", "m");
            a.run("SADD", "open:s", "x");
            b.run("SADD", "open:s", "x");
        });
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open"))
                .contains(
                        "conflicts *2 ",
                        "$4 type $4 hash $7 element $1 f",
                        "$4 type $4 zset $7 element $1 m",
                        "$5 value $3 2.5");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:z", token(a, "open:z"), "VALUE", "high"))
                .startsWith("-ERR");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:z", token(a, "open:z"), "VALUE", "7"))
                .isEqualTo("+OK");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:h", token(a, "open:h"), "SIBLING", "1"))
                .isEqualTo("+OK");
        world.rounds(100);
        assertThat(b.ask("ZSCORE", "open:z", "m")).isEqualTo("$1 7");
        assertThat(b.ask("HGET", "open:h", "f")).isEqualTo("$1 1");
        assertThat(b.ask("MERIDIAN.CONFLICTS", "open")).contains("conflicts *0");
    }

    @Test
    void incrementsAreWritesOfTheNumberAndConflictLikeThem() {
        apart(() -> {
            a.run("INCRBY", "open:n", "2");
            b.run("INCRBY", "open:n", "3");
            a.run("HINCRBYFLOAT", "open:h", "f", "0.5");
            b.run("HINCRBYFLOAT", "open:h", "f", "0.25");
            a.run("INCRBYFLOAT", "open:d", "1.5");
            a.run("ZINCRBY", "open:z", "4", "m");
            b.run("ZINCRBY", "open:z", "5", "m");
        });
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open")).contains("conflicts *3 ", "$5 value $1 2", "$5 value $3 0.5");
        assertThat(a.ask("GET", "open:n")).isEqualTo(b.ask("GET", "open:n"));
        assertThat(a.ask("ZSCORE", "open:z", "m")).isEqualTo(b.ask("ZSCORE", "open:z", "m"));
        assertThat(b.ask("GET", "open:d")).isEqualTo("$3 1.5");
    }

    @Test
    void aHiddenTypeIsOnRecordWhenAWriteEndsIt_V6() {
        apart(() -> {
            a.run("SET", "open:k", "text");
            b.run("HSET", "open:k", "f", "v");
        });
        a.run("HSET", "open:k", "g", "w");
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open", "DROPPED")).contains("$6 reason $6 hidden $5 value $4 text");
    }

    @Test
    void listsAreReadPageByPage() {
        apart(() -> {
            for (int i = 0; i < 7; i++) {
                a.run("SET", "open:k" + i, "1");
                b.run("SET", "open:k" + i, "2");
                a.run("SET", "k" + i, "1");
                b.run("SET", "k" + i, "2");
            }
        });
        for (String what : new String[] {"open", "DROPPED"}) {
            String cursor = "0";
            StringBuilder all = new StringBuilder();
            int pages = 0;
            do {
                String page = a.ask("MERIDIAN.CONFLICTS", what, "COUNT", "3", "CURSOR", cursor);
                Matcher next = Pattern.compile("\\$6 cursor \\$[0-9]+ (\\S+)").matcher(page);
                assertThat(next.find()).isTrue();
                cursor = next.group(1);
                all.append(page);
                pages++;
            } while (!cursor.equals("0") && pages < 10);
            assertThat(pages).isEqualTo(3);
            String[] keys = all.toString().split("\\$3 key ", -1);
            assertThat(keys).as(what).hasSize(8);
        }
    }

    @Test
    void whatIsAskedWrongIsRefused() {
        assertThat(a.ask("MERIDIAN.CONFLICTS", "nope")).isEqualTo("-ERR no dataset is named 'nope'");
        assertThat(a.ask("MERIDIAN.CONFLICTS", "eu")).startsWith("-ERR dataset 'eu' is not kept in a: ask in b");
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open", "COUNT", "0")).startsWith("-ERR COUNT is a number");
        for (String cursor : new String[] {"x", "99.00", "6.zz", "6.", "-1.00", "6.ffffffff", "6.01610a"}) {
            assertThat(a.ask("MERIDIAN.CONFLICTS", "open", "CURSOR", cursor))
                    .as(cursor)
                    .startsWith("-ERR invalid cursor");
        }
        assertThat(a.ask("MERIDIAN.CONFLICTS", "open", "WHAT")).startsWith("-ERR syntax");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", "t", "PICK", "1")).startsWith("-ERR syntax");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", "t", "SIBLING", "1")).startsWith("-NOCONFLICT");
        conflict("open:k");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", token(a, "open:k"), "SIBLING", "3"))
                .startsWith("-ERR SIBLING is a number from 1 to 2");
        assertThat(a.ask("MERIDIAN.RESOLVE", "open:k", "0000000000000000", "SIBLING", "1"))
                .startsWith("-CONFLICT ");
    }
}
