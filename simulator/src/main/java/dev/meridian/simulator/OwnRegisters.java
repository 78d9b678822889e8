package dev.meridian.simulator;

import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Dataset.ReadLevel;
import dev.meridian.kernel.placement.FailoverPolicy;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys named {@code own} and their client, which alone writes them, with growing numbers: what it wrote or saw it sees
 * again (C2, V4), in other regions with its token (C3), and whoever reads with a bound sees what was acknowledged before
 * (S1).
 */
final class OwnRegisters implements Promise {
    /** One client's register in one dataset. */
    private static final class Register {
        long written;
        boolean strange;
        final BitSet writtenAt = new BitSet();
        final long[] seenAt;
        long inToken;

        /** Where it was written last; and up to which value whoever has the token goes on from there. */
        int lastRegion = -1;

        long tokenFollows;

        /** Counts losses: what was asked before one is not judged by what was seen before it. */
        int losses;

        Register(int regions) {
            seenAt = new long[regions];
        }
    }

    /** What one connection has seen of one register, and what it adopted. */
    private static final class Seen {
        int connection;
        long here;
        long adopted;
        long follows;
    }

    private final World world;
    private final Placement placement;
    private final Clients[] clients;
    private final Map<String, Long> counts;
    private final Registers acknowledged = new Registers();
    private final Map<String, Register> registers = new TreeMap<>();
    private final Predicate<GroupPolicy> hasMoved;
    private boolean flushed;

    /** Whether a person had late writes applied: such a one takes the place of what is there. */
    private boolean applied;

    private final Map<Clients.Session, Map<String, Seen>> seen = new LinkedHashMap<>();
    private final Map<Clients.Session, Integer> told = new LinkedHashMap<>();

    /** @param clients holds the one that tells which tokens were given, once it is there */
    OwnRegisters(
            World world,
            Placement placement,
            Clients[] clients,
            Map<String, Long> counts,
            Predicate<GroupPolicy> hasMoved) {
        this.hasMoved = hasMoved;
        this.world = world;
        this.placement = placement;
        this.clients = clients;
        this.counts = counts;
    }

    @Override
    public Consumer<String> sent(Asked asked) {
        Consumer<String> judged = judged(asked);
        return reply -> {
            if (reply.startsWith("-LOSTWRITE")) {
                // From now on its reads need not show what they showed.
                told.merge(asked.session(), 1, Integer::sum);
                seen.remove(asked.session());
                counts.merge("told of a lost write", 1L, Long::sum);
            }
            if (judged != null) {
                judged.accept(reply);
            }
        };
    }

    private @Nullable Consumer<String> judged(Asked asked) {
        String client = asked.session().client;
        flushed |= asked.name().startsWith("FLUSH");
        applied |= asked.name().equals("MERIDIAN.LATEWRITES") && asked.words().contains("APPLY");
        switch (asked.name()) {
            case "MERIDIAN.TOKEN" -> {
                return asked.words().size() == 1 ? reply -> exported(asked, reply) : adopting(asked);
            }
            case "GET" -> {
                return asked.inBlock() || !isOwn(asked.key()) ? null : reading(asked);
            }
            case "SET" -> {
                if (asked.is("SET", 3) && !asked.inBlock() && isOf(asked.key(), client)) {
                    return writing(asked);
                }
            }
            default -> {}
        }
        for (String word : asked.words()) {
            if (isOwn(word) && !asked.name().equals("MGET")) {
                register(word).strange = true;
            }
        }
        return null;
    }

    private static boolean isOwn(String key) {
        return key.contains(":own");
    }

    /** A client begins another register, behind a dot, where it could not carry on with one. */
    private static boolean isOf(String key, String client) {
        String own = ":own" + client;
        int at = key.indexOf(own);
        return at >= 0 && (at + own.length() == key.length() || key.charAt(at + own.length()) == '.');
    }

    private Register register(String key) {
        return registers.computeIfAbsent(
                key, k -> new Register(placement.regions().size()));
    }

    private Seen seen(Clients.Session session, String key) {
        Seen s = seen.computeIfAbsent(session, k -> new TreeMap<>()).computeIfAbsent(key, k -> new Seen());
        if (s.connection != session.connection) {
            s.connection = session.connection;
            s.here = 0;
            s.adopted = 0;
            s.follows = 0;
        }
        return s;
    }

