package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import java.util.function.IntPredicate;

/** Of which groups a frame asks for data, or brings some, for who must know before it is taken. */
public final class FrameGroups {
    private FrameGroups() {}

    /**
     * Whether the test holds for one of them, by {@link Group#wireId}. Commands that are forwarded, and their answers, are
     * not judged: a region may ask for what it does not hold.
     *
     * @throws dev.meridian.kernel.bytes.MalformedBytesException if the frame is too short
     */
    public static boolean anyOf(byte[] frame, int offset, int length, IntPredicate test) {
        ByteReader in = new ByteReader().wrap(frame, offset, length);
        return switch (in.u8()) {
            case Frames.SUBSCRIBE, Frames.SNAPSHOT_BEGIN, Frames.SNAPSHOT_ROWS, Frames.SNAPSHOT_END ->
                test.test(in.i32());
            case Frames.RECORDS -> {
                boolean any = false;
                while (!any && in.remaining() > 0) {
                    int size = in.i32();
                    ByteReader record = new ByteReader().wrap(frame, in.skip(size), size);
                    any = record.u8() == MutationCodec.MUTATION && test.test(record.i32());
                }
                yield any;
            }
            default -> false;
        };
    }
}
