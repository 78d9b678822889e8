package dev.meridian.simulator;

/** Looks for bytes in bytes. */
final class Search {
    private Search() {}

    static boolean contains(byte[] bytes, int length, byte[] sought) {
        outer:
        for (int i = 0; i + sought.length <= length; i++) {
            for (int j = 0; j < sought.length; j++) {
                if (bytes[i + j] != sought[j]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }
}
