package dev.meridian.simulator.history;

/** One value, element or amount that a command wrote, or the deletion of a key. */
final class Write {
    final Step step;
    final int call;
    final KeyHistory key;
    final String value;
    final long amount;
    final Operation.Outcome outcome;

    /** Which of the key's writes it is, in the order in which they were called. */
    int index;

    /** Whether the policy lets it be gone. */
    boolean excused;

    Write(Step step, int call, KeyHistory key, String value, long amount, Operation.Outcome outcome) {
        this.step = step;
        this.call = call;
        this.key = key;
        this.value = value;
        this.amount = amount;
        this.outcome = outcome;
    }

    boolean ok() {
        return outcome == Operation.Outcome.OK;
    }

    boolean refused() {
        return outcome == Operation.Outcome.REFUSED;
    }

    long calledNs() {
        return step.operation.calledNs();
    }

    /** When it was acknowledged; an unknown one never was. */
    long returnedNs() {
        return ok() ? step.operation.returnedNs() : Operation.NEVER;
    }

    @Override
    public String toString() {
        return value + " of " + key.name;
    }
}
