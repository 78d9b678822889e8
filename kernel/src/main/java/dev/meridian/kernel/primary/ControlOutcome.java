package dev.meridian.kernel.primary;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import org.jspecify.annotations.Nullable;

/** What became of a proposal. */
public sealed interface ControlOutcome {

    /**
     * It is decided, as the entry at this index.
     *
     * @param configuration that is in force since, where the entry changed one
     */
    record Accepted(long cluster, long index, @Nullable Configuration configuration) implements ControlOutcome {}

    /**
     * Something else had been decided before.
     *
     * @param won the configuration that stands; null where it was about something else
     */
    record Conflict(long cluster, String reason, @Nullable Configuration won) implements ControlOutcome {}

    /**
     * It may not be.
     *
     * @param rule that forbids it; those of {@link ControlRules} can be overridden by this name
     * @param mend what to do instead
     */
    record Refused(long cluster, String rule, String reason, String mend) implements ControlOutcome {}

    /** Nobody told in time: it may be decided, or be decided yet. Proposing the same operation again finds out. */
    record Unknown(String reason) implements ControlOutcome {}

    /** The bytes of an outcome that the state machine gave. */
    static byte[] write(ControlOutcome outcome) {
        ByteWriter out = new ByteWriter(128);
        switch (outcome) {
            case Accepted(long cluster, long index, Configuration configuration) -> {
                out.u8(1);
                out.i64(cluster);
                out.varint(index);
                configuration(configuration, out);
            }
            case Conflict(long cluster, String reason, Configuration won) -> {
                out.u8(2);
                out.i64(cluster);
                out.text(reason);
                configuration(won, out);
            }
            case Refused(long cluster, String rule, String reason, String mend) -> {
                out.u8(3);
                out.i64(cluster);
                out.text(rule);
                out.text(reason);
                out.text(mend);
            }
            case Unknown unknown -> throw new IllegalArgumentException("nobody decides " + unknown);
        }
        return out.toByteArray();
    }

    /** Reads what {@link #write} wrote. */
    static ControlOutcome read(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int kind = in.u8();
        long cluster = in.i64();
        ControlOutcome outcome = switch (kind) {
            case 1 -> new Accepted(cluster, in.varint(), configuration(in));
            case 2 -> new Conflict(cluster, in.text(), configuration(in));
            case 3 -> new Refused(cluster, in.text(), in.text(), in.text());
            default -> throw new MalformedBytesException("outcome of kind " + kind);
        };
        ControlCodec.end(in);
        return outcome;
    }

    private static void configuration(@Nullable Configuration configuration, ByteWriter out) {
        out.u8(configuration == null ? 0 : 1);
        if (configuration != null) {
            ControlCodec.configuration(configuration, out);
        }
    }

    private static @Nullable Configuration configuration(ByteReader in) {
        return ControlCodec.flag(in) ? ControlCodec.configuration(in) : null;
    }
}
