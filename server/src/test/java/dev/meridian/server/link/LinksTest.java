package dev.meridian.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Links over real sockets on loopback, and everything that may come to their port (bad input of links, rows 2 to 4 and 10). */
class LinksTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final int US = 0;
    private static final int EU = 1;
    private static final int AP = 2;
    private static final int RECORD_BYTES = 64 << 10;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    /** A node's links with a kernel that only notes what it is told. */
    private final class End implements Links.Receiver {
        final ExecutorService kernel = Executors.newSingleThreadExecutor();
        final List<byte[]> frames = Collections.synchronizedList(new ArrayList<>());
        final List<String> happened = Collections.synchronizedList(new ArrayList<>());
        final Links links;
        final InetSocketAddress address;

        End(int self, LinkSettings settings, Map<String, InetSocketAddress> peers) throws IOException {
            links = new Links(REGIONS.get(self), REGIONS, peers, settings, null, kernel, this);
            address = links.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            opened.add(kernel::shutdownNow);
            opened.add(links);
        }

        End(int self) throws IOException {
            this(self, LinkSettings.defaults(), Map.of());
        }

        @Override
        public void peerUp(int peer) {
            happened.add("up " + peer);
        }

        @Override
        public void peerDown(int peer) {
            happened.add("down " + peer);
        }

        @Override
        public void alarm(String code, String text) {
            happened.add(code);
        }

        @Override
        public void peerWritable(int peer) {
            happened.add("writable " + peer);
        }

        @Override
        public void frame(int peer, byte[] bytes, int offset, int length) {
            if (bytes[offset] == 99) {
                throw new MalformedBytesException("unknown frame 99");
            }
            frames.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        /** Sends as one turn of the kernel; answers whether more is welcome. */
        boolean send(int peer, int urgency, byte[]... sent) throws Exception {
            Future<Boolean> more = kernel.submit(() -> {
                boolean welcome = true;
                for (byte[] frame : sent) {
                    welcome = links.send(peer, urgency, "replication", frame, 0, frame.length);
                }
                links.turnEnded();
                return welcome;
            });
            return more.get();
        }

        void awaits(String what) {
            await().untilAsserted(() -> assertThat(happened).contains(what));
        }

        void counts(LinkFault fault) {
            await().untilAsserted(() -> assertThat(links.faults().count(fault)).isPositive());
        }
    }

    /** Speaks to a listener as a node of some region would, byte by byte. */
    private final class Stranger implements AutoCloseable {
        final Socket socket = new Socket();
        final ByteArrayOutputStream said = new ByteArrayOutputStream();

        Stranger(End end) throws IOException {
            socket.setReceiveBufferSize(16 << 10);
            socket.connect(end.address);
            opened.add(this);
        }

        Stranger says(byte[] bytes) throws IOException {
            said.write(bytes);
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** Introduces itself and reads the answer. */
        LinkWire introduced(String as, String meant) throws IOException {
            Preface own = Preface.of(as, meant, new byte[16]);
            says(own.bytes());
            byte[] answer = new byte[Preface.of(meant, as, new byte[16]).bytes().length];
            new DataInputStream(socket.getInputStream()).readFully(answer);
            LinkWire wire = new LinkWire(own, Preface.read(answer, 0, answer.length), true);
            opened.add(wire);
            return wire;
        }

        boolean isCutOff() throws IOException {
            socket.setSoTimeout(10_000);
            try {
                byte[] rest = new byte[1 << 16];
                while (socket.getInputStream().read(rest) >= 0) {
                    continue;
                }
                return true;
            } catch (java.net.SocketException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] frame(int... bytes) {
        byte[] frame = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            frame[i] = (byte) bytes[i];
        }
        return frame;
    }

    /** Nothing that compresses, and never the same twice. */
    private static byte[] record(SplittableRandom random) {
        byte[] record = new byte[RECORD_BYTES];
        random.nextBytes(record);
        record[0] = 1;
        return record;
    }

    private static byte[] run(byte[]... frames) {
        ByteWriter out = new ByteWriter(64);
        for (byte[] frame : frames) {
            out.i32(frame.length);
            out.raw(frame, 0, frame.length);
        }
        return out.toByteArray();
    }

    private static byte[] block(LinkWire wire, byte[]... frames) {
        byte[] run = run(frames);
        return wire.block(2, run, 0, run.length);
    }

    @Test
    void framesOfEveryUrgencyAndSizeArriveInTheOrderOfTheirUrgency() throws Exception {
        End eu = new End(EU);
        End us = new End(US, LinkSettings.defaults(), Map.of("eu-west-1", eu.address));
        us.awaits("up " + EU);
        eu.awaits("up " + US);
        List<byte[]> sent = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int size : new int[] {1, 100, 5_000_000, 2, 300_000}) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            frame[0] = 1;
            sent.add(frame);
            us.send(EU, 2, frame);
        }
        us.send(EU, 0, frame(7));
        eu.send(US, 3, frame(8, 9));

        await().untilAsserted(() -> assertThat(eu.frames).hasSize(6));
        assertThat(eu.frames.stream().filter(f -> f[0] == 1).toList())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(sent);
        await().untilAsserted(() -> assertThat(us.frames).hasSize(1));
        assertThat(us.links.meter(EU).wireBytesOut()).isGreaterThan(5_300_000);
        assertThat(us.kernel.submit(() -> us.links.meter(EU).bytesByReason()).get())
                .containsEntry("replication", 5_300_104L);
    }

    @Test
    void whatIsNoPrefaceOfARegionThatMayDialIsRefusedAndCounted() throws Exception {
        End eu = new End(EU);
        byte[] otherVersion = Preface.of("us-east-1", "eu-west-1", new byte[16]).bytes();
        otherVersion[8] = 9;
        Map<LinkFault, byte[]> bad = Map.of(
                LinkFault.PREFACE, "GET / HTTP/1.1\r\n\r\n".getBytes(),
                LinkFault.VERSION, otherVersion,
                LinkFault.UNKNOWN_REGION,
                        Preface.of("mars-1", "eu-west-1", new byte[16]).bytes(),
                LinkFault.WRONG_REGION,
                        Preface.of("us-east-1", "ap-southeast-1", new byte[16]).bytes(),
                LinkFault.SELF,
                        Preface.of("eu-west-1", "eu-west-1", new byte[16]).bytes(),
                LinkFault.WRONG_DIALLER,
                        Preface.of("ap-southeast-1", "eu-west-1", new byte[16]).bytes());
        for (var each : bad.entrySet()) {
            assertThat(new Stranger(eu).says(each.getValue()).isCutOff())
                    .as("%s", each.getKey())
                    .isTrue();
            eu.counts(each.getKey());
        }
        assertThat(eu.happened).isEmpty();
    }

    @Test
    void aStandingLinkIsNotGivenToANewcomerAndGoesOn() throws Exception {
        End eu = new End(EU);
        Stranger first = new Stranger(eu);
        LinkWire wire = first.introduced("us-east-1", "eu-west-1");
        first.says(block(wire, frame(1)));
        eu.awaits("up " + US);

        Stranger second = new Stranger(eu)
                .says(Preface.of("us-east-1", "eu-west-1", new byte[16]).bytes());

        assertThat(second.isCutOff()).isTrue();
        eu.counts(LinkFault.OCCUPIED);
        first.says(block(wire, frame(2)));
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(2));
        assertThat(eu.happened).containsExactly("up " + US);
    }

    @Test
    void aBrokenBlockEndsTheConnectionAndNothingOfItReachesTheKernel() throws Exception {
        record Bad(LinkFault fault, byte[] bytes) {}
        End eu = new End(EU);
        for (LinkFault fault :
                List.of(LinkFault.CHECKSUM, LinkFault.BLOCK_LENGTH, LinkFault.FRAME_LENGTH, LinkFault.FRAME)) {
            Stranger stranger = new Stranger(eu);
            LinkWire wire = stranger.introduced("us-east-1", "eu-west-1");
            byte[] good = block(wire, frame(1, 2, 3));
            Bad bad = switch (fault) {
                case CHECKSUM -> {
                    good[good.length - 1] ^= 1;
                    yield new Bad(fault, good);
                }
                case BLOCK_LENGTH -> new Bad(fault, new byte[] {-1, -1, -1, 127, 0, 0, 0, 0});
                case FRAME_LENGTH -> {
                    ByteWriter run = new ByteWriter(8);
                    run.i32(Integer.MAX_VALUE);
                    stranger.says(good);
                    yield new Bad(fault, wire.block(2, run.array(), 0, 4));
                }
                default -> {
                    stranger.says(good);
                    yield new Bad(fault, block(wire, frame(99)));
                }
            };
            stranger.says(bad.bytes());
            assertThat(stranger.isCutOff()).as("%s", fault).isTrue();
            eu.counts(fault);
            await().untilAsserted(() -> assertThat(eu.happened).endsWith("down " + US));
        }
        assertThat(eu.frames).hasSize(2);
    }

    @Test
    void aRecordedSessionIsRefused() throws Exception {
        End eu = new End(EU);
        Stranger once = new Stranger(eu);
        LinkWire wire = once.introduced("us-east-1", "eu-west-1");
        once.says(block(wire, frame(1)));
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(1));
        once.close();
        eu.awaits("down " + US);

        Stranger again = new Stranger(eu).says(once.said.toByteArray());

        assertThat(again.isCutOff()).isTrue();
        eu.counts(LinkFault.CHECKSUM);
        assertThat(eu.frames).hasSize(1);
    }

    @Test
    void aPeerThatNeverReadsIsBoundedAndSlowsNobodyElse() throws Exception {
        End ap = new End(AP);
        End eu = new End(EU, LinkSettings.defaults(), Map.of("ap-southeast-1", ap.address));
        eu.awaits("up " + AP);
        Stranger deaf = new Stranger(eu);
        deaf.introduced("us-east-1", "eu-west-1");
        eu.awaits("up " + US);
        SplittableRandom random = new SplittableRandom(3);
        long accepted = 0;
        while (eu.send(US, 2, record(random))) {
            accepted += RECORD_BYTES;
            assertThat(accepted).as("bytes taken for a peer that reads nothing").isLessThan(16 << 20);
        }
        for (int i = 0; i < 200; i++) {
            while (!eu.send(AP, 2, record(random))) {
                eu.happened.remove("writable " + AP);
                eu.awaits("writable " + AP);
            }
        }
        await().untilAsserted(() -> assertThat(ap.frames).hasSizeGreaterThanOrEqualTo(200));
        // The system may take some more for the deaf peer, and its link is writable for that long: the bound is one of
        // all of it.
        while (eu.send(US, 2, record(random))) {
            accepted += RECORD_BYTES;
            assertThat(accepted).as("bytes taken for a peer that reads nothing").isLessThan(16 << 20);
        }
        assertThat(eu.happened).doesNotContain("down " + US);
    }

    @Test
    void aPeerThatTakesNothingOrSaysNothingForTooLongIsGivenUp() throws Exception {
        LinkSettings impatient = LinkSettings.defaults().withTimes(300, 60_000, 300);
        End eu = new End(EU, impatient, Map.of());
        Stranger deaf = new Stranger(eu);
        deaf.introduced("us-east-1", "eu-west-1");
        eu.awaits("up " + US);
        SplittableRandom random = new SplittableRandom(3);
        while (eu.send(US, 2, record(random))) {
            continue;
        }
        eu.counts(LinkFault.STALLED);
        eu.awaits("down " + US);

        Stranger silent = new Stranger(eu);
        assertThat(silent.isCutOff()).isTrue();
        eu.counts(LinkFault.PREFACE);

        End strict = new End(EU, LinkSettings.defaults().withTimes(60_000, 300, 60_000), Map.of());
        Stranger mute = new Stranger(strict);
        mute.introduced("us-east-1", "eu-west-1");
        assertThat(mute.isCutOff()).isTrue();
        strict.counts(LinkFault.SILENT);
    }

    @Test
    void aNodeDoesNotLinkWithItselfNorWithAnotherRegionThanItDialled() throws Exception {
        InetSocketAddress own;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            own = (InetSocketAddress) free.getLocalSocketAddress();
        }
        End eu = new End(EU);
        ExecutorService kernel = Executors.newSingleThreadExecutor();
        opened.add(kernel::shutdownNow);
        Links us = new Links(
                "us-east-1",
                REGIONS,
                Map.of("eu-west-1", own, "ap-southeast-1", eu.address),
                LinkSettings.defaults(),
                null,
                kernel,
                eu);
        opened.add(us);
        us.start(own);

        await().untilAsserted(
                        () -> assertThat(us.faults().count(LinkFault.SELF)).isPositive());
        eu.counts(LinkFault.WRONG_REGION);
        assertThat(eu.happened).isEmpty();
    }

    @Test
    void whatIsUrgentOvertakesWhatACapHoldsBack() throws Exception {
        End eu = new End(EU);
        End us = new End(US, LinkSettings.defaults().withBytesPerSecond(400_000), Map.of("eu-west-1", eu.address));
        us.awaits("up " + EU);
        eu.awaits("up " + US);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20; i++) {
            byte[] record = new byte[20_000];
            random.nextBytes(record);
            record[0] = 1;
            us.send(EU, 2, record);
        }
        us.send(EU, 0, frame(7));

        await().untilAsserted(() -> assertThat(eu.frames).hasSize(21));
        int urgentAt = 0;
        while (eu.frames.get(urgentAt)[0] != 7) {
            urgentAt++;
        }
        assertThat(urgentAt).isLessThan(20);
    }

    @Test
    void anAllowanceGivesWhatItSaysAndNoMore() {
        ByteAllowance allowance = new ByteAllowance(1_000_000, 0);
        long spent = 0;
        for (long ms = 0; ms < 10_000; ms++) {
            while (allowance.any(ms * 1_000_000)) {
                allowance.spend(5_000);
                spent += 5_000;
            }
            assertThat(allowance.waitMs()).isPositive();
        }
        assertThat(spent).isBetween(10_000_000L, 10_200_000L);
        ByteAllowance none = new ByteAllowance(0, 0);
        none.spend(1L << 40);
        assertThat(none.any(1)).isTrue();
    }
}
