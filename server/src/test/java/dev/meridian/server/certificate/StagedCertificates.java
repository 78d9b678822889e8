package dev.meridian.server.certificate;

import dev.meridian.server.certificate.CertificateAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** An authority and certificates in a directory, as {@code certificates init} leaves them, and bad ones beside. */
public final class StagedCertificates {
    /** What the file says of them, under {@code multi_region}. */
    public static final String YAML = "  links:\n    certificate: certs/{region}.pem\n    key: certs/{region}.key\n"
            + "    authority: certs/authority.pem\n    revoked: certs/revoked\n";

    private static final Duration YEAR = Duration.ofDays(365);

    public final CertificateAuthority authority;
    private final Path directory;
    private final String cluster;

    public StagedCertificates(Path base, String cluster, String... regions)
            throws IOException, GeneralSecurityException {
        this.directory = Files.createDirectories(base.resolve("certs"));
        this.cluster = cluster;
        this.authority = anAuthority(cluster);
        write("authority.pem", authority.self().certificatePem());
        write("revoked", "# none\n");
        for (String region : regions) {
            use(region, issue(region));
        }
    }

    public static CertificateAuthority anAuthority(String cluster) throws GeneralSecurityException {
        Instant now = Instant.now();
        return CertificateAuthority.create(cluster, now.minus(YEAR), now.plus(YEAR));
    }

    public Issued issue(String region, String... datasets) throws GeneralSecurityException {
        return authority.issue(names(region, datasets), YEAR);
    }

    public CertificateNames names(String region, String... datasets) {
        return new CertificateNames(cluster, region, new TreeSet<>(List.of(datasets)));
    }

    /** From now on the region's files hold this. */
    public void use(String region, Issued issued) throws IOException, GeneralSecurityException {
        write(region + ".key", issued.keyPem());
        write(region + ".pem", issued.certificatePem());
    }

    public void revoke(Issued issued) throws IOException {
        write("revoked", issued.certificate().getSerialNumber().toString(16) + "  # lost\n");
    }

    public void trustAlso(CertificateAuthority other) throws IOException, GeneralSecurityException {
        write("authority.pem", authority.self().certificatePem() + other.self().certificatePem());
    }

    /** Whole at once, as a careful administrator does. */
    public void write(String name, String text) throws IOException {
        Path draft = Files.createTempFile(directory, "draft", "");
        Files.writeString(draft, text);
        Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
