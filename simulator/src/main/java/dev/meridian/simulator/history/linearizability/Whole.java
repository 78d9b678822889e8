package dev.meridian.simulator.history.linearizability;

import java.util.List;

/**
 * A read of a whole set or list.
 *
 * @param inOrder whether the elements have an order
 */
record Whole(List<String> elements, boolean inOrder, long hash) {
    Whole(List<String> elements, boolean inOrder) {
        this(elements, inOrder, hash(elements, inOrder));
    }

    private static long hash(List<String> elements, boolean inOrder) {
        long hash = 0;
        for (String element : elements) {
            hash = inOrder ? Value.Elements.hash(hash, element) : hash ^ Hashes.of(element);
        }
        return hash;
    }

    /** Whether a read of this value answers so. */
    boolean shows(Value value) {
        return switch (value) {
            case Value.Missing missing -> elements.isEmpty();
            case Value.Text text -> false;
            case Value.Members members -> !inOrder && members.size() == elements.size() && members.hash() == hash;
            case Value.Elements list -> inOrder && list.size() == elements.size() && list.hash() == hash;
        };
    }
}
