package dev.meridian.server.certificate;

import dev.meridian.config.LinkProtection;
import dev.meridian.server.certificate.RefusedCertificateException.Reason;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a region shows others and checks them by; immutable.
 *
 * @param chain its own certificate first
 */
public record RegionCredentials(
        String cluster,
        CertificateNames names,
        List<X509Certificate> chain,
        PrivateKey key,
        List<X509Certificate> authorities,
        Set<BigInteger> revoked,
        CertificateFiles files) {

    /** Alarmed this long before the end, or in the last third of a short life. */
    private static final Duration EARLY = Duration.ofDays(30);

    /**
     * Reads them. That the own certificate is out of its time is no error here: others refuse it, this node serves on.
     *
     * @param held the datasets that the file puts into this region; its certificate must allow them
     */
    public static RegionCredentials read(
            LinkProtection.Files files, String cluster, String region, Collection<String> held)
            throws CertificateFilesException {
        return of(CertificateFiles.read(files, region), files, cluster, region, held);
    }

    /** As it is, or anew if a file has changed. */
    public RegionCredentials reread(LinkProtection.Files where, Collection<String> held)
            throws CertificateFilesException {
        CertificateFiles now = CertificateFiles.read(where, names.region());
        return now.same(files) ? this : of(now, where, cluster, names.region(), held);
    }

    private static RegionCredentials of(
            CertificateFiles read, LinkProtection.Files files, String cluster, String region, Collection<String> held)
            throws CertificateFilesException {
        List<X509Certificate> chain = certificates(files.certificate(region).toString(), read.certificate());
        CertificateNames names = CertificateNames.of(chain.getFirst());
        String which = "the certificate " + files.certificate(region);
        if (names == null || !names.cluster().equals(cluster) || !names.region().equals(region)) {
            throw new CertificateFilesException(which + " is not that of region " + region + " of " + cluster
                    + ": it must have the alternative name meridian://" + cluster + "/region/" + region);
        }
        if (!names.mayHold(held)) {
            throw new CertificateFilesException(which + " does not name every dataset that the file puts into " + region
                    + ": it names " + names.datasets() + " of " + held);
        }
        PrivateKey key;
        try {
            key = Pem.key(read.key(), chain.getFirst().getPublicKey().getAlgorithm());
            if (!fits(key, chain.getFirst())) {
                throw new CertificateFilesException(files.key(region) + " is not the key of " + which);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CertificateFilesException(
                    "the key " + files.key(region) + " cannot be used: it must be PKCS #8 in PEM, for " + which);
        }
        List<X509Certificate> authorities = certificates(files.authority().toString(), read.authority());
        RegionCredentials credentials = new RegionCredentials(
                cluster,
                names,
                List.copyOf(chain),
                key,
                List.copyOf(authorities),
                serials(read.revoked(), files),
                read);
        try {
            credentials.check(chain, Instant.now());
        } catch (RefusedCertificateException e) {
            if (e.reason() == Reason.UNTRUSTED) {
                throw new CertificateFilesException(which + " does not come from " + files.authority());
            }
        }
        return credentials;
    }

    private static List<X509Certificate> certificates(String file, byte[] pem) throws CertificateFilesException {
        try {
            return Pem.certificates(pem);
        } catch (CertificateException e) {
            throw new CertificateFilesException(file + " holds no certificate in PEM that can be read");
        }
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        byte[] text = "a key fits its certificate".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    private static Set<BigInteger> serials(byte[] text, LinkProtection.Files files) throws CertificateFilesException {
        Set<BigInteger> serials = new HashSet<>();
        for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
            String serial = line.replaceFirst("#.*", "").replace(":", "").strip();
            if (!serial.isEmpty()) {
                try {
                    serials.add(new BigInteger(serial, 16));
                } catch (NumberFormatException e) {
                    // The line may be anything, so it is not repeated.
                    throw new CertificateFilesException(
                            files.revoked() + " has a line that is no hexadecimal serial number");
                }
            }
        }
        return Set.copyOf(serials);
    }

    /**
     * For whom another side's certificate speaks.
     *
     * @throws RefusedCertificateException if it is not good at this moment, or for another cluster
     */
    public CertificateNames check(List<X509Certificate> shown, Instant now) throws RefusedCertificateException {
        X509Certificate first = shown.getFirst();
        descend(shown, now);
        if (shown.stream().anyMatch(this::isRevoked)) {
            throw new RefusedCertificateException(Reason.REVOKED, "a certificate that was revoked");
        }
        CertificateNames spoken = CertificateNames.of(first);
        if (spoken == null || !spoken.cluster().equals(cluster)) {
            throw new RefusedCertificateException(
                    Reason.CLUSTER, "a certificate that names no region of this deployment");
        }
        return spoken;
    }

    public boolean isRevoked(X509Certificate certificate) {
        return revoked.contains(certificate.getSerialNumber());
    }

    private void descend(List<X509Certificate> shown, Instant now) throws RefusedCertificateException {
        java.util.Date date = java.util.Date.from(now);
        Set<TrustAnchor> anchors = authorities.stream()
                .filter(authority -> !date.after(authority.getNotAfter()) && !isRevoked(authority))
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        List<X509Certificate> path =
                shown.stream().filter(each -> !authorities.contains(each)).toList();
        try {
            PKIXParameters rules = new PKIXParameters(anchors);
            rules.setRevocationEnabled(false); // by our own list
            rules.setDate(date);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), rules);
            if (path.isEmpty() || path.getFirst() != shown.getFirst()) {
                throw new RefusedCertificateException(Reason.UNTRUSTED, "the authority's own certificate");
            }
        } catch (CertPathValidatorException e) {
            Reason reason = e.getReason() == BasicReason.EXPIRED
                    ? Reason.EXPIRED
                    : e.getReason() == BasicReason.NOT_YET_VALID ? Reason.EARLY : Reason.UNTRUSTED;
            throw new RefusedCertificateException(
                    reason,
                    switch (reason) {
                        case EXPIRED -> "a certificate that has expired";
                        case EARLY -> "a certificate that is not valid yet";
                        default -> "a certificate that does not come from this deployment's authority";
                    });
        } catch (InvalidAlgorithmParameterException | java.security.NoSuchAlgorithmException e) {
            throw new RefusedCertificateException(Reason.UNTRUSTED, "there is no authority that is still valid");
        } catch (RefusedCertificateException e) {
            throw e;
        } catch (CertificateException e) {
            throw new RefusedCertificateException(Reason.UNTRUSTED, "a chain of certificates that is none");
        }
    }

    /** When the own certificate, or one that it descends from, ends. */
    public Instant expires() {
        Instant end = Instant.MAX;
        for (X509Certificate each : chain) {
            end = end.isBefore(each.getNotAfter().toInstant())
                    ? end
                    : each.getNotAfter().toInstant();
        }
        return end;
    }

    /** Whether it is time to renew. */
    public boolean isExpiring(Instant now) {
        Instant from = chain.getFirst().getNotBefore().toInstant();
        Duration third = Duration.between(from, expires()).dividedBy(3);
        return now.isAfter(expires().minus(third.compareTo(EARLY) < 0 ? third : EARLY));
    }
}
