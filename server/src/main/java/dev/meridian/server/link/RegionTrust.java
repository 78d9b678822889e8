package dev.meridian.server.link;

import dev.meridian.server.certificate.RegionCredentials;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Checks the other side's certificate during the handshake, so that nothing else of it is ever looked at. */
public final class RegionTrust extends X509ExtendedTrustManager {
    private final Supplier<RegionCredentials> credentials;

    public RegionTrust(Supplier<RegionCredentials> credentials) {
        this.credentials = credentials;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        credentials.get().check(List.of(chain), Instant.now());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return credentials.get().authorities().toArray(X509Certificate[]::new);
    }
}
