package dev.meridian.server.link;

import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.config.KeyExchange;
import dev.meridian.config.LinkProtection;
import dev.meridian.config.ReplicationGroup;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.FrameGroups;
import dev.meridian.server.certificate.CertificateFilesException;
import dev.meridian.server.certificate.CertificateNames;
import dev.meridian.server.certificate.RefusedCertificateException;
import dev.meridian.server.certificate.RegionCredentials;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 between regions, where both sides show a certificate and nothing is resumed: every connection is checked by what
 * holds now. Thread-safe; {@link #reread} puts new files in place of old ones for connections to come.
 */
public final class LinkTls {
    /** X25519 with ML-KEM-768: a recording stays closed unless both are broken. */
    public static final String HYBRID = "X25519MLKEM768";

    private static final String CLASSICAL = "X25519";

    /** Credentials and what is made of them. */
    private record State(RegionCredentials credentials, SslContext dials, SslContext listens) {}

    /** The other side of a connection as its certificate names it. */
    record Peer(
            CertificateNames names,
            List<X509Certificate> chain,
            @Nullable String keyExchange) {}

    private final LinkProtection.Files files;
    private final boolean hybridRequired;
    private final Collection<String> held;
    private final Map<Integer, List<String>> datasetsOfGroup = new HashMap<>();
    private volatile State state;

    private LinkTls(LinkProtection.Files files, Configuration configuration, String region)
            throws CertificateFilesException {
        this.files = files;
        this.hybridRequired = configuration.links().keyExchange() == KeyExchange.HYBRID_REQUIRED;
        this.held = new TreeSet<>(configuration.datasets().stream()
                .filter(dataset -> dataset.placement().contains(region))
                .map(Dataset::name)
                .toList());
        for (ReplicationGroup group : configuration.groups()) {
            datasetsOfGroup.put(
                    GroupPolicy.wireId(group.id()),
                    group.datasets().stream().map(Dataset::keyspace).toList());
        }
        this.state = state(RegionCredentials.read(files, configuration.name(), region, held));
    }

    /**
     * As the configuration says for this region; null where it says nothing, and links are plain.
     *
     * @throws CertificateFilesException if the files are not there, or do not fit
     */
    public static @Nullable LinkTls of(Configuration configuration, String region) throws CertificateFilesException {
        LinkProtection.Files files = configuration.links().files();
        if (files == null) {
            return null;
        }
        OpenSsl.ensureAvailability();
        return new LinkTls(files, configuration, region);
    }

    private State state(RegionCredentials credentials) {
        try {
            SslContextBuilder dials = SslContextBuilder.forClient()
                    .keyManager(credentials.key(), credentials.chain())
                    // Names are those of regions, not of hosts.
                    .endpointIdentificationAlgorithm(null);
            SslContextBuilder listens = SslContextBuilder.forServer(credentials.key(), credentials.chain())
                    .clientAuth(ClientAuth.REQUIRE);
            return new State(credentials, build(dials, credentials), build(listens, credentials));
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be set up with a key and certificate that fit", e);
        }
    }

    private SslContext build(SslContextBuilder builder, RegionCredentials credentials) throws SSLException {
        return builder.sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, keyExchange())
                .trustManager(new RegionTrust(() -> credentials))
                .build();
    }

    SslHandler handler(Channel channel, boolean dials) {
        State now = state;
        return (dials ? now.dials : now.listens).newHandler(channel.alloc());
    }

    /** Who is at the other end, once the handshake is done. */
    Peer peer(SslHandler handler) {
        try {
            List<X509Certificate> chain = Stream.of(
                            handler.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
            CertificateNames names = state.credentials.check(chain, Instant.now());
            String exchange =
                    handler.engine().getSession() instanceof OpenSslSession session ? session.getNamedGroup() : null;
            if (hybridRequired && !HYBRID.equals(exchange)) {
                throw new LinkFaultException(
                        LinkFault.KEY_EXCHANGE, "keys were agreed on by " + exchange + ", this node wants " + HYBRID);
            }
            return new Peer(names, chain, exchange);
        } catch (RefusedCertificateException e) {
            throw fault(e);
        } catch (SSLPeerUnverifiedException e) {
            throw new LinkFaultException(LinkFault.CERTIFICATE_MISSING, "no certificate");
        }
    }

    /** Whether a frame asks for, or brings, data of datasets that the peer's certificate does not name. */
    boolean forbids(Peer peer, byte[] frame, int offset, int length) {
        IntPredicate forbidden = group -> {
            List<String> datasets = datasetsOfGroup.get(group);
            return datasets != null && !peer.names().mayHold(datasets);
        };
        return !peer.names().datasets().isEmpty() && FrameGroups.anyOf(frame, offset, length, forbidden);
    }

    /** Whether a connection may go on: its certificate may have been revoked since. */
    boolean isRevoked(Peer peer) {
        return peer.chain().stream().anyMatch(state.credentials::isRevoked);
    }

    /** Takes new files for connections to come; answers whether there were any. What cannot be used changes nothing. */
    synchronized boolean reread() throws CertificateFilesException {
        State before = state;
        RegionCredentials now = before.credentials.reread(files, held);
        if (now == before.credentials) {
            return false;
        }
        state = state(now);
        return true;
    }

    /** What is shown and checked by at this moment. */
    public RegionCredentials credentials() {
        return state.credentials;
    }

    /** The groups that keys may be agreed on by, the best first. */
    public String[] keyExchange() {
        return hybridRequired ? new String[] {HYBRID} : new String[] {HYBRID, CLASSICAL};
    }

    /** When this region's certificate ends. */
    public Instant expires() {
        return state.credentials.expires();
    }

    boolean isExpiring() {
        return state.credentials.isExpiring(Instant.now());
    }

    /** Why a handshake failed. */
    static LinkFaultException fault(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof RefusedCertificateException refused) {
                LinkFault fault = switch (refused.reason()) {
                    case UNTRUSTED -> LinkFault.CERTIFICATE_UNTRUSTED;
                    case EXPIRED -> LinkFault.CERTIFICATE_EXPIRED;
                    case EARLY -> LinkFault.CERTIFICATE_EARLY;
                    case REVOKED -> LinkFault.CERTIFICATE_REVOKED;
                    case CLUSTER -> LinkFault.CERTIFICATE_CLUSTER;
                };
                return new LinkFaultException(fault, "it shows " + refused.getMessage());
            }
            String text = String.valueOf(each.getMessage());
            if (each instanceof NotSslRecordException) {
                return new LinkFaultException(LinkFault.PLAIN, "it does not speak TLS");
            }
            if (text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
                return new LinkFaultException(LinkFault.CERTIFICATE_MISSING, "it shows no certificate");
            }
            if (text.contains("NO_SHARED_GROUP")) {
                return new LinkFaultException(LinkFault.KEY_EXCHANGE, "it cannot agree on keys as this node wants");
            }
            if (text.contains("ALERT")) {
                return new LinkFaultException(LinkFault.HANDSHAKE, "the other side refuses this one: its log says why");
            }
        }
        return new LinkFaultException(LinkFault.HANDSHAKE, "the TLS handshake failed");
    }
}
