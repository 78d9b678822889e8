package dev.meridian.kernel.command;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.CommandFrames;
import dev.meridian.kernel.replication.LinkPort;
import dev.meridian.kernel.replication.Peer;
import dev.meridian.kernel.replication.Replicator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Messages to subscribers. A message reaches those of this region at once and those of other regions by the links,
 * at most once each, without any promise when a link is down. A channel named with a dataset's prefix goes only to where the
 * dataset may be. Keyspace events are those of this region. Not thread-safe.
 */
public final class PubSub {
    /** What A stands for. */
    private static final String ALL_EVENTS = "g$lshzxetd";

    private final Placement placement;
    private final Replicator replicator;
    private final Effects effects;
    private final Map<String, Set<Client>> channels = new LinkedHashMap<>();
    private final Map<String, Set<Client>> patterns = new LinkedHashMap<>();
    private final Map<String, Set<Client>> shardChannels = new LinkedHashMap<>();
    private final ByteWriter frame = new ByteWriter(256);
    private String events = "";
    private boolean allEvents;

    public PubSub(Placement placement, Replicator replicator, Effects effects) {
        this.placement = placement;
        this.replicator = replicator;
        this.effects = effects;
    }

    public void bind(BiConsumer<String, Command> table) {
        table.accept("SUBSCRIBE", x -> subscribe(x, channels, x.client().channels, "subscribe"));
        table.accept("PSUBSCRIBE", x -> subscribe(x, patterns, x.client().patterns, "psubscribe"));
        table.accept("SSUBSCRIBE", x -> subscribe(x, shardChannels, x.client().shardChannels, "ssubscribe"));
        table.accept("UNSUBSCRIBE", x -> unsubscribe(x, channels, x.client().channels, "unsubscribe"));
        table.accept("PUNSUBSCRIBE", x -> unsubscribe(x, patterns, x.client().patterns, "punsubscribe"));
        table.accept("SUNSUBSCRIBE", x -> unsubscribe(x, shardChannels, x.client().shardChannels, "sunsubscribe"));
        table.accept("PUBLISH", x -> publish(x, false));
        table.accept("SPUBLISH", x -> publish(x, true));
        table.accept("PUBSUB|CHANNELS", x -> listChannels(x, channels));
        table.accept("PUBSUB|SHARDCHANNELS", x -> listChannels(x, shardChannels));
        table.accept("PUBSUB|NUMSUB", x -> countSubscribers(x, channels));
        table.accept("PUBSUB|SHARDNUMSUB", x -> countSubscribers(x, shardChannels));
        table.accept("PUBSUB|NUMPAT", x -> x.reply().integer(patterns.size()));
    }

    /** The commands of a RESP2 connection that listens. */
    static boolean allowedWhileSubscribed(CommandSpec spec) {
        return switch (spec.name()) {
            case "subscribe",
                    "unsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "ssubscribe",
                    "sunsubscribe",
                    "ping",
                    "quit",
                    "reset" -> true;
            default -> false;
        };
    }

    /** As CONFIG notify-keyspace-events has it. */
    public String events() {
        return events;
    }

