package dev.meridian.server.certificate;

import java.io.IOException;

/** The files of a region's links are not there, or do not fit each other or the configuration. */
public final class CertificateFilesException extends IOException {
    CertificateFilesException(String message) {
        super(message);
    }
}
