package dev.meridian.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.server.fuzz.KernelPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands whose arguments nobody means well (bad input of RESP, row 10 and HELLO). */
class BadCommandsTest {
    private final KernelPair.Host node = new KernelPair().us;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SETRANGE k 536870911 x | ERR string exceeds maximum allowed size",
                "SETRANGE k 536870912 x | ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                "SETRANGE k -1 x | ERR offset is out of range",
                "SETBIT k 4294967296 1 | ERR bit offset is not an integer or out of range",
                "INCRBY n 9223372036854775807 | ERR increment or decrement would overflow",
                "DECRBY n -9223372036854775808 | ERR decrement would overflow",
                "INCRBY n 9223372036854775808 | ERR value is not an integer or out of range",
                "INCRBYFLOAT n 1e5000 | ERR value is not a valid float",
                "SCAN 18446744073709551616 | ERR invalid cursor",
                "SCAN -1 | ERR invalid cursor",
                "EXPIRE n 9e18 | ERR value is not an integer or out of range",
                "EXPIRE n 9223372036854775807 | ERR invalid expire time in 'expire' command",
                "SET n 1 EX 0 | ERR invalid expire time in 'set' command",
                "SET n 1 PX 9223372036854775807 | ERR invalid expire time in 'set' command",
                "HELLO 4 | NOPROTO unsupported protocol version",
                "HELLO abc | ERR Protocol version is not an integer or out of range",
                "HELLO 3 AUTH x | ERR Syntax error in HELLO option 'AUTH'"
            })
    void argumentsOutOfRangeAreRefusedAndChangeNothing_41_10(String command, String error) {
        node.ask("SET n 5");
        String before = node.state();
        assertThat(node.ask(command)).startsWith("-" + error);
        assertThat(node.state()).isEqualTo(before);
    }

    @Test
    void aPatternOfManyStarsCostsLittle_41_10() {
        node.ask("SET", "a".repeat(3_000), "1");
        long began = System.nanoTime();
        assertThat(node.ask("KEYS", "a*".repeat(1_000) + "b")).isEqualTo("*0");
        assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }

    @Test
    void namesAndPasswordsAreBytesAndAnyOfThemMayBeWrong_41_9() {
        for (String word : new String[] {"", "\0", "\u00ff\u00fe", "x".repeat(16_000)}) {
            assertThat(node.ask("AUTH", word, word)).startsWith("-WRONGPASS");
        }
        assertThat(node.ask("PING")).isEqualTo("+PONG");
    }
}
