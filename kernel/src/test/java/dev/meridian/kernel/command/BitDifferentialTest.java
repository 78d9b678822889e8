package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random sequences of bitmap and HyperLogLog commands, run by Redis and by us: the replies are equal. */
final class BitDifferentialTest {
    private static final String[] KEYS = {"a", "b", "c", "d"};

    private final SplittableRandom random = new SplittableRandom(7);
    private final LocalNode node = new LocalNode(
            "a",
            1,
            StringCommands::bind,
            CounterCommands::bind,
            KeyCommands::bind,
            BitmapCommands::bind,
            BitFieldCommands::bind,
            HyperLogLogCommands::bind);

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String key() {
        return any(KEYS);
    }

    private String offset() {
        return random.nextInt(12) == 0
                ? any("-1", "x", "4294967296", "99999999999", "20000")
                : Integer.toString(random.nextInt(random.nextBoolean() ? 40 : 5000));
    }

    private String index() {
        return random.nextInt(12) == 0 ? any("-9999", "9999") : Integer.toString(random.nextInt(-12, 13));
    }

    private String bit() {
        return random.nextInt(12) == 0 ? any("2", "-1", "x") : any("0", "1", "1");
    }

    private String type() {
        return random.nextInt(12) == 0
                ? any("u64", "i65", "u0", "x8", "i", "u1x")
                : any("u1", "u2", "i3", "u8", "i8", "i16", "u31", "i64", "u63", "i1");
    }

    private String fieldOffset() {
        return random.nextInt(12) == 0 ? any("-1", "#-1", "x", "#") : any("", "#") + random.nextInt(70);
    }

    private String amount() {
        return random.nextInt(4) == 0
                ? any("9223372036854775807", "-9223372036854775808", "x", "4611686018427387904")
                : Integer.toString(random.nextInt(-300, 300));
    }

    private String[] bitField(boolean readOnly) {
        List<String> words = new ArrayList<>(List.of(readOnly ? "BITFIELD_RO" : "BITFIELD", key()));
        for (int n = random.nextInt(5); n > 0; n--) {
            words.addAll(
                    switch (random.nextInt(readOnly ? 5 : 9)) {
                        case 0, 1, 2, 3 -> List.of("GET", type(), fieldOffset());
                        case 4 ->
                            random.nextInt(8) == 0
                                    ? List.of(any("NOPE", "GET", "OVERFLOW"))
                                    : List.of("OVERFLOW", any("WRAP", "sat", "FAIL", "FAIL", "x"));
                        case 5, 6 -> List.of("set", type(), fieldOffset(), amount());
                        default -> List.of("INCRBY", type(), fieldOffset(), amount());
                    });
        }
        return words.toArray(String[]::new);
    }

