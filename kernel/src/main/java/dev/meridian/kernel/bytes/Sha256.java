package dev.meridian.kernel.bytes;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 digests and seals, and comparison that tells nothing by its time. Not thread-safe. */
public final class Sha256 {
    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /** The 32 bytes of the digest. */
    public byte[] of(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return digest.digest();
    }

    /** HMAC-SHA256 by a secret of at least one byte: 32 bytes. */
    public static byte[] seal(byte[] secret, byte[] bytes, int offset, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(bytes, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }

    /** Whether the bytes are the same; takes as long wherever they differ. */
    public static boolean same(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }
}
