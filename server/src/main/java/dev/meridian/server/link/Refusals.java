package dev.meridian.server.link;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections that ended for a fault: all are counted; faults come from outside, so at most one a second is logged. On the links' thread. */
final class Refusals {
    private static final long LOGGED_NS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    final LinkMeter.Faults faults = new LinkMeter.Faults();
    private long loggedNs;
    private long silent;

    void add(String with, LinkFault fault, String text) {
        faults.add(fault);
        long now = System.nanoTime();
        if (loggedNs != 0 && now - loggedNs < LOGGED_NS) {
            silent++;
            return;
        }
        LOG.warn("a connection with {} is ended: {} ({}; {} more were not logged)", with, text, fault.word(), silent);
        loggedNs = now;
        silent = 0;
    }

    /** One that broke by itself, which is no fault of the other side's. */
    void broken(String with, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.info("the connection with {} broke: {}", with, cause.getMessage());
        } else {
            LOG.error("the connection with {} broke", with, cause);
        }
    }
}
