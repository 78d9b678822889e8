package dev.meridian.server.certificate;

import dev.meridian.config.LinkProtection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the files of a region's links hold at one moment. */
record CertificateFiles(byte[] certificate, byte[] key, byte[] authority, byte[] revoked) {
    private static final long BYTES_MAX = 4 << 20;

    static CertificateFiles read(LinkProtection.Files files, String region) throws CertificateFilesException {
        return new CertificateFiles(
                bytes(files.certificate(region)),
                bytes(files.key(region)),
                bytes(files.authority()),
                bytes(files.revoked()));
    }

    private static byte[] bytes(@Nullable Path file) throws CertificateFilesException {
        if (file == null) {
            return new byte[0];
        }
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new CertificateFilesException(file + " is larger than " + BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (CertificateFilesException e) {
            throw e;
        } catch (IOException e) {
            throw new CertificateFilesException(file + " cannot be read, or is not there");
        }
    }

    boolean same(CertificateFiles other) {
        return Arrays.equals(certificate, other.certificate)
                && Arrays.equals(key, other.key)
                && Arrays.equals(authority, other.authority)
                && Arrays.equals(revoked, other.revoked);
    }
}
