package dev.meridian.kernel.command;

import static dev.meridian.kernel.command.Differences.words;

import dev.meridian.kernel.data.Key;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of commands on hashes, sets, sorted sets and lists answer as Redis does, in RESP2 and RESP3. */
final class CollectionDifferentialTest {
    private static final int COMMANDS = 12_000;
    private static final String[] KEYS = {"a", "b", "c", "d", "hash", "set", "zset", "list", "string"};
    private static final String[] NAMES = {"x", "y", "z", "10", "-3", "", "A", "\u00ff\u0000", "w w", "3.5", "xx", "xy"
    };
    private static final String[] INTEGERS = {
        "1",
        "2",
        "0",
        "-1",
        "3",
        "-2",
        "5",
        "-4",
        "100",
        "-100",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "x",
        "",
        "1.5",
        " 1",
        "+1",
        "01"
    };
    /** Fractions that sum exactly: the order in which increments are summed up is not that of Redis. */
    private static final String[] SCORES = {
        "1",
        "2",
        "3",
        "0",
        "-1",
        "1.5",
        "-2.25",
        "0.125",
        "0.75",
        "0.5",
        "1e3",
        "inf",
        "-inf",
        "+inf",
        "1e300",
        "-1e300",
        "nan",
        "x",
        "",
        "123456789.25",
        "0x10",
        "1e400"
    };

    private static final String[] DECIMALS = {
        "1", "2", "0.1", "-1.5", "0.3", "1000000.1", "3.0e3", "1e17", "1e300", "inf", "nan", "x", "", "5e-324", "1e-5"
    };

    private static void compare(int protocol, long seed, Function<Differences, Supplier<String[]>> commands) {
        LocalNode node = new LocalNode("a", 1, CollectionDifferentialTest::bindAll);
        try (RedisReference redis = new RedisReference()) {
            redis.run("HELLO", Integer.toString(protocol));
            node.client.out.protocol(protocol);
            Differences differences = new Differences(node, redis, seed);
            Supplier<String[]> own = commands.apply(differences);
            differences.compare(COMMANDS, () -> switch (differences.random.nextInt(40)) {
                case 0 -> words("DEL", differences.any(KEYS));
                case 1 -> words("SADD", "set", "x", "y", "xx", "10");
                case 2 -> words("HSET", "hash", "x", "1", "y", "2.5", "z", "abc");
                case 3 -> words("ZADD", "zset", "1", "x", "2", "y", "2", "z", "0.5", "xx");
                case 4 -> words("RPUSH", "list", "x", "y", "10", "x");
                default -> own.get();
            });
        }
    }

