package dev.meridian.simulator;

/** The ways in which a link breaks that are more than a cut or a delay, by the word that a scenario has for each. */
public enum LinkFault {
    /** Some frames take very long, up to a minute, and hold up what is behind them. */
    HEAVY_TAIL("heavy-tail") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            network.heavyTail(from, to);
            return true;
        }
    },
    /** So many bytes a second pass; what is urgent passes first. */
    CAP("cap") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            network.cap(from, to, amount);
            return true;
        }
    },
    /** The receiver takes so many bytes a second, in the order in which they arrived, whatever their urgency. */
    SLOW_RECEIVER("slow-receiver") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            network.slowReceiver(from, to, Math.max(1, amount));
            return true;
        }
    },
    /** The frame that came so many before the last comes once more. */
    REPLAY("replay") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            return network.replay(from, to, amount);
        }
    },
    /** A frame under way is damaged: its checksum does not fit where it arrives, and the connection ends over it. */
    CORRUPT("corrupt") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            return network.corrupt(from, to);
        }
    },
    /** Everything vanishes, both ways; the one side's connection has ended and the other does not know. */
    HALF_OPEN("half-open") {
        @Override
        boolean strike(SimulatedNetwork network, int from, int to, long amount) {
            return network.halfOpen(from, to);
        }
    };

    /** As a scenario says it. */
    public final String word;

    LinkFault(String word) {
        this.word = word;
    }

    /** Breaks one direction. Answers whether there was anything to break. */
    abstract boolean strike(SimulatedNetwork network, int from, int to, long amount);
}
