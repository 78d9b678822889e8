package dev.meridian.kernel.bytes;

/** Bytes that this program did not write, or that changed since: the message says what was expected. */
public final class MalformedBytesException extends RuntimeException {
    public MalformedBytesException(String message) {
        super(message);
    }
}
