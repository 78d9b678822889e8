package dev.meridian.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Blocks, prefaces and frames as bytes; every damage is told apart (reliability of links: rows 3, 4 and 10 of bad input). */
class LinkWireTest {
    private static final Preface US = Preface.of("us-east-1", "eu-west-1", new byte[16]);
    private static final Preface EU = Preface.of("eu-west-1", "us-east-1", nonce(7));

    static byte[] nonce(int value) {
        byte[] nonce = new byte[16];
        Arrays.fill(nonce, (byte) value);
        return nonce;
    }

    static LinkWire wire(boolean dialler) {
        return dialler ? new LinkWire(US, EU, true) : new LinkWire(EU, US, false);
    }

    private static LinkWire.Block read(LinkWire wire, byte[] block) {
        ByteReader header = new ByteReader(block);
        int length = LinkWire.restLength(header.i32());
        return wire.read(header.i32(), block, LinkWire.HEADER_BYTES, length);
    }

    private static void refuses(LinkWire wire, byte[] block, LinkFault fault) {
        assertThatThrownBy(() -> read(wire, block))
                .isInstanceOfSatisfying(
                        LinkFaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    private static byte[] text(int length) {
        return "mutation ".repeat(length / 9 + 1).substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void whatOneSidePacksTheOtherUnpacks() {
        try (LinkWire us = wire(true);
                LinkWire eu = wire(false)) {
            for (int length : new int[] {1, 63, 64, 5_000, LinkWire.CONTENT_BYTES_MAX}) {
                byte[] random = new byte[length];
                new SplittableRandom(length).nextBytes(random);
                for (byte[] content : List.of(text(length), random, new byte[length])) {
                    LinkWire.Block there = read(eu, us.block(2, content, 0, length));
                    assertThat(there.content()).isEqualTo(content);
                    assertThat(there.urgency()).isEqualTo(2);
                    assertThat(read(us, eu.block(0, content, 0, length)).content())
                            .isEqualTo(content);
                }
            }
        }
    }

    @Test
    void everyFlippedBitOfABlockIsNoticed() {
        byte[] content = text(200);
        for (int bit = 32; ; bit++) {
            try (LinkWire us = wire(true);
                    LinkWire eu = wire(false)) {
                byte[] block = us.block(2, content, 0, content.length);
                if (bit == block.length * 8) {
                    return;
                }
                block[bit / 8] ^= (byte) (1 << bit % 8);
                refuses(eu, block, LinkFault.CHECKSUM);
            }
        }
    }

    @Test
    void aBlockCountsOnceInItsPlaceAndOnItsOwnConnection() {
        try (LinkWire us = wire(true);
                LinkWire eu = wire(false);
                LinkWire later = new LinkWire(Preface.of("eu-west-1", "us-east-1", nonce(8)), US, false)) {
            byte[] first = us.block(2, text(100), 0, 100);
            byte[] second = us.block(2, text(100), 0, 100);
            read(eu, first);
            refuses(eu, first, LinkFault.CHECKSUM);
            // A recording of the same dialler, played to a listener with another nonce.
            refuses(later, first, LinkFault.CHECKSUM);
            // And sent back to where it came from.
            refuses(us, second, LinkFault.CHECKSUM);
        }
    }

    @Test
    void lengthsThatNoBlockHasAreRefusedBeforeRoomIsMade() {
        for (int length :
                new int[] {0, 4, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, LinkWire.CONTENT_BYTES_MAX + 1_030}) {
            assertThatThrownBy(() -> LinkWire.restLength(length))
                    .isInstanceOfSatisfying(
                            LinkFaultException.class, e -> assertThat(e.fault()).isEqualTo(LinkFault.BLOCK_LENGTH));
        }
    }

    /** A block made by hand with the right sum: what the sum cannot catch. */
    private static byte[] forged(int kind, int size, byte[] content) {
        ByteWriter rest = new ByteWriter(64);
        rest.u8(kind);
        rest.i32(size);
        rest.raw(content, 0, content.length);
        return LinkForgery.sealed(US, EU, 0, rest.toByteArray());
    }

    @Test
    void aBlockThatIsNotWhatItSaysIsRefused() {
        byte[] bomb;
        try (var compress = new com.github.luben.zstd.ZstdCompressCtx()) {
            byte[] zeros = new byte[64 << 20];
            byte[] out = new byte[1 << 20];
            bomb = Arrays.copyOf(out, compress.compressByteArray(out, 0, out.length, zeros, 0, zeros.length));
            assertThat(bomb.length).isLessThan(LinkWire.CONTENT_BYTES_MAX);
        }
        refusesForged(forged(2, LinkWire.CONTENT_BYTES_MAX, bomb), LinkFault.EXPANSION);
        refusesForged(forged(2, Integer.MAX_VALUE, bomb), LinkFault.EXPANSION);
        refusesForged(forged(2, -1, bomb), LinkFault.EXPANSION);
        refusesForged(forged(2, 100, text(30)), LinkFault.EXPANSION);
        refusesForged(forged(2, 30, new byte[0]), LinkFault.EXPANSION);
        refusesForged(forged(2, 0, new byte[0]), LinkFault.EXPANSION);
        refusesForged(forged(4, 30, text(30)), LinkFault.BLOCK_KIND);
        refusesForged(forged(255, 30, text(30)), LinkFault.BLOCK_KIND);
    }

    @Test
    void aStreamThatWantsMoreMemoryThanItsWindowIsRefused() {
        try (var compress = new com.github.luben.zstd.ZstdCompressCtx()) {
            compress.setWindowLog(26).setContentSize(false);
            byte[] out = new byte[64 << 10];
            int size = compress.compressByteArray(out, 0, out.length, new byte[4 << 20], 0, 4 << 20);
            refusesForged(forged(2, 1_000, Arrays.copyOf(out, size)), LinkFault.EXPANSION);
        }
    }

    private static void refusesForged(byte[] block, LinkFault fault) {
        try (LinkWire eu = wire(false)) {
            refuses(eu, block, fault);
        }
    }

    @Test
    void aPrefaceIsReadOnlyWholeAndOnlyUndamaged() {
        byte[] bytes = US.bytes();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(Preface.read(bytes, 0, length)).isNull();
        }
        Preface read = Preface.read(bytes, 0, bytes.length);
        assertThat(read).isNotNull();
        assertThat(read.speaker()).isEqualTo("us-east-1");
        assertThat(read.meant()).isEqualTo("eu-west-1");
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            int at = bit;
            assertThat(refusedOrUnfinished(damaged)).as("bit %d", at).isTrue();
        }
    }

    private static boolean refusedOrUnfinished(byte[] bytes) {
        try {
            return Preface.read(bytes, 0, bytes.length) == null;
        } catch (LinkFaultException e) {
            return true;
        }
    }

    @Test
    void framesComeOutWholeHoweverTheirStreamIsCut() {
        SplittableRandom random = new SplittableRandom(5);
        ByteWriter stream = new ByteWriter(1 << 10);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] frame = new byte[i % 50 == 49 ? 300_000 : random.nextInt(1, 200)];
            random.nextBytes(frame);
            sent.add(frame);
            stream.i32(frame.length);
            stream.raw(frame, 0, frame.length);
        }
        byte[] bytes = stream.toByteArray();
        for (int piece : new int[] {1, 3, 4, 7, 100, 4_096, LinkWire.CONTENT_BYTES_MAX, bytes.length}) {
            List<byte[]> received = new ArrayList<>();
            FrameAssembly assembly = new FrameAssembly();
            for (int at = 0; at < bytes.length; at += piece) {
                assembly.take(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)), frames -> {
                    ByteReader in = new ByteReader(frames);
                    while (in.remaining() > 0) {
                        int length = in.i32();
                        int from = in.skip(length);
                        received.add(Arrays.copyOfRange(frames, from, from + length));
                    }
                });
            }
            assertThat(received).as("pieces of %d", piece).hasSize(sent.size());
            for (int i = 0; i < sent.size(); i++) {
                assertThat(received.get(i)).isEqualTo(sent.get(i));
            }
        }
    }

    @Test
    void framesOfImpossibleLengthAreRefusedBeforeRoomIsMade() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, FrameAssembly.FRAME_BYTES_MAX + 1}) {
            ByteWriter stream = new ByteWriter(16);
            stream.i32(length);
            stream.i32(0);
            for (int piece : new int[] {8, 3}) {
                assertThatThrownBy(() -> {
                            FrameAssembly assembly = new FrameAssembly();
                            byte[] bytes = stream.toByteArray();
                            for (int at = 0; at < bytes.length; at += piece) {
                                assembly.take(
                                        Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)), f -> {});
                            }
                        })
                        .isInstanceOfSatisfying(
                                LinkFaultException.class,
                                e -> assertThat(e.fault()).isEqualTo(LinkFault.FRAME_LENGTH));
            }
        }
    }
}
