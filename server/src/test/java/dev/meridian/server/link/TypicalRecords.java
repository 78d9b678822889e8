package dev.meridian.server.link;

import dev.meridian.kernel.Effects;
import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.KernelOptions;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.data.Resolution;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.placement.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Frames of records as a kernel makes them of commands that a web shop, or some other service, would send. */
final class TypicalRecords implements Effects {
    /** What two services that know nothing of each other call their things. */
    enum Service {
        SHOP(
                "carts",
                "sessions",
                "customer",
                "product",
                "price",
                "quantity",
                "{\"sku\":\"%s\",\"qty\":%d,\"note\":\"\"}"),
        FLEET(
                "trucks",
                "trips",
                "driver",
                "cargo",
                "fuel",
                "odometer",
                "{\"plate\":\"%s\",\"km\":%d,\"state\":\"ok\"}");

        private final String[] words;

        Service(String... words) {
            this.words = words;
        }
    }

    private final List<byte[]> records = new ArrayList<>();
    private final Kernel kernel;
    private long nowMs = 1_790_000_000_000L;

    private TypicalRecords(long origin) {
        List<String> regions = List.of("us-east-1", "eu-west-1");
        Placement placement = new Placement(
                "us-east-1",
                regions,
                List.of(new GroupPolicy("g" + origin, regions, null, 0, GroupPolicy.LagAction.WARN)),
                List.of(new Dataset(
                        Placement.DEFAULT,
                        0,
                        0,
                        Resolution.CRDT,
                        true,
                        Dataset.RemoteAccess.NONE,
                        false,
                        Dataset.ReadLevel.EVENTUAL,
                        0,
                        regions)));
        kernel = new Kernel(KernelOptions.of(placement, origin, origin, 1), this);
        kernel.recovered(0, 0);
    }

    /** Payloads of records, the first half of a run like its second. */
    static List<byte[]> of(Service service, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        TypicalRecords typical = new TypicalRecords(random.nextLong());
        Client client = new Client(1, "127.0.0.1:1", "127.0.0.1:2");
        typical.kernel.turnBegins(typical.nowMs, 1);
        typical.kernel.connected(client);
        typical.kernel.turnEnds();
        typical.records.clear();
        while (typical.records.size() < count) {
            typical.nowMs += random.nextInt(1, 40);
            typical.kernel.turnBegins(typical.nowMs, typical.nowMs * 1_000_000);
            typical.kernel.command(client, command(service.words, random));
            typical.kernel.turnEnds();
            client.out.clear();
        }
        return typical.records;
    }

    private static Args command(String[] w, SplittableRandom random) {
        int id = random.nextInt(100_000);
        String token = HexFormat.of().toHexDigits(random.nextLong());
        String document = String.format(java.util.Locale.ROOT, w[6], token, random.nextInt(1000));
        return switch (random.nextInt(8)) {
            case 0, 1 -> Args.of("SET", w[1] + ":" + token, document);
            case 2 -> Args.of("INCR", w[5] + ":" + id);
            case 3 -> Args.of("HSET", w[2] + ":" + id, w[3], token, w[4], "" + random.nextInt(10_000));
            case 4 -> Args.of("SADD", w[0] + ":" + id, w[3] + random.nextInt(5_000));
            case 5 -> Args.of("ZADD", "top:" + w[3], "" + random.nextInt(100), w[2] + ":" + id);
            case 6 -> Args.of("RPUSH", "log:" + w[0] + ":" + id, document);
            default -> Args.of("SET", w[2] + ":" + id, document, "EX", "3600");
        };
    }

    /** One turn's frame of some records, with its length, as a connection gets it. */
    static byte[] frame(List<byte[]> payloads) {
        ByteWriter out = new ByteWriter(1 << 12);
        out.i32(0);
        out.u8(4);
        for (byte[] payload : payloads) {
            out.i32(payload.length);
            out.raw(payload, 0, payload.length);
        }
        out.i32At(0, out.size() - 4);
        return out.toByteArray();
    }

    @Override
    public void append(long lsn, byte[] bytes, int offset, int length) {
        for (int at = offset; at < offset + length; ) {
            int size = LogFormat.payloadLength(bytes, at);
            int payload = at + LogFormat.HEADER_BYTES;
            records.add(Arrays.copyOfRange(bytes, payload, payload + size));
            at = payload + size;
        }
    }

    @Override
    public boolean send(int peer, int urgency, String reason, byte[] frame, int offset, int length) {
        return true;
    }

    @Override
    public void syncSoon() {}

    @Override
    public void event(String name, java.util.SequencedMap<String, String> details) {}

    @Override
    public void checkpoint(byte[] rows, int length, byte[] meta, long lsn, boolean toRest) {}

    @Override
    public void trimLog(long lsn) {}

    @Override
    public void readLog(long ticket, long lsn, int bytesMax) {}

    @Override
    public void propose(long ticket, byte[] entry) {}

    @Override
    public void flush(Client client) {}

    @Override
    public void resume(Client client) {}

    @Override
    public void close(Client client) {}

    @Override
    public void alarm(String code, String text) {}

    @Override
    public void defect(String where, RuntimeException cause) {
        throw cause;
    }
}
