package dev.meridian.kernel.primary;

/** How a node asks the control group for a decision. */
public interface ControlPort {
    /**
     * Proposes an entry ({@link ControlEntry}) for the control group's log. Answered in a later turn with the outcome that the state
     * machine gave it, or with null when it is not known whether it was decided; the same entry may then be proposed again, since
     * an operation takes effect once.
     *
     * @param ticket names the proposal to the node that makes it, never used twice in a run
     */
    void propose(long ticket, byte[] entry);
}
