package dev.meridian.simulator;

/** Numbers in RESP replies, as clients read them. */
final class Resp {
    private Resp() {}

    /** The number of an integer reply or of a bulk string; an absent one is 0. */
    static long number(String reply) {
        if (reply.startsWith(":")) {
            return Long.parseLong(reply.substring(1, reply.indexOf('\r')));
        }
        if (reply.startsWith("$-1")) {
            return 0;
        }
        int line = reply.indexOf('\n') + 1;
        return Long.parseLong(reply.substring(line, reply.indexOf('\r', line)));
    }

    /** The numbers of an array of two bulk strings. */
    static long[] numbers(String reply) {
        long[] numbers = new long[2];
        int at = reply.indexOf('\n') + 1;
        for (int i = 0; i < 2; i++) {
            int end = reply.indexOf('\n', at) + 1;
            if (reply.startsWith("$-1", at)) {
                at = end;
                continue;
            }
            int valueEnd = reply.indexOf('\r', end);
            numbers[i] = Long.parseLong(reply.substring(end, valueEnd));
            at = valueEnd + 2;
        }
        return numbers;
    }
}
