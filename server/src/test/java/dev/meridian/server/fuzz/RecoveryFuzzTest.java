package dev.meridian.server.fuzz;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.log.LogFormat;
import dev.meridian.kernel.log.LogScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a kernel is handed back from its disk, past checksums that happen to fit (X2, D3): the meta of a checkpoint, rows, records,
 * and a log's raw bytes.
 */
class RecoveryFuzzTest {
    private static final int META = 0;
    private static final int ROW = 1;
    private static final int RECORD = 2;

    private final KernelPair recorded = Sessions.recorded();

    private static byte[] sample(int kind, byte[] bytes) {
        byte[] sample = new byte[1 + bytes.length];
        sample[0] = (byte) kind;
        System.arraycopy(bytes, 0, sample, 1, bytes.length);
        return sample;
    }

    private static byte[] row(byte[] key, byte[] value) {
        ByteWriter out = new ByteWriter(64);
        out.i32(key.length);
        out.raw(key, 0, key.length);
        out.raw(value, 0, value.length);
        return out.toByteArray();
    }

    private final class Door implements Fuzzer.Door {
        private KernelPair.Host host;

        @Override
        public void prepare(byte[] input) {
            host = new KernelPair(false).us;
            if (input.length > 0 && input[0] != META) {
                host.kernel.recoverMeta(recorded.us.meta);
            }
        }

        @Override
        public String take(byte[] input) {
            int kind = input.length == 0 ? META : input[0] % 3;
            byte[] rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
            switch (kind) {
                case META -> host.kernel.recoverMeta(rest);
                case RECORD -> host.kernel.recoverRecord(rest, 0, rest.length, 0);
                default -> {
                    int length = rest.length < 4 ? 0 : (rest[0] & 0xFF | (rest[1] & 0xFF) << 8);
                    int from = Math.min(4, rest.length);
                    int to = Math.min(rest.length, from + length);
                    host.kernel.recoverRow(
                            Arrays.copyOfRange(rest, from, to), Arrays.copyOfRange(rest, to, rest.length));
                }
            }
            return "kind " + kind;
        }

        /** A refused start goes no further; whatever was taken can be read, merged with and written. */
        @Override
        public void check(boolean refused) {
            if (!refused) {
                host.start(0, 0);
                Sessions.QUESTIONS.forEach(host::ask);
                host.kernel.keyspace().forEach(key -> {
                    if (key.string() != null) {
                        key.string().visible();
                    }
                });
                Sessions.WRITES.forEach(host::ask);
            }
        }
    }

    @Test
    void whatComesBackFromADiskIsRefusedOrCanBeUsed_X2() {
        List<byte[]> samples = new ArrayList<>();
        samples.add(sample(META, recorded.us.meta));
        samples.add(sample(META, recorded.eu.meta));
        recorded.us.rows.values().forEach(row -> samples.add(sample(ROW, row(row[0], row[1]))));
        RecordedLog.records(recorded.us.log.toByteArray()).forEach(record -> samples.add(sample(RECORD, record)));
        new Fuzzer("RecoveryFuzzTest", MalformedBytesException.class)
                .samples(samples)
                .words("us-east-1", "eu-west-1", "crdt:z", "text", "crdt:bits", "crdt:hll", "lives")
                .budget(1 << 20, 400, 1 << 13)
                .run(1_000, Door::new);
    }

    @Test
    void aLogOfAnyBytesIsReadUpToWhereItIsRight_D3() {
        byte[] log = Arrays.copyOf(recorded.us.log.toByteArray(), 4_000);
        new Fuzzer("RecoveryFuzzTest.log", DamagedLog.class)
                .samples(List.of(log))
                .budget(3 << 20, 4, 1 << 14)
                .run(3_000, () -> bytes -> {
                    LogScan scan = new LogScan(new RecordedLog(bytes), 0, 0);
                    int count = 0;
                    long at = 0;
                    while (scan.next()) {
                        int start = scan.payloadOffset() - LogFormat.HEADER_BYTES;
                        int end = scan.payloadOffset() + scan.payloadLength();
                        if (scan.lsn() != at || LogFormat.check(scan.buffer(), start, end, at) <= 0) {
                            throw new AssertionError("no record at " + at);
                        }
                        at = scan.nextLsn();
                        count++;
                    }
                    if (scan.end().lsn() != at || at > bytes.length) {
                        throw new AssertionError("the end is not at " + at);
                    }
                    if (count == 0) {
                        throw new DamagedLog();
                    }
                    return count + " records";
                });
    }

    /** Not one record of the log is right. */
    private static final class DamagedLog extends Exception {}
}
