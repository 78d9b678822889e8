package dev.meridian.server.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.config.LinkProtection;
import dev.meridian.server.certificate.RefusedCertificateException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a region shows others, and what it lets pass (bad input of links, row 1). */
class RegionCredentialsTest {
    private static final Instant NOW = Instant.now();

    @TempDir
    Path directory;

    private StagedCertificates staged;

    @BeforeEach
    void stage() throws Exception {
        staged = new StagedCertificates(directory, "shop", "us-east-1", "eu-west-1");
    }

    private RegionCredentials read(String region, String... held) throws CertificateFilesException {
        Path certs = directory.resolve("certs");
        return RegionCredentials.read(
                new LinkProtection.Files(
                        certs.resolve("{region}.pem").toString(),
                        certs.resolve("{region}.key").toString(),
                        certs.resolve("authority.pem"),
                        certs.resolve("revoked")),
                "shop",
                region,
                Set.of(held));
    }

    private static List<X509Certificate> chain(CertificateAuthority.Issued issued) {
        return List.of(issued.certificate());
    }

    @Test
    void aCertificateSaysForWhichRegionAndDatasetsItSpeaks() throws Exception {
        CertificateNames names = staged.names("eu-west-1", "orders", "user_pii");
        CertificateAuthority.Issued issued = staged.authority.issue(names, Duration.ofDays(1));

        assertThat(read("us-east-1").check(chain(issued), NOW)).isEqualTo(names);
        assertThat(names.mayHold(Set.of("orders"))).isTrue();
        assertThat(names.mayHold(Set.of("orders", "default"))).isFalse();
        assertThat(staged.names("eu-west-1").mayHold(Set.of("anything"))).isTrue();
        assertThat(issued.certificate().getBasicConstraints())
                .as("it can make no other certificates")
                .isEqualTo(-1);
    }

    @Test
    void whatIsNotGoodIsRefusedForItsReason() throws Exception {
        RegionCredentials us = read("us-east-1");
        CertificateNames eu = staged.names("eu-west-1");
        CertificateAuthority stranger = StagedCertificates.anAuthority("shop");
        CertificateAuthority.Issued leaf = staged.issue("eu-west-1");
        CertificateAuthority child = CertificateAuthority.read(
                leaf.certificatePem().getBytes(), leaf.keyPem().getBytes());
        CertificateAuthority.Issued grandchild = child.issue(staged.names("us-east-1"), Duration.ofDays(1));

        record Bad(Reason reason, List<X509Certificate> chain) {}
        for (Bad bad : List.of(
                new Bad(Reason.UNTRUSTED, chain(stranger.issue(eu, Duration.ofDays(1)))),
                new Bad(Reason.UNTRUSTED, chain(stranger.self())),
                new Bad(Reason.UNTRUSTED, chain(staged.authority.self())),
                new Bad(Reason.UNTRUSTED, List.of(grandchild.certificate(), leaf.certificate())),
                new Bad(Reason.EXPIRED, chain(staged.authority.issue(eu, NOW.minusSeconds(99), NOW.minusSeconds(1)))),
                new Bad(Reason.EARLY, chain(staged.authority.issue(eu, NOW.plusSeconds(60), NOW.plusSeconds(99)))),
                new Bad(
                        Reason.CLUSTER,
                        chain(staged.authority.issue(
                                new CertificateNames("bank", "eu-west-1", eu.datasets()), Duration.ofDays(1)))))) {
            assertThatThrownBy(() -> us.check(bad.chain(), NOW))
                    .isInstanceOfSatisfying(
                            RefusedCertificateException.class,
                            e -> assertThat(e.reason()).isEqualTo(bad.reason()));
        }
    }

    @Test
    void aRevokedCertificateIsRefused() throws Exception {
        CertificateAuthority.Issued lost = staged.issue("eu-west-1");
        staged.revoke(lost);
        assertThatThrownBy(() -> read("us-east-1").check(chain(lost), NOW))
                .isInstanceOfSatisfying(
                        RefusedCertificateException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.REVOKED));
        assertThat(read("us-east-1").check(chain(staged.issue("eu-west-1")), NOW))
                .isEqualTo(staged.names("eu-west-1"));
    }

    @Test
    void filesThatAreNotThereOrDoNotFitAreNamed() throws Exception {
        assertThatThrownBy(() -> read("ap-southeast-1")).hasMessageContaining("ap-southeast-1.pem cannot be read");

        staged.write("us-east-1.pem", staged.issue("eu-west-1").certificatePem());
        assertThatThrownBy(() -> read("us-east-1")).hasMessageContaining("meridian://shop/region/us-east-1");

        staged.write("us-east-1.pem", staged.issue("us-east-1").certificatePem());
        assertThatThrownBy(() -> read("us-east-1")).hasMessageContaining("is not the key of");

        staged.use("us-east-1", staged.issue("us-east-1", "orders"));
        assertThatThrownBy(() -> read("us-east-1", "orders", "default")).hasMessageContaining("every dataset");

        staged.use(
                "us-east-1",
                StagedCertificates.anAuthority("shop").issue(staged.names("us-east-1"), Duration.ofDays(1)));
        assertThatThrownBy(() -> read("us-east-1")).hasMessageContaining("does not come from");

        Files.writeString(directory.resolve("certs/eu-west-1.key"), "no key");
        assertThatThrownBy(() -> read("eu-west-1"))
                .hasMessageContaining("PKCS #8")
                .hasMessageNotContaining("no key");

        staged.write("revoked", "not a number\n");
        assertThatThrownBy(() -> read("eu-west-1")).isInstanceOf(CertificateFilesException.class);
    }

    @Test
    void theEndOfACertificateIsSeenEarly() throws Exception {
        assertThat(read("us-east-1").isExpiring(NOW)).isFalse();
        assertThat(read("us-east-1").isExpiring(NOW.plus(Duration.ofDays(340)))).isTrue();
        staged.use(
                "us-east-1",
                staged.authority.issue(staged.names("us-east-1"), NOW.minusSeconds(3600), NOW.plusSeconds(7200)));
        assertThat(read("us-east-1").isExpiring(NOW)).isFalse();
        assertThat(read("us-east-1").isExpiring(NOW.plusSeconds(3700))).isTrue();
    }
}
