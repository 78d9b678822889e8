package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ReadLevelsTest {
    private final KernelWorld world = new KernelWorld();
    private final KernelWorld.Connection a = world.connect("a");
    private final KernelWorld.Connection c = world.connect("c");

    @Test
    void aBoundedReadIsRefusedWhereTheStateMayBeOlder_S1() {
        a.run("SET", "k", "v");
        world.rounds(300);
        assertThat(c.ask("MERIDIAN.READ", "bounded", "500ms", "GET", "k")).isEqualTo("$1 v");
        world.silence("a", "c");
        world.silence("b", "c");
        world.rounds(1_000);
        assertThat(c.ask("MERIDIAN.READ", "bounded", "500ms", "GET", "k"))
                .startsWith("-STALE dataset 'default' may be ")
                .contains("more than the 500 ms asked for");
        assertThat(c.ask("GET", "k")).isEqualTo("$1 v");
        assertThat(c.ask("MERIDIAN.READ", "bounded", "1h", "GET", "k")).isEqualTo("$1 v");
        assertThat(c.ask("MERIDIAN.READ", "bounded", "500ms")).isEqualTo("+OK");
        assertThat(c.ask("GET", "k")).startsWith("-STALE ");
        assertThat(c.ask("MERIDIAN.READ", "eventual", "GET", "k")).isEqualTo("$1 v");
        assertThat(c.ask("GET", "k")).startsWith("-STALE ");
        c.run("MULTI");
        c.run("SET", "other", "v");
        c.run("GET", "k");
        assertThat(c.ask("EXEC")).startsWith("-STALE ");
        assertThat(c.ask("SET", "other", "v")).isEqualTo("+OK");
        assertThat(c.ask("MERIDIAN.READ", "default")).isEqualTo("+OK");
        assertThat(c.ask("GET", "k")).isEqualTo("$1 v");
    }

    @Test
    void aClientCanAskHowOldItsReadsMayBeAndIsNeverRefusedForThat_S1() {
        a.run("SET", "k", "v");
        world.rounds(300);
        assertThat(staleness(c.ask("MERIDIAN.STALENESS", "k"))).isBetween(0L, 300L);
        assertThat(c.ask("MERIDIAN.STALENESS", "k"))
                .startsWith("*10 $7 dataset $7 default $6 region $1 c $5 level $7 session $12 staleness_ms :")
                .endsWith("contains_session :1");
        assertThat(c.ask("MERIDIAN.READ", "bounded", "500ms")).isEqualTo("+OK");
        world.silence("a", "c");
        world.silence("b", "c");
        world.rounds(2_000);
        assertThat(c.ask("GET", "k")).startsWith("-STALE ");
        assertThat(c.ask("MERIDIAN.STALENESS", "k")).contains("$5 level $7 bounded ");
        assertThat(staleness(c.ask("MERIDIAN.STALENESS", "k"))).isGreaterThan(1_900L);
        a.run("SET", "k", "w");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", token(a.ask("MERIDIAN.TOKEN"))))
                .isEqualTo("+OK");
        assertThat(c.ask("MERIDIAN.STALENESS", "k")).endsWith("contains_session :0");
        assertThat(a.ask("MERIDIAN.STALENESS", "bc:k"))
                .contains("$6 region $1 ")
                .doesNotContain("region $1 a");
        assertThat(a.ask("MERIDIAN.STALENESS", "eu:k")).startsWith("-RESIDENCY ");
    }

    private static long staleness(String reply) {
        return Long.parseLong(reply.replaceAll(".*staleness_ms :([0-9]+) .*", "$1"));
    }

    @Test
    void aForwardedReadKeepsItsLevel_S3() {
        world.connect("b").run("SET", "bc:k", "v");
        world.rounds(300);
        world.silence("b", "c");
        world.rounds(3_000);
        // Whoever serves it has not heard the other writer for three seconds.
        assertThat(a.ask("MERIDIAN.READ", "bounded", "500ms", "GET", "bc:k")).startsWith("-STALE ");
        assertThat(a.ask("GET", "bc:k")).isEqualTo("$1 v");
    }

    @Test
    void levelsThatCannotBeHadAreRefusedNeverLowered_S3() {
        assertThat(a.ask("MERIDIAN.READ", "strong", "GET", "k"))
                .isEqualTo("-ERR dataset 'default' cannot be read at level 'strong': it serves bounded <time>, session,"
                        + " causal, monotonic_read, eventual");
        assertThat(a.ask("MERIDIAN.READ", "quorum"))
                .isEqualTo("-ERR read level 'quorum' is served by no dataset here: choose one of strong, quorum,"
                        + " bounded <time>, session, causal, monotonic_read, eventual");
        assertThat(a.ask("MERIDIAN.READ", "fast")).startsWith("-ERR unknown read level 'fast': one of ");
        for (String time : new String[] {"5", "2 s", "-1s", "99999999999s", "25h", ""}) {
            assertThat(a.ask("MERIDIAN.READ", "bounded", time)).startsWith("-ERR MERIDIAN.READ bounded takes a time");
        }
        assertThat(a.ask("MERIDIAN.READ", "session", "SET", "k", "v"))
                .isEqualTo("-ERR MERIDIAN.READ takes a command that reads keys and changes none, not 'set'");
        assertThat(a.ask("MERIDIAN.READ", "session", "MERIDIAN.READ", "session", "GET", "k"))
                .startsWith("-ERR MERIDIAN.READ takes a command that reads keys");
        assertThat(a.ask("MERIDIAN.READ", "session", "NOPE")).startsWith("-ERR unknown command 'NOPE'");
        assertThat(a.ask("MERIDIAN.READ", "session", "GET")).startsWith("-ERR wrong number of arguments for 'get'");
    }

    private static String token(String reply) {
        return reply.substring(reply.indexOf(' ') + 1);
    }

    @Test
    void aTokenCarriesWhatASessionHasSeen_C2() {
        a.run("SET", "k", "v");
        String token = token(a.ask("MERIDIAN.TOKEN"));
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", token)).isEqualTo("+OK");
        assertThat(c.ask("GET", "k")).isEqualTo("$1 v");
        world.cut("a", "c");
        world.cut("b", "c");
        a.run("SET", "k", "w");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", token(a.ask("MERIDIAN.TOKEN"))))
                .isEqualTo("+OK");
        assertThat(c.ask("GET", "k"))
                .isEqualTo("-NOTYET this region has not applied all that the session has seen of dataset 'default': try"
                        + " again, or read in another region");
        assertThat(world.connect("c").ask("GET", "k")).isEqualTo("$1 v");
        world.heal("a", "c");
        assertThat(c.ask("GET", "k")).isEqualTo("$1 w");
    }

    @Test
    void aTokenOfAnOriginThatIsUnknownHereIsNotTakenForSeen_C3() {
        var other = new KernelWorld(options -> dev.meridian.kernel.KernelOptions.of(
                options.placement(), options.origin() + 0x100, options.seed(), options.fingerprint()));
        var stranger = other.connect("a");
        stranger.run("SET", "k", "v");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", token(stranger.ask("MERIDIAN.TOKEN"))))
                .isEqualTo("+OK");
        assertThat(c.ask("GET", "k")).startsWith("-NOTYET ");
        assertThat(c.ask("MERIDIAN.READ", "eventual", "GET", "k")).isEqualTo("$-1");
        var forwarding = world.connect("a");
        stranger.run("SET", "bc:k", "v");
        assertThat(forwarding.ask("MERIDIAN.TOKEN", "ADOPT", token(stranger.ask("MERIDIAN.TOKEN"))))
                .isEqualTo("+OK");
        assertThat(forwarding.ask("GET", "bc:k")).startsWith("-NOTYET ");
    }

    @Test
    void aTokenThatWasNotMadeHereIsRefused_C3() {
        a.run("SET", "k", "v");
        byte[] token = Base64.getUrlDecoder().decode(token(a.ask("MERIDIAN.TOKEN")));
        for (int i = 0; i < token.length; i++) {
            byte[] forged = token.clone();
            forged[i] ^= 1;
            assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", Base64.getUrlEncoder().encodeToString(forged)))
                    .isEqualTo("-ERR invalid session token");
        }
        var foreign =
                new KernelWorld(options -> options.withClusterSecret("another".getBytes(StandardCharsets.US_ASCII)));
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", token(foreign.connect("a").ask("MERIDIAN.TOKEN"))))
                .isEqualTo("-ERR invalid session token");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", "!")).isEqualTo("-ERR invalid session token: it is not base64url");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", "")).isEqualTo("-ERR invalid session token");
        assertThat(c.ask("MERIDIAN.TOKEN", "ADOPT", "A".repeat(70_000))).isEqualTo("-ERR invalid session token");
        assertThat(c.ask("MERIDIAN.TOKEN", "GIVE")).startsWith("-ERR syntax");
        assertThat(c.ask("GET", "k")).isEqualTo("$-1");
    }
}
