package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;

/** The heads of the frames that carry commands, answers and messages; see {@link Frames}. */
public final class CommandFrames {
    private static final int MULTI = 1;
    private static final int RESP3 = 2;

    private CommandFrames() {}

    /**
     * @param echoNs what its receiver's clock showed in its last frame, and how long ago that came: so it can tell how old the frame is at most
     * @param patienceNs for how long the answer is waited for; {@link Long#MAX_VALUE} for ever
     */
    public static void forward(
            ByteWriter out,
            long request,
            long echoNs,
            long echoAgeNs,
            long patienceNs,
            boolean multi,
            int protocol,
            int groupWireId) {
        out.u8(Frames.FORWARD);
        out.i64(request);
        out.i64(echoNs);
        out.i64(echoAgeNs);
        out.i64(patienceNs);
        out.u8((multi ? MULTI : 0) | (protocol == 3 ? RESP3 : 0));
        out.i32(groupWireId);
    }

    /**
     * Reads what a frame of a command says of its age, and answers whether nobody may wait for it any more. It is rather taken for too old, by the
     * way of the echo, than carried out when its client has been told that it may not have been: the client may have sent another.
     */
    public static boolean isOverdue(ByteReader in, Peer from, long nowNs) {
        long echoNs = in.i64();
        long echoAgeNs = in.i64();
        long patienceNs = in.i64();
        // On a link that has just come up it was sent after this node's first frame.
        return nowNs - (echoNs == 0 ? from.upNs : echoNs + echoAgeNs) > patienceNs;
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
