package dev.meridian.simulator;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is done to the world from outside. All that was drawn for it is in it: performing draws nothing. Its text
 * is a line of the scenario language, so that whatever a seed does can be written down and done again.
 *
 * <p>A new fault is a record here, a method of {@link Injection}, a command of the scenario language and a draw in
 * {@link Faults}.
 */
public sealed interface Action {
    /** Does it. Answers whether there was anything to do: a node that is down cannot be killed. */
    boolean perform(Stage stage);

    /** The line of a scenario that does it. */
    String text();

    /** By which name it is counted; null for what is no fault. */
    default @Nullable String fault() {
        return null;
    }

    /** Whether it has to do with this region. */
    boolean concerns(String region);

    /** What is done in one region. */
    sealed interface OfRegion extends Action {
        String region();

        @Override
        default boolean concerns(String other) {
            return region().equals(other);
        }
    }

    /**
     * A client sends commands, one behind the answer to the other. Of a block whose MULTI is refused the rest is not sent.
     */
    record Send(String region, String client, List<List<String>> commands) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            stage.clients().send(this, reply -> {}, replies -> {});
            return true;
        }

        @Override
        public String text() {
            String head = "command " + region + (client.equals("client") ? "" : " client=" + client);
            boolean plain =
                    commands.size() == 1 && commands.getFirst().stream().allMatch(word -> word.matches("[^=\"$# ]+"));
            return plain
                    ? head + " " + String.join(" ", commands.getFirst())
                    : head + "\n" + commands.stream().map(Send::line).collect(Collectors.joining("\n")) + "\n";
        }

        private static String line(List<String> words) {
            return words.stream()
                    .map(word -> word.isEmpty() || word.contains(" ") ? '"' + word + '"' : word)
                    .collect(Collectors.joining(" "));
        }
    }

    /** A client adopts, in this region, the session token that it was given last. */
    record Adopt(String region, String client) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.clients().adopt(region, client, reply -> {});
        }

        @Override
        public String text() {
            return "adopt " + region + " client=" + client;
        }
    }

    /** A client closes its connection. */
    record Leave(String region, String client) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.clients().leave(region, client);
        }

        @Override
        public String text() {
            return "disconnect " + region + " client=" + client;
        }
    }

    /** From its next connection on the client leaves each reply unread for so long. */
    record Dawdle(String region, String client, long ms) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.clients().dawdle(region, client, ms);
        }

        @Override
        public String text() {
            return "dawdle " + region + " client=" + client + " by=" + ms + "ms";
        }

        @Override
        public String fault() {
            return "slow reader";
        }
    }

    /** Which links: of one region with all others, of two regions, or of one direction between them. */
    record Links(String region, @Nullable String other, boolean oneWay) {
        @Override
        public String toString() {
            return other == null ? region : oneWay ? region + " to=" + other : region + " " + other;
        }

        boolean concerns(String name) {
            return region.equals(name) || name.equals(other);
        }
    }

    /** Nothing more arrives on these links; what is under way waits. */
    record Cut(Links links) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().cut(links);
        }

        @Override
        public String text() {
            return "cut " + links;
        }

        @Override
        public String fault() {
            return links.other == null ? "isolation" : links.oneWay ? "one-way cut" : "cut";
        }

        @Override
        public boolean concerns(String region) {
            return links.concerns(region);
        }
    }

    /** The links carry again, as fast as at the beginning. */
    record Heal(Links links) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().heal(links);
        }

        @Override
        public String text() {
            return "heal " + links;
        }

        @Override
        public boolean concerns(String region) {
            return links.concerns(region);
        }
    }

    /** The links take so long from now on, and lose so much, until they are healed. */
    record Slow(Links links, long delayMs, long jitterMs, int lossPermille) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().slow(links, delayMs, jitterMs, lossPermille);
        }

        @Override
        public String text() {
            return "slow " + links + " delay=" + delayMs + "ms" + (jitterMs == 0 ? "" : " jitter=" + jitterMs + "ms")
                    + (lossPermille == 0 ? "" : " loss=" + lossPermille);
        }

        @Override
        public String fault() {
            return "slow link";
        }

        @Override
        public boolean concerns(String region) {
            return links.concerns(region);
        }
    }

    /** The connection of two regions ends, and what is under way is lost. */
    record Break(String region, String other) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().breakConnection(region, other);
        }

        @Override
        public String text() {
            return "break " + region + " " + other;
        }

        @Override
        public String fault() {
            return "broken connection";
        }

        @Override
        public boolean concerns(String name) {
            return region.equals(name) || other.equals(name);
        }
    }

    /**
     * A frame arrives that is none, and the connection ends over it.
     *
     * @param hex its bytes; empty for the beginning of the frame that came last
     * @param keep how much of that frame
     */
    record Nonsense(String region, String to, String hex, int keep) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().nonsense(region, to, hex, keep);
        }

        @Override
        public String text() {
            return "nonsense " + region + " to=" + to + (hex.isEmpty() ? " keep=" + keep : " hex=" + hex);
        }

        @Override
        public String fault() {
            return hex.isEmpty() ? "cut-off frame" : "nonsense frame";
        }

        @Override
        public boolean concerns(String name) {
            return region.equals(name) || to.equals(name);
        }
    }

    /** The process ends at once; what it wrote stays. */
    record Kill(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().kill(region);
        }

        @Override
        public String text() {
            return "crash " + region;
        }

        @Override
        public String fault() {
            return "kill";
        }
    }

    /**
     * The power is lost, and of what was not synced a part that the seed decides.
     *
     * @param seed 0 to lose all of it
     */
    record LosePower(String region, long seed) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().losePower(region, seed);
        }

        @Override
        public String text() {
            return "power-loss " + region + (seed == 0 ? "" : " seed=" + seed);
        }

        @Override
        public String fault() {
            return "power loss";
        }
    }

    /** The process ends and its disk is gone. */
    record LoseDisk(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().loseDisk(region);
        }

        @Override
        public String text() {
            return "disk-loss " + region;
        }

        @Override
        public String fault() {
            return "disk lost";
        }
    }

    /** An image of the disk is kept. */
    record KeepImage(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().keepImage(region);
        }

        @Override
        public String text() {
            return "disk-image " + region;
        }
    }

    /** The process ends, and the image that was kept is put in the place of its disk. */
    record RestoreImage(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().restoreImage(region);
        }

        @Override
        public String text() {
            return "disk-restore " + region;
        }

        @Override
        public String fault() {
            return "old disk restored";
        }
    }

    /** The process starts, if it does not run. */
    record Restart(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().restart(region);
        }

        @Override
        public String text() {
            return "restart " + region;
        }
    }

    /** An operator starts the process with the file of the others, or with another. */
    record File(String region, boolean other) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().file(region, other);
        }

        @Override
        public String text() {
            return "file " + region + (other ? " other" : " same");
        }

        @Override
        public @Nullable String fault() {
            return other ? "wrong file" : null;
        }
    }

    /** The process stands still. */
    record Pause(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().pause(region);
        }

        @Override
        public String text() {
            return "pause " + region;
        }

        @Override
        public String fault() {
            return "pause";
        }
    }

    /** The process goes on. */
    record Resume(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().resume(region);
        }

        @Override
        public String text() {
            return "resume " + region;
        }
    }

    /** The wall clock is off by so much from now on. */
    record Skew(String region, long ms) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().skew(region, ms);
        }

        @Override
        public String text() {
            return "skew " + region + " by=" + (ms < 0 ? "" : "+") + ms + "ms";
        }

        @Override
        public String fault() {
            return ms < 0 ? "clock jump back" : "clock jump ahead";
        }
    }

    /** The process stands still at the end of its next turn, between what the turn did and what it tells of it. */
    record PauseBeforeReplies(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().pauseBeforeReplies(region);
        }

        @Override
        public String text() {
            return "pause " + region + " at=replies";
        }

        @Override
        public String fault() {
            return "pause before replies";
        }
    }

    /** The machine stands still, its monotonic clock included, until the process is to go on. */
    record Suspend(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().suspend(region);
        }

        @Override
        public String text() {
            return "pause " + region + " at=machine";
        }

        @Override
        public String fault() {
            return "machine suspended";
        }
    }

    /** The wall clock stands still until it is set. */
    record StickClock(String region) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().stickClock(region);
        }

        @Override
        public String text() {
            return "stick-clock " + region;
        }

        @Override
        public String fault() {
            return "stuck clock";
        }
    }

    /**
     * The disk breaks, or is as it was.
     *
     * @param amount of what the fault has an amount of
     * @param seed decides what the fault leaves open
     */
    record Disk(String region, DiskFault how, long amount, long seed) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().breakDisk(region, how, amount, seed);
        }

        @Override
        public String text() {
            return "disk " + region + " " + how.word + (amount == 0 ? "" : " amount=" + amount)
                    + (seed == 0 ? "" : " seed=" + seed);
        }

        @Override
        public @Nullable String fault() {
            return how == DiskFault.SOUND ? null : "disk " + how.word;
        }
    }

    /** Links break in another way than by a cut; they are healed as after one. */
    record BreakLink(Links links, LinkFault how, long amount) implements Action {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().breakLink(links, how, amount);
        }

        @Override
        public String text() {
            return "link " + links + " how=" + how.word + (amount == 0 ? "" : " amount=" + amount);
        }

        @Override
        public String fault() {
            return "link " + how.word;
        }

        @Override
        public boolean concerns(String region) {
            return links.concerns(region);
        }
    }

    /**
     * An operator asks a region's node to move the primary of a dataset's group. How it ends is told later.
     *
     * @param region whose node is asked
     * @param to who is to be primary; a failover is asked of that region
     * @param isLossAccepted whether acknowledged writes may be missing
     * @param operation its name
     */
    record Move(String region, String dataset, String to, boolean isPlanned, boolean isLossAccepted, String operation)
            implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().move(this);
        }

        @Override
        public String text() {
            return isPlanned
                    ? "switchover " + dataset + " to=" + to + " at=" + region + " operation=" + operation
                    : "failover " + dataset + " to=" + to + (isLossAccepted ? " loss=accepted" : "") + " operation="
                            + operation;
        }

        @Override
        public String fault() {
            return isPlanned ? "switchover" : "failover by hand";
        }
    }

    /** An operator takes a region out of service or brings it back; primaries stay where they are. */
    record Drain(String region, boolean isOff, String operation) implements OfRegion {
        @Override
        public boolean perform(Stage stage) {
            return stage.injection().drain(this);
        }

        @Override
        public String text() {
            return (isOff ? "drain " : "undrain ") + region + " operation=" + operation;
        }
    }
}
