package dev.meridian.server.link;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one urgency together again: blocks are pieces of their stream. Memory grows with what has arrived,
 * not with what a length promises. Not thread-safe.
 */
final class FrameAssembly {
    static final int LENGTH_BYTES = 4;
    /** A record of the log is at most 64 MiB. */
    static final int FRAME_BYTES_MAX = 80 << 20;

    private byte @Nullable [] partial;
    private int size;

    /** Hands on the whole frames, each with its u32 length, as one array. The content is given away. */
    void take(byte[] content, Consumer<byte[]> frames) {
        int at = 0;
        while (partial != null && at < content.length) {
            at = complete(partial, content, at, frames);
        }
        int end = at;
        while (content.length - end >= LENGTH_BYTES) {
            long next = (long) end + LENGTH_BYTES + frameLength(content, end);
            if (next > content.length) {
                break;
            }
            end = (int) next;
        }
        if (end > at) {
            frames.accept(at == 0 && end == content.length ? content : Arrays.copyOfRange(content, at, end));
        }
        if (end < content.length) {
            size = content.length - end;
            partial = Arrays.copyOfRange(content, end, end + Math.max(64, size));
        }
    }

    /** Adds to the frame that has begun; answers how far the content was used. */
    private int complete(byte[] begun, byte[] content, int at, Consumer<byte[]> frames) {
        int wanted = size < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + frameLength(begun, 0);
        int more = Math.min(wanted - size, content.length - at);
        byte[] room = begun;
        if (room.length < size + more) {
            room = Arrays.copyOf(room, (int) Math.min(wanted, Math.max(size + more, 2L * room.length)));
            partial = room;
        }
        System.arraycopy(content, at, room, size, more);
        size += more;
        if (size >= LENGTH_BYTES && size == LENGTH_BYTES + frameLength(room, 0)) {
            frames.accept(room.length == size ? room : Arrays.copyOf(room, size));
            partial = null;
            size = 0;
        }
        return at + more;
    }

    private static int frameLength(byte[] bytes, int at) {
        int length = bytes[at] & 0xFF
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
        if (length <= 0 || length > FRAME_BYTES_MAX) {
            throw new LinkFaultException(LinkFault.FRAME_LENGTH, "a frame of " + length + " bytes");
        }
        return length;
    }
}
