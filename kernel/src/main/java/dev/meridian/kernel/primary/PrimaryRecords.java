package dev.meridian.kernel.primary;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.placement.Placement;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.MutationLog;

/**
 * What a node keeps in its log of groups with a primary, beside mutations: kind 3, u32 group, varint epoch: it has promised to accept
 * nothing earlier; kind 4, a configuration that it has heard of.
 */
public final class PrimaryRecords {
    private static final int SEAL = 3;
    private static final int CONFIGURATION = 4;

    private PrimaryRecords() {}

    /** Appends a promise; answers where it ends. */
    static long seal(MutationLog log, int group, long epoch) {
        ByteWriter out = log.open();
        out.u8(SEAL);
        out.i32(group);
        out.varint(epoch);
        log.close();
        return log.end();
    }

    static void configuration(MutationLog log, Configuration configuration) {
        ByteWriter out = log.open();
        out.u8(CONFIGURATION);
        ControlCodec.configuration(configuration, out);
        log.close();
    }

    /** On recovery: whether the record is one of these, and then what it tells is known again. */
    public static boolean recover(
            byte[] bytes, int offset, int length, Placement placement, Group[] groups, Control control) {
        int kind = length == 0 ? 0 : bytes[offset];
        if (kind != SEAL && kind != CONFIGURATION) {
            return false;
        }
        ByteReader in = new ByteReader().wrap(bytes, offset + 1, length - 1);
        if (kind == CONFIGURATION) {
            control.learn(ControlCodec.configuration(in));
            return true;
        }
        int g = placement.groupOf(in.i32());
        if (g >= 0) {
            groups[g].sealed(in.varint());
        }
        return true;
    }
}
