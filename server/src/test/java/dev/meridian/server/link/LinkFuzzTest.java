package dev.meridian.server.link;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.server.fuzz.Fuzzer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stranger, or a node gone wrong, may send to a link's port (X2, bad input of links). */
class LinkFuzzTest {
    private static final Preface US = Preface.of("us-east-1", "eu-west-1", new byte[16]);
    private static final Preface EU = Preface.of("eu-west-1", "us-east-1", LinkWireTest.nonce(7));
    private static final int STREAM = 0;
    private static final int SEALED = 1;

    /** As {@link LinkConnection} takes bytes: a preface, then blocks of the streams of frames. */
    private static String taken(byte[] bytes) {
        Preface others = Preface.read(bytes, 0, bytes.length);
        if (others == null) {
            return "more";
        }
        int at = others.bytes().length;
        FrameAssembly[] assemblies = new FrameAssembly[Links.URGENCIES];
        int[] frames = new int[1];
        try (LinkWire wire = new LinkWire(EU, others, false)) {
            while (bytes.length - at >= LinkWire.HEADER_BYTES) {
                ByteReader header = new ByteReader().wrap(bytes, at, LinkWire.HEADER_BYTES);
                int length = LinkWire.restLength(header.i32());
                int sum = header.i32();
                at += LinkWire.HEADER_BYTES;
                if (bytes.length - at < length) {
                    break;
                }
                LinkWire.Block block = wire.read(sum, bytes, at, length);
                at += length;
                int urgency = block.urgency();
                if (assemblies[urgency] == null) {
                    assemblies[urgency] = new FrameAssembly();
                }
                assemblies[urgency].take(block.content(), whole -> {
                    ByteReader in = new ByteReader(whole);
                    while (in.remaining() > 0) {
                        in.skip(in.i32());
                        frames[0]++;
                    }
                });
            }
        }
        return frames[0] + " frames";
    }

    /** The blocks of an input with their sums made right, so that what stands behind the sum is tried too. */
    private static byte[] sealed(byte[] blocks) {
        byte[] out = US.bytes();
        long number = 0;
        for (int at = 0; blocks.length - at >= LinkWire.HEADER_BYTES; ) {
            int length = new ByteReader().wrap(blocks, at, 4).i32();
            at += LinkWire.HEADER_BYTES;
            int end = length < 0 || length > blocks.length - at ? blocks.length : at + length;
            out = joined(out, LinkForgery.sealed(US, EU, number++, Arrays.copyOfRange(blocks, at, end)));
            at = end;
        }
        return out;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        byte[] blocks = {};
        try (LinkWire us = new LinkWire(US, EU, true)) {
            for (int length : new int[] {5, 60, 2_000, 30_000}) {
                byte[] frames = new byte[length];
                Arrays.fill(frames, (byte) 'm');
                System.arraycopy(new byte[] {(byte) (length - 4), (byte) (length - 4 >> 8), 0, 0}, 0, frames, 0, 4);
                blocks = joined(blocks, us.block(length % 4, frames, 0, length / 2));
                blocks = joined(blocks, us.block(length % 4, frames, length / 2, length - length / 2));
                samples.add(joined(new byte[] {SEALED}, blocks));
                samples.add(joined(new byte[] {STREAM}, joined(US.bytes(), blocks)));
            }
        }
        samples.add(joined(new byte[] {STREAM}, US.bytes()));
        return samples;
    }

    @Test
    void noBytesOfAStrangerDoMoreThanEndTheirConnection_X2() {
        new Fuzzer("LinkFuzzTest", LinkFaultException.class)
                .samples(samples())
                .words("MERIDIAN", "us-east-1", "eu-west-1")
                .budget(4 << 20, 200, 1 << 14)
                .run(10_000, () -> input -> {
                    byte[] rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
                    return taken(input.length > 0 && input[0] == SEALED ? sealed(rest) : rest);
                });
    }
}
