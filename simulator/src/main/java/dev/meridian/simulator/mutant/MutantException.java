package dev.meridian.simulator.mutant;

/** A mutant that cannot be planted: the message says which, why, and what would mend it. */
public final class MutantException extends Exception {
    MutantException(String message) {
        super(message);
    }
}
