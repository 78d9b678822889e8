package dev.meridian.server.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Makes certificates of regions (ECDSA on P-256, X.509 version 3) for trying and for small deployments. Whoever holds its
 * key can speak for every region. The JDK cannot write certificates and a library that can is some 10 MB; what comes out
 * is read back by the JDK before it is handed out.
 */
public final class CertificateAuthority {
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.identifier(1, 2, 840, 10045, 4, 3, 2));
    private static final int URI_TAG = 0x86;
    private static final int BASIC_CONSTRAINTS = 19;
    private static final int KEY_USAGE = 15;
    private static final int ALTERNATIVE_NAME = 17;
    private static final byte[] SIGNS_CERTIFICATES = {0x04};
    private static final byte[] SIGNS_HANDSHAKES = {(byte) 0x80};
    /** Clocks of regions differ a little; a certificate is good at once everywhere. */
    private static final Duration LENIENCE = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() throws GeneralSecurityException {
            return Pem.text("CERTIFICATE", certificate.getEncoded());
        }

        public String keyPem() {
            return Pem.text("PRIVATE KEY", key.getEncoded());
        }
    }

    private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** A new one, with a key of its own. */
    public static CertificateAuthority create(String cluster, Instant from, Instant to)
            throws GeneralSecurityException {
        KeyPair pair = pair();
        X500Principal name = new X500Principal("CN=" + cluster + " authority");
        List<byte[]> extensions = List.of(
                extension(BASIC_CONSTRAINTS, Der.sequence(Der.yes())),
                extension(KEY_USAGE, Der.bits(2, SIGNS_CERTIFICATES)));
        return new CertificateAuthority(
                sign(name, name, from, to, pair.getPublic(), extensions, pair.getPrivate()), pair.getPrivate());
    }

    /** One that was made before. */
    public static CertificateAuthority read(byte[] certificatePem, byte[] keyPem) throws GeneralSecurityException {
        X509Certificate certificate = Pem.certificates(certificatePem).getFirst();
        return new CertificateAuthority(certificate, Pem.key(keyPem, "EC"));
    }

    public Issued self() {
        return new Issued(certificate, key);
    }

    /** A certificate for a region, good from an hour ago. */
    public Issued issue(CertificateNames names, Duration lifetime) throws GeneralSecurityException {
        Instant now = Instant.now();
        return issue(names, now.minus(LENIENCE), now.plus(lifetime));
    }

    /** A certificate for a region, good in this time. */
    public Issued issue(CertificateNames names, Instant from, Instant to) throws GeneralSecurityException {
        KeyPair pair = pair();
        byte[][] uris =
                names.uris().stream().map(uri -> Der.ascii(URI_TAG, uri)).toArray(byte[][]::new);
        List<byte[]> extensions = List.of(
                extension(BASIC_CONSTRAINTS, Der.sequence()),
                extension(KEY_USAGE, Der.bits(7, SIGNS_HANDSHAKES)),
                extension(ALTERNATIVE_NAME, Der.sequence(uris)));
        X500Principal subject = new X500Principal("CN=" + names.region() + ",O=" + names.cluster());
        return new Issued(
                sign(certificate.getSubjectX500Principal(), subject, from, to, pair.getPublic(), extensions, key),
                pair.getPrivate());
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** All are critical: a reader that does not know one must refuse the certificate. */
    private static byte[] extension(int id, byte[] value) {
        return Der.sequence(Der.identifier(2, 5, 29, id), Der.yes(), Der.octets(value));
    }

    private static X509Certificate sign(
            X500Principal issuer,
            X500Principal subject,
            Instant from,
            Instant to,
            PublicKey subjectKey,
            List<byte[]> extensions,
            PrivateKey issuerKey)
            throws GeneralSecurityException {
        List<byte[]> parts = new ArrayList<>(List.of(
                Der.of(0xA0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(120, RANDOM).setBit(119)),
                ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                Der.sequence(Der.time(from), Der.time(to)),
                subject.getEncoded(),
                subjectKey.getEncoded(),
                Der.of(0xA3, Der.sequence(extensions.toArray(byte[][]::new)))));
        byte[] content = Der.sequence(parts.toArray(byte[][]::new));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKey);
        signature.update(content);
        byte[] whole = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }
}
