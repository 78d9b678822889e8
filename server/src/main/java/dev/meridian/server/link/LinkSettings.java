package dev.meridian.server.link;

/**
 * Times and limits of links.
 *
 * @param bytesPerSecond the most that is sent to one region, on the wire; 0 is no limit. Heartbeats and fencing go at once
 *     and count
 * @param prefaceMs how long the other side may take to say who it is
 * @param silenceMs after which a connection on which nothing came is given up, so that it is made anew
 * @param stallMs after which a connection that takes nothing of what waits is given up
 * @param urgentBytesMax how much of what cannot be held back (heartbeats, forwarded commands) may wait
 * @param rereadMs how often certificates' files are looked at
 */
public record LinkSettings(
        long bytesPerSecond, long prefaceMs, long silenceMs, long stallMs, long urgentBytesMax, long rereadMs) {
    public static LinkSettings defaults() {
        return new LinkSettings(0, 5_000, 15_000, 15_000, 16 << 20, 5_000);
    }

    public LinkSettings withBytesPerSecond(long limit) {
        return new LinkSettings(limit, prefaceMs, silenceMs, stallMs, urgentBytesMax, rereadMs);
    }

    /** For tests, where minutes are too long. */
    LinkSettings withTimes(long preface, long silence, long stall) {
        return new LinkSettings(bytesPerSecond, preface, silence, stall, urgentBytesMax, rereadMs);
    }

    /** For tests, where seconds are too long. */
    LinkSettings withReread(long ms) {
        return new LinkSettings(bytesPerSecond, prefaceMs, silenceMs, stallMs, urgentBytesMax, ms);
    }
}
