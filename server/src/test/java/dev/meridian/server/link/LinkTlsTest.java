package dev.meridian.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.server.certificate.CertificateAuthority;
import dev.meridian.server.certificate.CertificateAuthority.Issued;
import dev.meridian.server.certificate.CertificateNames;
import dev.meridian.server.certificate.StagedCertificates;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links over mutual TLS, and who is refused (bad input of links, rows 1 and 2). Strangers speak the JDK's TLS. */
class LinkTlsTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-1");
    private static final int US = 0;
    private static final int EU = 1;
    private static final int AP = 2;
    private static final LinkSettings SETTINGS = LinkSettings.defaults().withReread(20);

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private StagedCertificates staged;
    private Path file;

    @BeforeEach
    void stage() throws Exception {
        staged = new StagedCertificates(directory, "shop", REGIONS.toArray(String[]::new));
        file = directory.resolve("shop.yaml");
        configure("");
    }

    /** @param links further lines of {@code links} */
    private void configure(String links) throws IOException {
        Files.writeString(
                file,
                "multi_region:\n  name: shop\n  regions:\n    - name: us-east-1\n    - name: eu-west-1\n"
                        + "    - name: ap-southeast-1\n  datasets:\n    - name: orders\n      placement: [us-east-1, eu-west-1]\n"
                        + StagedCertificates.YAML + links);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private Configuration configuration() {
        return ((LoadResult.Loaded) ConfigurationFile.load(file)).configuration();
    }

    /** A node's links with a kernel that only notes what it is told. */
    private final class End implements Links.Receiver {
        final ExecutorService kernel = Executors.newSingleThreadExecutor();
        final List<byte[]> frames = Collections.synchronizedList(new ArrayList<>());
        final List<String> happened = Collections.synchronizedList(new ArrayList<>());
        final Links links;
        final InetSocketAddress address;

        End(int self, Map<String, InetSocketAddress> peers) throws IOException {
            LinkTls tls = LinkTls.of(configuration(), REGIONS.get(self));
            links = new Links(REGIONS.get(self), REGIONS, peers, SETTINGS, tls, kernel, this);
            address = links.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            opened.add(kernel::shutdownNow);
            opened.add(links);
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
        public void peerWritable(int peer) {
            happened.add("writable " + peer);
        }

        @Override
        public void alarm(String code, String text) {
            happened.add(code);
        }

        @Override
        public void frame(int peer, byte[] bytes, int offset, int length) {
            frames.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        void send(int peer, byte[] frame) throws Exception {
            kernel.submit(() -> {
                        links.send(peer, Links.RECORDS, "replication", frame, 0, frame.length);
                        links.turnEnded();
                    })
                    .get();
        }

        void awaits(String what) {
            await().untilAsserted(() -> assertThat(happened).contains(what));
        }

        void counts(LinkFault fault) {
            await().untilAsserted(() ->
                    assertThat(links.faults().count(fault)).as("%s", fault).isPositive());
        }
    }

    /** Knows how to speak TLS, and shows what it is given; trusts anybody. */
    private SSLSocket stranger(InetSocketAddress address, @Nullable Issued shown) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        if (shown != null) {
            store.setKeyEntry("own", shown.key(), new char[0], new Certificate[] {shown.certificate()});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Credulous()}, new SecureRandom());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        opened.add(socket);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static boolean isCutOff(Socket socket, byte[] said) {
        try {
            socket.getOutputStream().write(said);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private LinkWire introduced(SSLSocket socket, String as, String meant) throws IOException {
        Preface own = Preface.of(as, meant, new byte[16]);
        socket.getOutputStream().write(own.bytes());
        byte[] answer = new byte[Preface.of(meant, as, new byte[16]).bytes().length];
        new DataInputStream(socket.getInputStream()).readFully(answer);
        LinkWire wire = new LinkWire(own, Preface.read(answer, 0, answer.length), true);
        opened.add(wire);
        return wire;
    }

    private static byte[] block(LinkWire wire, byte[] frame) {
        ByteWriter run = new ByteWriter(64);
        run.i32(frame.length);
        run.raw(frame, 0, frame.length);
        return wire.block(2, run.toByteArray(), 0, run.size());
    }

    private static byte[] subscription(String group) {
        ByteWriter frame = new ByteWriter(16);
        frame.u8(3);
        frame.i32(GroupPolicy.wireId(group));
        return frame.toByteArray();
    }

    private String groupOf(String dataset) {
        return configuration().groups().stream()
                .filter(group ->
                        group.datasets().stream().anyMatch(each -> each.name().equals(dataset)))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void twoRegionsAgreeOnKeysByTheHybridExchangeAndTalk_X6() throws Exception {
        End eu = new End(EU, Map.of());
        End us = new End(US, Map.of("eu-west-1", eu.address));
        us.awaits("up " + EU);
        eu.awaits("up " + US);

        assertThat(us.links.keyExchange(EU)).isEqualTo("X25519MLKEM768");
        assertThat(eu.links.keyExchange(US)).isEqualTo("X25519MLKEM768");
        byte[] large = new byte[3_000_000];
        new java.util.SplittableRandom(1).nextBytes(large);
        large[0] = 11;
        us.send(EU, large);
        eu.send(US, new byte[] {11, 2});
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(1));
        await().untilAsserted(() -> assertThat(us.frames).hasSize(1));
        assertThat(eu.frames.getFirst()).isEqualTo(large);
    }

    @Test
    void aBadCertificateEndsTheConnectionBeforeAByteOfTheLinkIsRead_44_1() throws Exception {
        Instant now = Instant.now();
        CertificateNames us = staged.names("us-east-1");
        Issued lost = staged.issue("us-east-1");
        staged.revoke(lost);
        Map<LinkFault, List<Issued>> bad = new LinkedHashMap<>();
        bad.put(LinkFault.CERTIFICATE_MISSING, Collections.singletonList(null));
        bad.put(
                LinkFault.CERTIFICATE_UNTRUSTED,
                List.of(StagedCertificates.anAuthority("shop").issue(us, Duration.ofDays(1))));
        bad.put(
                LinkFault.CERTIFICATE_EXPIRED,
                List.of(staged.authority.issue(us, now.minusSeconds(60), now.minusSeconds(1))));
        bad.put(
                LinkFault.CERTIFICATE_EARLY,
                List.of(staged.authority.issue(us, now.plusSeconds(600), now.plusSeconds(900))));
        bad.put(LinkFault.CERTIFICATE_REVOKED, List.of(lost));
        bad.put(
                LinkFault.CERTIFICATE_CLUSTER,
                List.of(staged.authority.issue(
                        new CertificateNames("bank", "us-east-1", us.datasets()), Duration.ofDays(1))));
        bad.put(LinkFault.CERTIFICATE_REGION, List.of(staged.issue("mars-1"), staged.issue("eu-west-1")));
        End eu = new End(EU, Map.of());
        byte[] nonsense = "this would be counted as a preface that is none".getBytes();
        for (var each : bad.entrySet()) {
            for (Issued shown : each.getValue()) {
                long before = eu.links.faults().count(each.getKey());
                assertThat(isCutOff(stranger(eu.address, shown), nonsense))
                        .as("%s", each.getKey())
                        .isTrue();
                await().untilAsserted(() -> assertThat(eu.links.faults().count(each.getKey()))
                        .as("%s", each.getKey())
                        .isEqualTo(before + 1));
            }
        }
        assertThat(eu.links.faults().count(LinkFault.PREFACE)).isZero();
        assertThat(eu.happened).isEmpty();
    }

    @Test
    void whatDoesNotSpeakTlsOrOnlyAnOldOneIsRefused_44_1() throws Exception {
        End eu = new End(EU, Map.of());
        Socket plain = new Socket(eu.address.getAddress(), eu.address.getPort());
        opened.add(plain);
        plain.setSoTimeout(10_000);
        assertThat(isCutOff(
                        plain,
                        Preface.of("us-east-1", "eu-west-1", new byte[16]).bytes()))
                .isTrue();
        eu.counts(LinkFault.PLAIN);

        SSLSocket old = stranger(eu.address, staged.issue("us-east-1"));
        old.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThat(isCutOff(old, new byte[1])).isTrue();
        eu.counts(LinkFault.HANDSHAKE);
        assertThat(eu.happened).isEmpty();
    }

    @Test
    void aCertificateOfOneRegionWithTheWordsOfAnotherEndsTheConnectionAndIsAlarmed_X6() throws Exception {
        End ap = new End(AP, Map.of());
        SSLSocket socket = stranger(ap.address, staged.issue("us-east-1"));

        assertThat(isCutOff(
                        socket,
                        Preface.of("eu-west-1", "ap-southeast-1", new byte[16]).bytes()))
                .isTrue();

        ap.counts(LinkFault.CERTIFICATE_REGION);
        ap.awaits("MRD-4110");
        assertThat(ap.happened).doesNotContain("up " + EU, "up " + US);
    }

    @Test
    void aRegionDoesNotSayAWordToAnotherThanItDialled_X6() throws Exception {
        End ap = new End(AP, Map.of());
        End us = new End(US, Map.of("eu-west-1", ap.address));

        us.counts(LinkFault.CERTIFICATE_REGION);

        assertThat(us.happened).isEmpty();
        assertThat(ap.happened).isEmpty();
    }

    @Test
    void dataOfDatasetsThatACertificateDoesNotNameGoesNeitherWay_R2() throws Exception {
        End eu = new End(EU, Map.of());
        SSLSocket socket = stranger(eu.address, staged.issue("us-east-1", "default"));
        LinkWire wire = introduced(socket, "us-east-1", "eu-west-1");
        eu.awaits("up " + US);
        socket.getOutputStream().write(block(wire, subscription(groupOf("default"))));
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(1));

        eu.send(US, subscription(groupOf("orders")));
        eu.awaits("MRD-4110");
        assertThat(eu.kernel.submit(() -> eu.links.meter(US).bytesByReason()).get())
                .isEmpty();
        eu.happened.remove("MRD-4110");

        socket.getOutputStream().write(block(wire, subscription(groupOf("orders"))));
        eu.counts(LinkFault.DATASET);
        eu.awaits("MRD-4110");
        eu.awaits("down " + US);
        assertThat(eu.frames).hasSize(1);
    }

    @Test
    void aFileThatWantsTheHybridExchangeGetsNoOther() throws Exception {
        End lenient = new End(EU, Map.of());
        SSLSocket classical = stranger(lenient.address, staged.issue("us-east-1"));
        introduced(classical, "us-east-1", "eu-west-1");
        lenient.awaits("up " + US);
        assertThat(lenient.links.keyExchange(US)).isEqualTo("X25519");

        configure("    key_exchange: hybrid_required\n");
        End strict = new End(EU, Map.of());
        assertThat(isCutOff(stranger(strict.address, staged.issue("us-east-1")), new byte[1]))
                .isTrue();
        strict.counts(LinkFault.KEY_EXCHANGE);
        End us = new End(US, Map.of("eu-west-1", strict.address));
        us.awaits("up " + EU);
    }

    @Test
    void certificatesAreRenewedWhileLinkedAndRevokedOnesEndLinks() throws Exception {
        End eu = new End(EU, Map.of());
        End us = new End(US, Map.of("eu-west-1", eu.address));
        eu.awaits("up " + US);
        CertificateAuthority next = StagedCertificates.anAuthority("shop");
        staged.trustAlso(next);
        Issued renewed = next.issue(staged.names("us-east-1"), Duration.ofDays(90));
        await().untilAsserted(() -> assertThat(isGood(eu.address, renewed)).isTrue());
        staged.use("us-east-1", renewed);
        await().untilAsserted(() -> assertThat(us.links.tls().expires())
                .isEqualTo(renewed.certificate().getNotAfter().toInstant()));

        us.send(EU, new byte[] {11, 1});
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(1));
        assertThat(eu.happened).containsExactly("up " + US);

        eu.links.close();
        End again = new End(EU, Map.of());
        End usAgain = new End(US, Map.of("eu-west-1", again.address));
        usAgain.awaits("up " + EU);
        staged.revoke(renewed);
        again.counts(LinkFault.CERTIFICATE_REVOKED);
        again.awaits("down " + US);
    }

    /** Whether a certificate is let in: the other side then waits for a preface, and refuses this one's. */
    private boolean isGood(InetSocketAddress address, Issued shown) throws Exception {
        try (SSLSocket socket = stranger(address, shown)) {
            socket.getOutputStream()
                    .write(Preface.of("us-east-1", "eu-west-1", new byte[16]).bytes());
            return socket.getInputStream().read() < 0;
        } catch (javax.net.ssl.SSLException e) {
            return false;
        }
    }

    @Test
    void aCertificateThatEndsSoonAndFilesThatCannotBeUsedAreAlarmedAndLinksGoOn() throws Exception {
        Instant now = Instant.now();
        staged.use(
                "us-east-1",
                staged.authority.issue(
                        staged.names("us-east-1"), now.minus(Duration.ofDays(80)), now.plus(Duration.ofDays(10))));
        End eu = new End(EU, Map.of());
        End us = new End(US, Map.of("eu-west-1", eu.address));
        us.awaits("up " + EU);
        us.awaits("MRD-4111");
        assertThat(eu.happened).doesNotContain("MRD-4111");

        staged.write("us-east-1.pem", "not a certificate");
        us.awaits("MRD-4112");
        us.send(EU, new byte[] {11, 1});
        await().untilAsserted(() -> assertThat(eu.frames).hasSize(1));
        assertThat(us.happened).doesNotContain("down " + EU);
    }
}
