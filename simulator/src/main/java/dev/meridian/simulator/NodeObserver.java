package dev.meridian.simulator;

import java.util.Map;

/** What the checkers watch of a node. */
interface NodeObserver {
    /** @param wallMs by the wall clock of the region, when its turn began */
    void appended(int region, byte[] bytes, int offset, int length, long wallMs);

    /** The region starts and may lack what it had appended. */
    void lost(int region);

    void sent(int from, int to, String reason, byte[] frame);

    void alarm(int region, String code, String text);

    void happened(int region, String name, Map<String, String> details);

    /** A way was taken that is not always taken. */
    void met(String what);
}
