package dev.meridian.server.admin;

/**
 * What one HTTP client, or all of them together, may take.
 *
 * @param uriBytes longest request line; longer ones are answered with 414
 * @param headerBytes longest headers; longer ones are answered with 431
 * @param connectionsMax connections at one time, streams of events included
 * @param streamsMax streams of events at one time
 * @param requestTimeoutMs how long a connection may be without having sent a whole request
 * @param answerTimeoutMs how long a client may leave an answer, or events of a stream, unread
 * @param refusalDelayMs how long the answer to a wrong password waits
 */
public record HttpLimits(
        int uriBytes,
        int headerBytes,
        int connectionsMax,
        int streamsMax,
        int requestTimeoutMs,
        int answerTimeoutMs,
        int refusalDelayMs) {

    public static HttpLimits defaults() {
        return new HttpLimits(8 << 10, 16 << 10, 256, 64, 15_000, 10_000, 1_000);
    }
}