    private String[] command() {
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5 -> new String[] {"SETBIT", key(), offset(), bit()};
            case 6, 7 -> new String[] {"GETBIT", key(), offset()};
            case 8 -> new String[] {"BITCOUNT", key()};
            case 9 -> new String[] {"BITCOUNT", key(), index(), index()};
            case 10 -> new String[] {"BITCOUNT", key(), index(), index(), any("BIT", "byte", "BIT")};
            case 11 -> new String[] {"BITPOS", key(), bit()};
            case 12 -> new String[] {"BITPOS", key(), bit(), index()};
            case 13 -> new String[] {"BITPOS", key(), bit(), index(), index()};
            case 14 -> new String[] {"BITPOS", key(), bit(), index(), index(), any("BIT", "BYTE", "bit")};
            case 15 -> new String[] {"BITOP", any("AND", "or", "XOR", "NOT", "x"), key(), key(), key(), key()};
            case 16 -> new String[] {"BITOP", any("AND", "OR", "XOR", "NOT"), key(), key()};
            case 17, 18, 19 -> bitField(false);
            case 20 -> bitField(true);
            case 21 ->
                random.nextInt(3) == 0
                        ? new String[] {any("DEL", "GETDEL"), key()}
                        : new String[] {"SET", key(), any("", "\u00ff\u00ff\u00ff", "\u0000\u0000", "12", "hello")};
            case 22 ->
                random.nextBoolean()
                        ? new String[] {"APPEND", key(), any("", "\u00ff", "0", "x")}
                        : new String[] {"SETRANGE", key(), any("0", "3", "40"), any("", "1", "\u0000xyz")};
            default ->
                random.nextInt(3) == 0
                        ? new String[] {any("INCR", "STRLEN", "TYPE"), key()}
                        : new String[] {any("RENAME", "COPY"), key(), key()};
        };
    }

    private void compare(RedisReference redis, List<String> different, String... words) {
        String theirs = redis.run(words);
        String ours = node.run(words);
        if (!ours.equals(theirs)) {
            different.add(Arrays.toString(words) + ": " + ours + " instead of " + theirs);
            redis.run("FLUSHALL");
            node.run("FLUSHALL");
        }
    }

    @Test
    void bitsAnswerAsInRedisWhetherFoldedOrNot() {
        List<String> different = new ArrayList<>();
        try (RedisReference redis = new RedisReference()) {
            for (int i = 0; i < 30_000; i++) {
                compare(redis, different, command());
                if (random.nextInt(20) == 0) {
                    node.keyspace.collect(0, (origin, seq) -> true, random.nextInt(100));
                }
                if (random.nextInt(10) == 0) {
                    compare(redis, different, "GET", key());
                }
            }
        }
        assertThat(different.stream().limit(12)).isEmpty();
    }

    /** Redis checks the arguments first since 8.0 only. */
    @Test
    void searchesLookForTheKeyBeforeTheyReadTheirArguments() {
        List<String> different = new ArrayList<>();
        try (RedisReference redis = new RedisReference()) {
            compare(redis, different, "SET", "text", "abc");
            for (String key : List.of("text", "missing")) {
                for (String words : List.of(
                        "BITCOUNT K x 1",
                        "BITCOUNT K 1",
                        "BITCOUNT K -1 -2 x",
                        "BITCOUNT K 1 2 x",
                        "BITCOUNT K 1 2 BIT 4",
                        "BITCOUNT K x y z",
                        "BITPOS K x",
                        "BITPOS K 2",
                        "BITPOS K 1 x y",
                        "BITPOS K 1 0 x BIT",
                        "BITPOS K 1 0 x z",
                        "BITPOS K 1 x 0 z",
                        "BITPOS K 0 0 1 z",
                        "BITPOS K 1 x 1 BIT z",
                        "BITPOS K 0")) {
                    compare(redis, different, words.replace("K", key).split(" "));
                }
            }
        }
        assertThat(different).isEmpty();
    }

    @Test
    void cardinalitiesAreThoseOfRedis() {
        List<String> different = new ArrayList<>();
        try (RedisReference redis = new RedisReference()) {
            for (int i = 0; i < 6_000; i++) {
                String key = key();
                switch (random.nextInt(40)) {
                    case 0 -> compare(redis, different, "PFMERGE", key, key(), key());
                    case 1 -> compare(redis, different, "PFMERGE", key);
                    case 2, 3, 4 -> compare(redis, different, "PFCOUNT", key, key());
                    case 5, 6, 7 -> compare(redis, different, "PFCOUNT", key);
                    case 8 -> compare(redis, different, random.nextInt(8) == 0 ? "DEL" : "TYPE", key);
                    case 9 -> compare(redis, different, "PFADD", key);
                    case 10 -> {
                        compare(redis, different, "SET", "text", "x");
                        compare(redis, different, any("PFADD", "PFCOUNT", "PFMERGE"), "text");
                        compare(redis, different, "PFCOUNT", key, "text");
                    }
                    default -> {
                        String[] words = new String[2 + random.nextInt(key.equals("a") ? 40 : 4)];
                        words[0] = "PFADD";
                        words[1] = key;
                        for (int w = 2; w < words.length; w++) {
                            words[w] = Long.toString(random.nextLong() >>> random.nextInt(64), 36);
                        }
                        compare(redis, different, words);
                    }
                }
            }
        }
        assertThat(different.stream().limit(12)).isEmpty();
    }
}
