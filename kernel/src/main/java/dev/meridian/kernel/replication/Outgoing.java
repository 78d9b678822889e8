package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Origins;

/** Frames to peers. Every origin that a frame may name is introduced on the link first. Not thread-safe. */
final class Outgoing {
    private final Origins origins;
    private final LinkPort port;
    private final ByteWriter introduction = new ByteWriter(1 << 10);

    Outgoing(Origins origins, LinkPort port) {
        this.origins = origins;
        this.port = port;
    }

    /** Tells the peer of the origins that it has not been told of on this connection. */
    void introduce(Peer p) {
        int from = p.introduced.nextClearBit(0);
        if (from >= origins.size()) {
            return;
        }
        introduction.clear();
        introduction.u8(Frames.ORIGINS);
        introduction.varint(origins.size() - from);
        for (int o = from; o < origins.size(); o++) {
            introduction.i64(origins.id(o));
            introduction.text(origins.region(o));
            p.introduced.set(o);
        }
        send(p, LinkPort.URGENT, "control", introduction);
    }

    void send(Peer p, int urgency, String reason, ByteWriter frame) {
        boolean more = port.send(p.index, urgency, reason, frame.array(), 0, frame.size());
        if (urgency >= LinkPort.RECORDS) {
            p.writable = more;
        }
    }
}
