package dev.meridian.kernel.replication;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;

/** Vectors in frames: varint count, (u64 origin, varint sequence number) each. One that no member can have is refused. */
public final class VectorCodec {
    private VectorCodec() {}

    public static void write(VersionVector v, Origins origins, ByteWriter out) {
        int width = v.width();
        int count = 0;
        for (int o = 0; o < width; o++) {
            count += v.get(o) > 0 ? 1 : 0;
        }
        out.varint(count);
        for (int o = 0; o < width; o++) {
            if (v.get(o) > 0) {
                out.i64(origins.id(o));
                out.varint(v.get(o));
            }
        }
    }

    public static VersionVector read(ByteReader in, Origins origins) {
        VersionVector v = new VersionVector();
        int count = in.count();
        if (count > origins.size()) {
            throw new MalformedBytesException(
                    "a vector of " + count + " origins, " + origins.size() + " were introduced");
        }
        for (int n = count; n > 0; n--) {
            int o = origins.find(in.i64());
            long seq = in.varint();
            if (seq <= 0) {
                throw new MalformedBytesException("sequence number " + seq + " in a vector");
            }
            if (o >= 0) {
                v.set(o, seq);
            }
        }
        return v;
    }
}