    static void bindAll(BiConsumer<String, Command> table) {
        HashCommands.bind(table);
        SetCommands.bind(table);
        SetAlgebra.bind(table);
        SortedSetCommands.bind(table);
        SortedSetRanges.bind(table);
        SortedSetAlgebra.bind(table);
        SortedSetPops.bind(table);
        ListCommands.bind(table);
        ListMoves.bind(table);
        table.accept("DEL", x -> {
            Key key = x.find(1);
            if (key != null) {
                x.delete(key);
            }
            x.reply().integer(key == null ? 0 : 1);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void hashesAnswerAsRedisDoes(int protocol) {
        compare(protocol, 1, d -> {
            Supplier<String> key = () -> d.skewed(KEYS);
            Supplier<String> field = () -> d.any(NAMES);
            Supplier<String> value = () -> d.random.nextBoolean() ? d.any(INTEGERS) : d.any(DECIMALS);
            return () -> switch (d.random.nextInt(22)) {
                case 0, 1, 2 -> words("HSET", key.get(), d.some(6, field));
                case 3, 4 -> words("HSET", key.get(), field.get(), value.get());
                case 5 -> words("HMSET", key.get(), field.get(), value.get(), d.some(2, field));
                case 6 -> words("HSETNX", key.get(), field.get(), value.get());
                case 7 -> words("HGET", key.get(), field.get());
                case 8 -> words("HMGET", key.get(), d.some(4, field));
                case 9 -> words("HGETALL", key.get());
                case 10 -> words("HDEL", key.get(), d.some(4, field));
                case 11 -> words("HEXISTS", key.get(), field.get());
                case 12 -> words("HKEYS", key.get());
                case 13 -> words("HVALS", key.get());
                case 14 -> words("HLEN", key.get());
                case 15 -> words("HSTRLEN", key.get(), field.get());
                case 16, 17 -> words("HINCRBY", key.get(), field.get(), d.skewed(INTEGERS));
                case 18, 19 -> words("HINCRBYFLOAT", key.get(), field.get(), d.skewed(DECIMALS));
                case 20 ->
                    words(
                            "HRANDFIELD",
                            key.get(),
                            d.random.nextInt(4) == 0 ? null : new String[] {count(d)},
                            d.options(new String[] {"WITHVALUES"}, new String[0]));
                default -> scan(d, "HSCAN", key.get());
            };
        });
    }

    /** A count that a random choice repeats at most a hundred times, or none. */
    private static String count(Differences d) {
        return d.any("1", "2", "0", "-1", "3", "-5", "100", "-100", "x", "", "1.5", "-9223372036854775808");
    }

    private static String[] scan(Differences d, String name, String key) {
        return words(
                name,
                key,
                d.skewed("0", "0", "0", "x", "", "-", "99999999999999999999"),
                "COUNT",
                d.skewed("1000", "1000", "1000", "0", "x", "-1"),
                d.options(new String[] {"MATCH", d.any("x*", "*", "?", "[a-x]", "")}, new String[] {"MATCH"}));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void setsAnswerAsRedisDoes(int protocol) {
        compare(protocol, 2, d -> {
            Supplier<String> key = () -> d.skewed(KEYS);
            Supplier<String> member = () -> d.any(NAMES);
            return () -> switch (d.random.nextInt(20)) {
                case 0, 1, 2, 3 -> words("SADD", key.get(), d.some(5, member));
                case 4 -> words("SREM", key.get(), d.some(5, member));
                case 5 -> words("SMEMBERS", key.get());
                case 6 -> words("SISMEMBER", key.get(), member.get());
                case 7 -> words("SMISMEMBER", key.get(), d.some(4, member));
                case 8 -> words("SCARD", key.get());
                case 9 -> words("SPOP", key.get(), d.any("0", "100", "-1", "x", "1000"), d.options(new String[0]));
                case 10 -> words("SRANDMEMBER", key.get(), d.random.nextInt(4) == 0 ? null : new String[] {count(d)});
                case 11, 12 -> words("SMOVE", key.get(), key.get(), member.get());
                case 13 -> words(d.any("SINTER", "SUNION", "SDIFF"), d.some(3, key));
                case 14, 15, 16 -> words(d.any("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), key.get(), d.some(3, key));
                case 17, 18 ->
                    words(
                            "SINTERCARD",
                            d.skewed("2", "1", "3", "0", "x", "-1"),
                            key.get(),
                            key.get(),
                            d.options(new String[] {"LIMIT", d.skewed(INTEGERS)}, new String[] {"LIMIT"}, new String[] {
                                "a"
                            }));
                default -> scan(d, "SSCAN", key.get());
            };
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void sortedSetsAnswerAsRedisDoes(int protocol) {
        compare(protocol, 3, d -> {
            Supplier<String> key = () -> d.skewed(KEYS);
            Supplier<String> member = () -> d.any(NAMES);
            Supplier<String> score = () -> d.skewed(SCORES);
            return () -> switch (d.random.nextInt(17)) {
                case 0, 1, 2, 3 -> {
                    String[] option =
                            d.options(words("NX"), words("XX"), words("gt"), words("LT"), words("CH"), words("INCR"));
                    yield d.random.nextInt(3) > 0
                            ? words("ZADD", key.get(), option, score.get(), member.get())
                            : words(
                                    "ZADD",
                                    key.get(),
                                    option,
                                    score.get(),
                                    member.get(),
                                    score.get(),
                                    d.some(2, member));
                }
                case 4 -> words("ZINCRBY", key.get(), score.get(), member.get());
                case 5 -> words("ZREM", key.get(), d.some(3, member));
                case 6 ->
                    d.random.nextBoolean()
                            ? words("ZSCORE", key.get(), member.get())
                            : words("ZMSCORE", key.get(), d.some(3, member));
                case 7 -> words(d.any("ZRANK", "ZREVRANK"), key.get(), member.get());
                case 8 -> words("ZCARD", key.get());
                case 9 ->
                    words(
                            "ZRANDMEMBER",
                            key.get(),
                            d.random.nextInt(4) == 0 ? null : new String[] {count(d)},
                            d.options(words("WITHSCORES"), words()));
                case 10 -> scan(d, "ZSCAN", key.get());
                case 11 -> words(d.any("ZPOPMIN", "ZPOPMAX"), key.get(), d.options(words(d.skewed(INTEGERS))));
                case 12 ->
                    words(
                            "ZMPOP",
                            d.skewed("2", "1", "3", "0", "x"),
                            key.get(),
                            key.get(),
                            d.any("MIN", "MAX", "max", "x"),
                            d.options(words("COUNT", d.skewed(INTEGERS)), words("COUNT")));
                case 13 -> {
                    // Where a member may be missing, the command would wait for it.
                    yield words("BZPOPMIN", "string", "zset", d.any("x", "-1", "nan", "-inf"));
                }
                case 14, 15 ->
                    words(
                            d.any("ZUNION", "ZINTER", "ZDIFF"),
                            d.skewed("2", "1", "3", "0", "x"),
                            key.get(),
                            key.get(),
                            algebra(d, true));
                default ->
                    d.random.nextInt(3) > 0
                            ? words(
                                    d.any("ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"),
                                    key.get(),
                                    d.skewed("2", "1", "3", "0", "x"),
                                    key.get(),
                                    key.get(),
                                    algebra(d, d.random.nextInt(9) == 0))
                            : words(
                                    "ZINTERCARD",
                                    d.skewed("2", "1", "0", "x"),
                                    key.get(),
                                    key.get(),
                                    d.options(words("LIMIT", d.skewed(INTEGERS)), words("LIMIT")));
            };
        });
    }

    private static String[] algebra(Differences d, boolean withScores) {
        return d.options(
                withScores ? words("WITHSCORES") : words(),
                words("WEIGHTS", d.any(SCORES), d.any("1", "2", "-1", "0.5")),
                words("AGGREGATE", d.any("SUM", "min", "MAX", "MAX", "MIN", "x")));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void rangesOfSortedSetsAnswerAsRedisDoes(int protocol) {
        compare(protocol, 4, d -> {
            // Ranges by name are only defined among equal scores: the keys n and m have no others.
            Supplier<String> key = () -> d.skewed("a", "b", "c", "zset", "hash", "gone");
            Supplier<String> named = () -> d.skewed("n", "m", "none", "list");
            Supplier<String> member = () -> d.any(NAMES);
            Supplier<String> bound = () -> d.any("", "", "(") + d.skewed("1", "0", "2", "-inf", "+inf", "1.5", "x", "");
            Supplier<String> name = () -> d.skewed("-", "+", "[x", "(x", "[xx", "(y", "[", "(10", "x", "", "++");
            Supplier<String> rank = () -> d.skewed(INTEGERS);
            return () -> {
                String[] limit = d.options(words("LIMIT", d.skewed("0", "1", "2", "-1", "x"), d.skewed(INTEGERS)));
                String[] scores = d.options(words("WITHSCORES"), words(), words());
                String[] bounds = switch (d.random.nextInt(3)) {
                    case 0 -> words(key.get(), rank.get(), rank.get(), d.skewed("REV", "WITHSCORES", "LIMIT"));
                    case 1 -> words(key.get(), bound.get(), bound.get(), "BYSCORE", d.options(words("REV")), limit);
                    default -> words(named.get(), name.get(), name.get(), "BYLEX", d.options(words("REV")), limit);
                };
                return switch (d.random.nextInt(15)) {
                    case 0, 1 -> words("ZADD", key.get(), d.skewed("1", "2", "0", "1.5", "-1", "inf"), member.get());
                    case 2 -> words("ZADD", named.get(), "5", member.get(), "5", member.get());
                    case 3, 4, 5 -> words("ZRANGE", bounds, scores);
                    case 6 -> words("ZRANGESTORE", d.any("a", "d"), bounds);
                    case 7 -> words("ZREVRANGE", key.get(), rank.get(), rank.get(), scores);
                    case 8, 9 ->
                        words(
                                d.any("ZRANGEBYSCORE", "ZREVRANGEBYSCORE"),
                                key.get(),
                                bound.get(),
                                bound.get(),
                                scores,
                                limit);
                    case 10 ->
                        words(d.any("ZRANGEBYLEX", "ZREVRANGEBYLEX"), named.get(), name.get(), name.get(), limit);
                    case 11 -> words("ZCOUNT", key.get(), bound.get(), bound.get());
                    case 12 -> words("ZLEXCOUNT", named.get(), name.get(), name.get());
                    case 13 -> words("ZREMRANGEBYLEX", named.get(), name.get(), name.get());
                    default ->
                        d.random.nextBoolean()
                                ? words("ZREMRANGEBYRANK", key.get(), rank.get(), rank.get())
                                : words("ZREMRANGEBYSCORE", key.get(), bound.get(), bound.get());
                };
            };
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void listsAnswerAsRedisDoes(int protocol) {
        compare(protocol, 5, d -> {
            Supplier<String> key = () -> d.skewed(KEYS);
            Supplier<String> value = () -> d.any(NAMES);
            Supplier<String> integer = () -> d.skewed(INTEGERS);
            Supplier<String> end = () -> d.skewed("LEFT", "RIGHT", "right", "x");
            return () -> switch (d.random.nextInt(22)) {
                case 0, 1, 2, 3, 4 -> words(d.any("LPUSH", "RPUSH"), key.get(), d.some(5, value));
                case 5 -> words(d.any("LPUSHX", "RPUSHX"), key.get(), d.some(3, value));
                case 6 -> words(d.any("LPOP", "RPOP"), key.get(), d.options(words(integer.get())));
                case 7 -> words("LLEN", key.get());
                case 8, 9 -> words("LRANGE", key.get(), integer.get(), integer.get());
                case 10 -> words("LINDEX", key.get(), integer.get());
                case 11 -> words("LSET", key.get(), integer.get(), value.get());
                case 12, 13 -> words("LINSERT", key.get(), d.skewed("BEFORE", "after", "x"), value.get(), value.get());
                case 14 -> words("LREM", key.get(), d.any("0", "0", "1", "-1", "2", "-2", "x", "1.5"), value.get());
                case 15 -> words("LTRIM", key.get(), integer.get(), integer.get());
                case 16 ->
                    words(
                            "LPOS",
                            key.get(),
                            value.get(),
                            d.options(
                                    words("RANK", d.skewed("1", "-1", "2", "-2", "0", "x")),
                                    words("COUNT", integer.get()),
                                    words("MAXLEN", integer.get()),
                                    words("COUNT")));
                case 17 -> words("LMOVE", key.get(), key.get(), end.get(), end.get());
                case 18 -> words("RPOPLPUSH", key.get(), key.get());
                case 19 ->
                    words(
                            "LMPOP",
                            d.skewed("2", "1", "3", "0", "x"),
                            key.get(),
                            key.get(),
                            end.get(),
                            d.options(words("COUNT", integer.get()), words("COUNT")));
                case 20 -> words(d.any("BLPOP", "BRPOP"), key.get(), "list", d.any("x", "-1", "", "-0.5", "nan"));
                default -> words("BLMPOP", d.any("x", "-1"), d.skewed("2", "1", "0"), key.get(), key.get(), end.get());
            };
        });
    }
}
