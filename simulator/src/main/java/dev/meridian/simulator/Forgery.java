package dev.meridian.simulator;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.CommandFrames;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Frames with which a region asks another for what it may not hold: the one that is asked checks, too (R2). */
final class Forgery {
    private static final int SUBSCRIBE = 3;

    private Forgery() {}

    /** A frame by which {@code from} asks {@code to} for restricted data; null where it may have them, or the other has none. */
    static byte @Nullable [] frame(Deployment deployment, String from, String to, SplittableRandom random) {
        DatasetPlan plan = deployment.plan(Watch.MARKED + ":");
        if (!plan.name().equals(Watch.MARKED)
                || plan.members().contains(from)
                || !plan.members().contains(to)) {
            return null;
        }
        int group = deployment.groups().stream()
                .filter(policy -> policy.id().equals(plan.groupId()))
                .mapToInt(GroupPolicy::wireId)
                .findFirst()
                .orElseThrow();
        ByteWriter out = new ByteWriter(128);
        if (random.nextBoolean()) {
            out.u8(SUBSCRIBE);
            out.i32(group);
            out.varint(1);
            out.u8(random.nextInt(2));
            out.varint(1);
            out.text(to);
            out.varint(0);
        } else {
            CommandFrames.forward(out, (1L << 62) + random.nextInt(1_000), 0, 0, Long.MAX_VALUE, false, 2, group);
            out.u8(0);
            out.varint(0);
            out.varint(0);
            out.varint(1);
            out.varint(2);
            out.bytes("GET".getBytes(StandardCharsets.ISO_8859_1));
            out.bytes((Watch.MARKED + ":" + Watch.CANARY + random.nextInt(5)).getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }
}
