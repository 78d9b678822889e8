package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;

/** The heads of the frames that carry commands, answers and messages; see {@link Frames}. */
public final class CommandFrames {
    private static final int MULTI = 1;
    private static final int RESP3 = 2;

    private CommandFrames() {}

    public static void forward(ByteWriter out, long request, boolean multi, int protocol, int groupWireId) {
        out.u8(Frames.FORWARD);
        out.i64(request);
        out.u8((multi ? MULTI : 0) | (protocol == 3 ? RESP3 : 0));
        out.i32(groupWireId);
    }

    public static boolean multi(int flags) {
        return (flags & MULTI) != 0;
    }

    public static int protocol(int flags) {
        return (flags & RESP3) != 0 ? 3 : 2;
    }

    public static void answer(ByteWriter out, long request) {
        out.u8(Frames.ANSWER);
        out.i64(request);
    }

    public static void cancel(ByteWriter out, long request) {
        out.u8(Frames.CANCEL);
        out.i64(request);
    }

    public static void publish(ByteWriter out, byte[] channel, byte[] message) {
        out.u8(Frames.PUBLISH);
        out.bytes(channel);
        out.bytes(message);
    }

    public static void vector(ByteWriter out, VersionVector v, Origins origins) {
        VectorCodec.write(v, origins, out);
    }
}
