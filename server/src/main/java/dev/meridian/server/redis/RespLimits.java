package dev.meridian.server.redis;

/**
 * What one client may ask of the Redis door. Beyond a limit the client gets an error or is cut off; nobody else notices.
 *
 * @param argumentsMax arguments of a command
 * @param bulkBytesMax bytes of an argument
 * @param inlineBytesMax bytes of a command that is a line
 * @param commandBytesMax bytes of a command that has not arrived whole
 * @param unauthenticatedArgumentsMax arguments of a command before AUTH
 * @param unauthenticatedBulkBytesMax bytes of an argument before AUTH
 * @param unauthenticatedTimeoutMs after which a connection without AUTH ends
 * @param outputSoftBytes replies that wait, above which no more commands of the client are read
 * @param outputHardBytes replies that wait, above which the client is cut off
 * @param subscriberOutputHardBytes the same for a client that listens to channels
 * @param connectionsMax connections at once
 * @param passwordsRefusedMax wrong passwords on one connection before it ends
 * @param refusalDelayMs how long the answer to an address' second wrong password takes; twice as long for each further
 *     one
 * @param refusalDelayMsMax the most that such an answer takes
 */
public record RespLimits(
        int argumentsMax,
        int bulkBytesMax,
        int inlineBytesMax,
        int commandBytesMax,
        int unauthenticatedArgumentsMax,
        int unauthenticatedBulkBytesMax,
        int unauthenticatedTimeoutMs,
        int outputSoftBytes,
        int outputHardBytes,
        int subscriberOutputHardBytes,
        int connectionsMax,
        int passwordsRefusedMax,
        int refusalDelayMs,
        int refusalDelayMsMax) {

    private static final int KIB = 1024;

    /** What is kept of the command, and of the replies, of one who has not logged in. */
    static final int UNAUTHENTICATED_BYTES_MAX = 64 * KIB;

    private static final int MIB = 1024 * KIB;

    /** Redis' limits where it has them. */
    public static RespLimits defaults() {
        return new RespLimits(
                1024 * KIB,
                512 * MIB,
                64 * KIB,
                1024 * MIB,
                10,
                16 * KIB,
                10_000,
                MIB,
                256 * MIB,
                32 * MIB,
                10_000,
                10,
                100,
                5_000);
    }

    /** The same with another limit to an argument. */
    public RespLimits withBulk(int bytesMax) {
        return new RespLimits(
                argumentsMax,
                bytesMax,
                inlineBytesMax,
                commandBytesMax,
                unauthenticatedArgumentsMax,
                unauthenticatedBulkBytesMax,
                unauthenticatedTimeoutMs,
                outputSoftBytes,
                outputHardBytes,
                subscriberOutputHardBytes,
                connectionsMax,
                passwordsRefusedMax,
                refusalDelayMs,
                refusalDelayMsMax);
    }

    /** The same with other caps on the replies that wait. */
    public RespLimits withOutput(int softBytes, int hardBytes, int subscriberHardBytes) {
        return new RespLimits(
                argumentsMax,
                bulkBytesMax,
                inlineBytesMax,
                commandBytesMax,
                unauthenticatedArgumentsMax,
                unauthenticatedBulkBytesMax,
                unauthenticatedTimeoutMs,
                softBytes,
                hardBytes,
                subscriberHardBytes,
                connectionsMax,
                passwordsRefusedMax,
                refusalDelayMs,
                refusalDelayMsMax);
    }

    /** The same with another number of connections and another time for AUTH. */
    public RespLimits withConnections(int max, int authTimeoutMs) {
        return new RespLimits(
                argumentsMax,
                bulkBytesMax,
                inlineBytesMax,
                commandBytesMax,
                unauthenticatedArgumentsMax,
                unauthenticatedBulkBytesMax,
                authTimeoutMs,
                outputSoftBytes,
                outputHardBytes,
                subscriberOutputHardBytes,
                max,
                passwordsRefusedMax,
                refusalDelayMs,
                refusalDelayMsMax);
    }
}
