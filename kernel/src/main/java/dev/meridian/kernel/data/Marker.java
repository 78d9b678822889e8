package dev.meridian.kernel.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys beside a client's key that remember what was done with it, and so go everywhere with its data: replicated, at rest, in snapshots, in the
 * dataset and partition of the key itself. SCAN, KEYS and RANDOMKEY do not show them.
 */
public final class Marker {
    private static final byte[] END = {0, (byte) 0xFF, 'm', 'e', 'r', 'i', 'd', 'i', 'a', 'n'};

    private Marker() {}

    /** The key that remembers something, by a name, of another. */
    public static byte[] of(byte[] key, String name) {
        return of(key, name.getBytes(StandardCharsets.UTF_8), new byte[0]);
    }

    /** The key that remembers something of another, by a name that is told in two parts. */
    public static byte[] of(byte[] key, byte[] kind, byte[] name) {
        byte[] text = Arrays.copyOf(kind, kind.length + name.length);
        System.arraycopy(name, 0, text, kind.length, name.length);
        byte[] marker = Arrays.copyOf(key, key.length + 1 + text.length + END.length);
        System.arraycopy(text, 0, marker, key.length + 1, text.length);
        System.arraycopy(END, 0, marker, marker.length - END.length, END.length);
        return marker;
    }

    public static boolean is(byte[] key) {
        return key.length > END.length && Arrays.equals(key, key.length - END.length, key.length, END, 0, END.length);
    }

    /** Whether it is a marker whose name begins with this kind. */
    public static boolean isOf(byte[] key, byte[] kind) {
        if (!is(key)) {
            return false;
        }
        for (int i = 0; i + kind.length < key.length - END.length; i++) {
            if (key[i] == 0) {
                return Arrays.equals(key, i + 1, i + 1 + kind.length, kind, 0, kind.length);
            }
        }
        return false;
    }
}
