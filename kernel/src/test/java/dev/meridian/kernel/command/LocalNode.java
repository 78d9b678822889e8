package dev.meridian.kernel.command;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Keyspace;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LogIndex;
import dev.meridian.kernel.replication.MutationLog;
import dev.meridian.kernel.replication.MutationReader;
import dev.meridian.kernel.replication.MutationWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * Commands on the real rows of one region, without links, disk or sockets: runs a command, answers its RESP bytes
 * as text, and can deliver its mutations to another such region in any causal order.
 */
public final class LocalNode {
    public final Keyspace keyspace;
    public final Execution execution;
    public final Origins origins = new Origins();
    public final Group[] groups;
    public final List<byte[]> records = new ArrayList<>();
    public final List<String> events = new ArrayList<>();
    public final Client client = new Client(1, "127.0.0.1:1", "127.0.0.1:2");
    public long nowMs = 1_000_000_000_000L;
    public boolean blocked;

    private final Hlc hlc = new Hlc(500);
    private final MutationLog log = new MutationLog(1 << 20);
    private final MutationWriter mutation;
    private final MutationReader reader;
    private final Map<String, Command> commands = new HashMap<>();

    /** Two regions a and b share all datasets: "crdt" resolves as its name says, the default by last write. */
    @SafeVarargs
    public LocalNode(String region, int originId, java.util.function.Consumer<BiConsumer<String, Command>>... binders) {
        List<String> regions = List.of("a", "b", "c");
        GroupPolicy policy = new GroupPolicy("g", regions, null, 0, GroupPolicy.LagAction.WARN);
        Placement placement = new Placement(
                region,
                regions,
                List.of(policy),
                List.of(
                        dataset(Placement.DEFAULT, 0, Resolution.LAST_WRITE_WINS),
                        dataset("crdt", 1, Resolution.CRDT),
                        dataset("manual", 2, Resolution.MANUAL)));
        for (int i = 1; i <= 3; i++) {
            origins.add(i, regions.get(i - 1));
        }
        keyspace = new Keyspace(origins, 1, List.of());
        groups = new Group[] {new Group(0, policy, region)};
        groups[0].self(origins.find(originId));
        mutation = new MutationWriter(keyspace, hlc, log, groups, new LogIndex(1));
        reader = new MutationReader(placement, keyspace, groups);
        execution = new Execution(keyspace, mutation, placement, new SplittableRandom(originId), new Execution.Host() {
            @Override
            public void block(Client c, Args args, List<byte[]> keys, long timeoutMs) {
                blocked = true;
            }

            @Override
            public void keyspaceEvent(char eventClass, String event, byte[] key) {
                events.add(eventClass + " " + event + " " + new String(key, StandardCharsets.ISO_8859_1));
            }
        });
        for (var binder : binders) {
            binder.accept((name, command) -> commands.put(name.toUpperCase(Locale.ROOT), command));
        }
    }

    private static Dataset dataset(String name, int index, Resolution resolution) {
        return new Dataset(
                name,
                index,
                0,
                resolution,
                true,
                Dataset.RemoteAccess.NONE,
                false,
                Dataset.ReadLevel.EVENTUAL,
                0,
                List.of("a", "b", "c"));
    }

    /** Runs one command as text and answers the reply's RESP bytes, a char for each byte. */
    public String run(String... words) {
        return run(args(words));
    }

    /** A command with a byte for each char. */
    static Args args(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        return Args.of(bytes);
    }

    public String run(Args args) {
        Command command = commands.get(args.text(0).toUpperCase(Locale.ROOT));
        if (command == null && args.count() > 1) {
            command = commands.get((args.text(0) + "|" + args.text(1)).toUpperCase(Locale.ROOT));
        }
        if (command == null) {
            throw new IllegalArgumentException("no command " + args.text(0));
        }
        mutation.turn(nowMs);
        execution.begin(client, args, hlc.nowMs(nowMs), false, false);
        blocked = false;
        command.run(execution);
        mutation.commit();
        log.drain((lsn, array, offset, length) -> {
            for (int at = offset; at < offset + length; ) {
                int payload = LogFormat.payloadLength(array, at);
                byte[] record = new byte[payload];
                System.arraycopy(array, at + LogFormat.HEADER_BYTES, record, 0, payload);
                records.add(record);
                at += LogFormat.HEADER_BYTES + payload;
            }
        });
        ReplyWriter out = client.out;
        String reply = new String(out.buffer(), out.readIndex(), out.size(), StandardCharsets.ISO_8859_1);
        out.clear();
        return reply;
    }

    /** Offers one record of another region; false when its turn has not come. */
    public boolean receive(byte[] record) {
        MutationReader.Verdict verdict = reader.read(record, 0, record.length);
        if (verdict == MutationReader.Verdict.READY) {
            hlc.adopt(reader.hlc());
            reader.apply();
            hlc.adopt(reader.lastHlc());
            records.add(record);
        }
        return verdict == MutationReader.Verdict.READY || verdict == MutationReader.Verdict.KNOWN;
    }

    /** Exchanges everything between two regions, both ways. */
    public static void sync(LocalNode a, LocalNode b) {
        List<byte[]> fromA = List.copyOf(a.records);
        List<byte[]> fromB = List.copyOf(b.records);
        fromA.forEach(b::receive);
        fromB.forEach(a::receive);
    }

    /** The canonical state of all keys. */
    public byte[] canonical() {
        ByteWriter out = new ByteWriter(1024);
        dev.meridian.kernel.data.CanonicalState.write(keyspace, nowMs, out);
        return out.toByteArray();
    }
}