    /** Whether every letter is one of Redis'. */
    static boolean knownEvents(String flags) {
        for (int i = 0; i < flags.length(); i++) {
            if ("KEAg$lshzxetdmn".indexOf(flags.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Switches keyspace events, by letters that {@link #knownEvents} knows; kept in the order in which Redis says them. */
    void events(String flags) {
        StringBuilder ordered = new StringBuilder();
        boolean all = flags.indexOf('A') >= 0 || ALL_EVENTS.chars().allMatch(c -> flags.indexOf(c) >= 0);
        String order = all ? "AKEm" : ALL_EVENTS + "nKEm";
        for (int i = 0; i < order.length(); i++) {
            char letter = order.charAt(i);
            if (letter == 'A' || flags.indexOf(letter) >= 0) {
                ordered.append(letter);
            }
        }
        events = ordered.toString();
        allEvents = all;
    }

    /** Channels with listeners. */
    int channelCount() {
        return channels.size();
    }

    /** Patterns with listeners. */
    int patternCount() {
        return patterns.size();
    }

    void keyspaceEvent(char eventClass, String event, byte[] key) {
        if (events.isEmpty() || !allEvents && events.indexOf(eventClass) < 0) {
            return;
        }
        String name = latin1(key);
        if (events.indexOf('K') >= 0) {
            deliver(channels, "__keyspace@0__:" + name, event.getBytes(StandardCharsets.ISO_8859_1), true);
        }
        if (events.indexOf('E') >= 0) {
            deliver(channels, "__keyevent@0__:" + event, key, true);
        }
    }

    private void subscribe(Execution x, Map<String, Set<Client>> index, Set<String> own, String kind) {
        Client client = x.client();
        if (client.forwarded != null || x.inMulti() && client.out.protocol() == 2) {
            x.reply().error("ERR " + kind.toUpperCase(java.util.Locale.ROOT) + " isn't allowed here");
            return;
        }
        for (int i = 1; i < x.args().count(); i++) {
            String channel = x.args().latin1(i);
            if (own.add(channel)) {
                index.computeIfAbsent(channel, c -> new LinkedHashSet<>()).add(client);
            }
            confirm(client, kind, x.args().copy(i));
        }
    }

    private void unsubscribe(Execution x, Map<String, Set<Client>> index, Set<String> own, String kind) {
        Client client = x.client();
        List<String> leaving = new ArrayList<>();
        if (x.args().count() == 1) {
            leaving.addAll(own);
        }
        for (int i = 1; i < x.args().count(); i++) {
            leaving.add(x.args().latin1(i));
        }
        for (String channel : leaving) {
            own.remove(channel);
            leave(index, channel, client);
            confirm(client, kind, bytes(channel));
        }
        if (leaving.isEmpty()) {
            client.out.push(3);
            client.out.bulk(kind);
            client.out.nil();
            client.out.integer(client.subscriptions());
        }
    }

    private static void confirm(Client client, String kind, byte[] channel) {
        client.out.push(3);
        client.out.bulk(kind);
        client.out.bulk(channel);
        client.out.integer(
                kind.startsWith("s") && !kind.startsWith("su") || kind.startsWith("sun")
                        ? client.shardChannels.size()
                        : client.channels.size() + client.patterns.size());
    }

    private static void leave(Map<String, Set<Client>> index, String channel, Client client) {
        Set<Client> subscribers = index.get(channel);
        if (subscribers != null) {
            subscribers.remove(client);
            if (subscribers.isEmpty()) {
                index.remove(channel);
            }
        }
    }

    public void forget(Client client) {
        client.channels.forEach(c -> leave(channels, c, client));
        client.patterns.forEach(c -> leave(patterns, c, client));
        client.shardChannels.forEach(c -> leave(shardChannels, c, client));
        client.channels.clear();
        client.patterns.clear();
        client.shardChannels.clear();
    }

    private void publish(Execution x, boolean shard) {
        byte[] channel = x.args().copy(1);
        byte[] message = x.args().copy(2);
        int receivers = deliver(shard ? shardChannels : channels, latin1(channel), message, !shard);
        if (!shard) {
            Dataset dataset = placement.datasetOf(channel);
            List<String> allowed =
                    dataset.restricted() ? placement.group(dataset).members() : placement.regions();
            frame.clear();
            CommandFrames.publish(frame, channel, message);
            for (Peer p : replicator.peers()) {
                if (replicator.hears(p) && allowed.contains(p.region())) {
                    replicator.send(p, LinkPort.INTERACTIVE, "publish", frame);
                }
            }
        }
        x.reply().integer(receivers);
    }

    /** A message from another region. */
    public void published(ByteReader in) {
        byte[] channel = in.bytes();
        byte[] message = in.bytes();
        Dataset dataset = placement.datasetOf(channel);
        if (!dataset.restricted() || placement.holds(dataset)) {
            deliver(channels, latin1(channel), message, true);
        }
    }

    private int deliver(Map<String, Set<Client>> index, String channel, byte[] message, boolean toPatterns) {
        int receivers = 0;
        byte[] name = bytes(channel);
        for (Client client : subscribers(index, channel)) {
            client.out.push(3);
            client.out.bulk(index == shardChannels ? "smessage" : "message");
            client.out.bulk(name);
            client.out.bulk(message);
            effects.flush(client);
            receivers++;
        }
        if (toPatterns) {
            for (Map.Entry<String, Set<Client>> entry : patterns.entrySet()) {
                byte[] pattern = bytes(entry.getKey());
                if (Glob.matches(pattern, name)) {
                    for (Client client : entry.getValue()) {
                        client.out.push(4);
                        client.out.bulk("pmessage");
                        client.out.bulk(pattern);
                        client.out.bulk(name);
                        client.out.bulk(message);
                        effects.flush(client);
                        receivers++;
                    }
                }
            }
        }
        return receivers;
    }

    private static List<Client> subscribers(Map<String, Set<Client>> index, String channel) {
        Set<Client> subscribers = index.get(channel);
        return subscribers == null ? List.of() : List.copyOf(subscribers);
    }

    private static void listChannels(Execution x, Map<String, Set<Client>> index) {
        if (x.args().count() > 3) {
            Operands.subcommandSyntax(x);
            return;
        }
        Set<String> found = new TreeSet<>();
        byte[] pattern = x.args().count() > 2 ? x.args().copy(2) : null;
        for (String channel : index.keySet()) {
            if (pattern == null || Glob.matches(pattern, bytes(channel))) {
                found.add(channel);
            }
        }
        x.reply().array(found.size());
        found.forEach(channel -> x.reply().bulk(bytes(channel)));
    }

    private static void countSubscribers(Execution x, Map<String, Set<Client>> index) {
        x.reply().array(2L * (x.args().count() - 2));
        for (int i = 2; i < x.args().count(); i++) {
            x.reply().bulk(x.args(), i);
            Set<Client> subscribers = index.get(x.args().latin1(i));
            x.reply().integer(subscribers == null ? 0 : subscribers.size());
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
