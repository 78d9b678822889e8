package dev.meridian.server.consensus;

import dev.meridian.server.certificate.RegionCredentials;
import dev.meridian.server.link.RegionTrust;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.OpenSsl;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS between the regions' parts of the control group, by the certificates of the links: who shows none of this deployment's is
 * heard by nobody. Each handshake takes what the links hold at that moment, so that renewed and revoked certificates count at once.
 */
public final class ControlTls {
    private static final String GROUPS = "jdk.tls.namedGroups";
    private static final String ALIAS = "region";

    private final Supplier<RegionCredentials> credentials;

    /** @param keyExchange the groups that keys may be agreed on by, the best first, by the names that TLS has for them */
    public ControlTls(Supplier<RegionCredentials> credentials, String... keyExchange) {
        this.credentials = credentials;
        // The TLS inside Ratis takes its groups from here and nowhere else, once, when it is first used.
        String before = System.getProperty(GROUPS);
        System.setProperty(GROUPS, String.join(",", keyExchange));
        try {
            OpenSsl.ensureAvailability();
        } finally {
            if (before == null) {
                System.clearProperty(GROUPS);
            } else {
                System.setProperty(GROUPS, before);
            }
        }
    }

    GrpcTlsConfig config() {
        return new GrpcTlsConfig(new Keys(), new RegionTrust(credentials), true);
    }

    /** Shows this region's certificate, whoever asks. */
    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return credentials.get().chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return credentials.get().key();
        }
    }
}
