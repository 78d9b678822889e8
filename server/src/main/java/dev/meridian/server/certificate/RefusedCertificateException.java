package dev.meridian.server.certificate;

import java.security.cert.CertificateException;

/** A certificate is not good here. */
public final class RefusedCertificateException extends CertificateException {
    /** Why. */
    public enum Reason {
        UNTRUSTED,
        EXPIRED,
        EARLY,
        REVOKED,
        CLUSTER
    }

    private final Reason reason;

    RefusedCertificateException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
