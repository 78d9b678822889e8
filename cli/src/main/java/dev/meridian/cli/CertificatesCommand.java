package dev.meridian.cli;

import dev.meridian.config.Configuration;
import dev.meridian.config.LinkProtection;
import dev.meridian.config.Region;
import dev.meridian.server.certificate.CertificateAuthority;
import dev.meridian.server.certificate.CertificateNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "certificates",
        header = "Make certificates for the links between regions.",
        subcommands = CertificatesCommand.Init.class,
        synopsisSubcommandLabel = "init")
final class CertificatesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw Trouble.USAGE.because("certificates needs a subcommand", "meridian certificates init FILE");
    }

    @Command(
            name = "init",
            header = "Make an authority, and a certificate for each region.",
            description =
                    "For trying and for small deployments. Never overwrites: a second run makes what is not there."
                            + " Whoever has the authority's key can speak for every region: keep it apart.")
    static final class Init implements Callable<Integer> {
        private static final Duration AUTHORITY = Duration.ofDays(3650);
        private static final String WHERE = "{region}";

        private final Meridian meridian;

        Init(Meridian meridian) {
            this.meridian = meridian;
        }

        @Parameters(paramLabel = "FILE", description = "The configuration.")
        private Path file = Path.of("");

        @Option(
                names = "--directory",
                paramLabel = "DIR",
                description = "Where they go if the file does not say (default: ${DEFAULT-VALUE}, beside the file).")
        private Path directory = Path.of("certs");

        @Option(
                names = "--days",
                paramLabel = "N",
                description = "How long regions' are good (default: ${DEFAULT-VALUE}).")
        private int days = 365;

        @Override
        public Integer call() throws IOException, GeneralSecurityException {
            if (days < 1 || days > 3650) {
                throw Trouble.BAD_QUANTITY.because("--days is " + days, "from 1 to 3650");
            }
            Configuration configuration = Configurations.load(meridian, file);
            LinkProtection.Files given = configuration.links().files();
            LinkProtection.Files files = given == null ? usual() : given;
            List<Path> written = new ArrayList<>();
            CertificateAuthority authority = authority(configuration.name(), files.authority(), written);
            for (Region region : configuration.regions()) {
                Path certificate = files.certificate(region.name());
                Path key = files.key(region.name());
                if (Files.exists(certificate, LinkOption.NOFOLLOW_LINKS)
                        || Files.exists(key, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                CertificateAuthority.Issued issued = authority.issue(
                        new CertificateNames(configuration.name(), region.name(), Collections.emptySortedSet()),
                        Duration.ofDays(days));
                write(key, issued.keyPem(), true, written);
                write(certificate, issued.certificatePem(), false, written);
            }
            report(given == null, written);
            return ExitCode.DONE;
        }

        private LinkProtection.Files usual() {
            Path base = meridian.terminal().resolve(file).toAbsolutePath().resolveSibling(directory);
            return new LinkProtection.Files(
                    base.resolve(WHERE + ".pem").toString(),
                    base.resolve(WHERE + ".key").toString(),
                    base.resolve("authority.pem"),
                    null);
        }

        private static CertificateAuthority authority(String cluster, Path certificate, List<Path> written)
                throws IOException, GeneralSecurityException {
            Path key = certificate.resolveSibling(
                    certificate.getFileName().toString().replaceFirst("(\\.[^.]*)?$", ".key"));
            if (Files.exists(certificate)) {
                if (!Files.exists(key)) {
                    throw Trouble.FILE_UNREADABLE.because(
                            "the authority " + certificate + " is there, and its key " + key + " is not",
                            "bring the key for as long as this takes, or have that authority sign");
                }
                try {
                    return CertificateAuthority.read(Files.readAllBytes(certificate), Files.readAllBytes(key));
                } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                    throw Trouble.FILE_UNREADABLE.because(
                            certificate + " and " + key + " cannot be read as an authority and its key (EC, PKCS #8)");
                }
            }
            Instant now = Instant.now();
            CertificateAuthority made =
                    CertificateAuthority.create(cluster, now.minus(Duration.ofHours(1)), now.plus(AUTHORITY));
            write(key, made.self().keyPem(), true, written);
            write(certificate, made.self().certificatePem(), false, written);
            return made;
        }

        /** A secret is never there with other permissions, not even for a moment. */
        private static void write(Path file, String text, boolean secret, List<Path> written) throws IOException {
            try {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                boolean posix =
                        file.getFileSystem().supportedFileAttributeViews().contains("posix");
                var permissions = PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--");
                try (var out = posix
                        ? Files.newByteChannel(
                                file, Set.copyOf(options), PosixFilePermissions.asFileAttribute(permissions))
                        : Files.newByteChannel(file, options)) {
                    var bytes = java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                }
                written.add(file);
            } catch (FileAlreadyExistsException e) {
                throw Trouble.WOULD_OVERWRITE.because(file + " is there already", "move it away first");
            }
        }

        private void report(boolean unmentioned, List<Path> written) {
            meridian.answer(
                    () -> written.isEmpty()
                            ? List.of("everything is there already; nothing was written")
                            : written.stream().map(path -> "wrote " + path).toList(),
                    () -> {
                        Map<String, @Nullable Object> json = Json.ofSchema("meridian.certificates/1");
                        json.put("written", written.stream().map(Path::toString).toList());
                        return json;
                    });
            if (unmentioned) {
                meridian.say("  Write into " + file + ", under multi_region:");
                meridian.say("    links:");
                meridian.say("      certificate: " + directory.resolve(WHERE + ".pem"));
                meridian.say("      key: " + directory.resolve(WHERE + ".key"));
                meridian.say("      authority: " + directory.resolve("authority.pem"));
            }
            meridian.next("meridian validate " + file, "meridian up " + file);
        }
    }
}
