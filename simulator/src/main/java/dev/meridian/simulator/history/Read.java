package dev.meridian.simulator.history;

/**
 * What one command showed of a key.
 *
 * @param shown the writes seen, by their index in the key; of a register at most one
 * @param number of a counter its value, of EXISTS how many
 */
record Read(Step step, int call, KeyHistory key, int[] shown, long number) {
    boolean settled() {
        return step.operation.settled();
    }

    boolean empty() {
        return shown.length == 0 && number == 0;
    }
}