    private Dataset dataset(String key) {
        return placement.datasetOf(key.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Consumer<String> writing(Asked asked) {
        Register register = register(asked.key());
        int here = asked.session().region;
        String primary = placement.group(dataset(asked.key())).primary();
        long value = Asked.number(asked.words().get(2));
        // A write elsewhere that did not wait for the last one is concurrent with it: either may win.
        boolean follows = primary != null
                || register.lastRegion < 0
                || register.lastRegion == here
                || register.seenAt[here] >= register.written
                || (ordersSession(asked) && seen(asked.session(), asked.key()).follows >= register.written);
        register.strange |= value <= register.written || !follows;
        register.lastRegion = here;
        register.written = Math.max(register.written, value);
        register.writtenAt.set(primary == null ? here : placement.regions().indexOf(primary));
        var group = placement.group(dataset(asked.key()));
        String region = placement.regions().get(here);
        boolean goesElsewhere = primary == null && !group.writers().contains(region);
        if (goesElsewhere || !group.members().contains(region)) {
            // Any that may takes the write.
            register.writtenAt.set(0, placement.regions().size());
        }
        int losses = register.losses;
        int connection = asked.session().connection;
        return reply -> {
            if (reply.startsWith("+OK") && losses == register.losses) {
                acknowledged.acknowledged(asked.key(), value, world.nowNs());
                saw(asked, register, connection, value);
            }
            // Whoever it was sent to may take it after another has taken the next one.
            register.strange |= goesElsewhere && reply.startsWith("-UN");
        };
    }

    private void saw(Asked asked, Register register, int connection, long value) {
        int here = asked.session().region;
        register.seenAt[here] = Math.max(register.seenAt[here], value);
        if (connection == asked.session().connection) {
            Seen s = seen(asked.session(), asked.key());
            s.here = Math.max(s.here, value);
        }
    }

    private boolean ordersSession(Asked asked) {
        ReadLevel level = asked.level() == null ? dataset(asked.key()).readLevel() : asked.level();
        return level == ReadLevel.SESSION || level == ReadLevel.CAUSAL;
    }

    /** What a read by this session must show at least. */
    private long floor(Asked asked, Register register) {
        Dataset dataset = dataset(asked.key());
        var group = placement.group(dataset);
        boolean local = group.primary() == null
                && group.writers().contains(placement.regions().get(asked.session().region));
        Seen s = seen(asked.session(), asked.key());
        long least = local ? register.seenAt[asked.session().region] : 0;
        return ordersSession(asked) ? Math.max(least, Math.max(s.here, s.adopted)) : least;
    }

    /** Whether one without a lease may not have heard yet that a person made another primary, and accepted what is lost by that. */
    private boolean mayHaveTwoPrimaries(GroupPolicy group) {
        return group.primary() != null
                && !group.failover().automatic()
                && !group.ackRule().isAppliedOnCommit()
                && hasMoved.test(group);
    }

    private Consumer<String> reading(Asked asked) {
        String key = asked.key();
        Register register = register(key);
        boolean mine = isOf(key, asked.session().client);
        long least = mine ? floor(asked, register) : 0;
        ReadLevel level = asked.level() == null ? dataset(key).readLevel() : asked.level();
        long boundMs = asked.level() == null ? dataset(key).readBoundMs() : asked.boundMs();
        int losses = register.losses;
        int connection = asked.session().connection;
        int toldBefore = told.getOrDefault(asked.session(), 0);
        boolean isReviewed = placement.group(dataset(key)).failover().lateWrites() == FailoverPolicy.LateWrites.REVIEW;
        return reply -> {
            if (toldBefore != told.getOrDefault(asked.session(), 0)) {
                return;
            }
            if (flushed
                    || applied && isReviewed
                    || reply.startsWith("-")
                    || register.strange
                    || losses != register.losses) {
                return;
            }
            long got = Resp.number(reply);
            if (got < least) {
                throw new World.Violation(
                        "C2",
                        "client " + asked.session().client + " in region " + asked.session().region + " read " + got
                                + " in " + key + " after " + least);
            }
            if (mine) {
                saw(asked, register, connection, got);
            }
            if (level == ReadLevel.BOUNDED && !mayHaveTwoPrimaries(placement.group(dataset(key)))) {
                bounded(asked, got, boundMs);
            }
        };
    }

    private void bounded(Asked asked, long got, long boundMs) {
        long least = acknowledged.atLeast(asked.key(), asked.atNs() - boundMs * 1_000_000);
        if (got < least) {
            throw new World.Violation(
                    "S1",
                    "a read bounded by " + boundMs + " ms in region " + asked.session().region + " got " + got + " of "
                            + asked.key() + ", whose client was told " + least + " before that");
        }
        counts.merge("bounded read served", 1L, Long::sum);
    }

    private void exported(Asked asked, String reply) {
        if (reply.startsWith("-")) {
            return;
        }
        registers.forEach((key, register) -> {
            if (isOf(key, asked.session().client)) {
                Seen s = seen(asked.session(), key);
                register.inToken = s.here;
                register.tokenFollows = s.here > 0 && register.lastRegion == asked.session().region
                        ? register.written
                        : Math.max(s.here, s.follows);
            }
        });
    }

    private @Nullable Consumer<String> adopting(Asked asked) {
        String client = asked.session().client;
        Clients all = clients[0];
        if (asked.words().size() != 3
                || all == null
                || !all.gave(client, asked.words().get(2))) {
            return null;
        }
        int connection = asked.session().connection;
        return reply -> {
            if (reply.startsWith(Clients.UNKNOWN)) {
                return;
            }
            // A token is of the configuration under which it was given.
            if (!reply.startsWith("+OK") && counts.containsKey("wrong file")) {
                return;
            }
            if (!reply.startsWith("+OK")) {
                throw new World.Violation(
                        "C3", "region " + asked.session().region + " refuses a token of its own cluster: " + reply);
            }
            counts.merge("token adopted", 1L, Long::sum);
            registers.forEach((key, register) -> {
                if (isOf(key, client) && connection == asked.session().connection) {
                    seen(asked.session(), key).adopted = register.inToken;
                    seen(asked.session(), key).follows = register.tokenFollows;
                }
            });
        };
    }

    @Override
    public void lost(int region) {
        registers.forEach((key, register) -> {
            register.seenAt[region] = 0;
            if (register.writtenAt.get(region)) {
                register.losses++;
                register.inToken = 0;
                register.tokenFollows = 0;
                java.util.Arrays.fill(register.seenAt, 0);
                seen.values().forEach(of -> of.remove(key));
                acknowledged.forget(key);
            }
        });
    }
}
