package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;

/** Why a node's thread stands still, if it does, and what waits for it to go on: all of it belongs to one run of the node. */
final class Standstill {
    private final List<Runnable> held = new ArrayList<>();
    private boolean paused;
    private boolean pausesBeforeReplies;
    private int stalls;

    /** Somebody has stopped it, or its disk makes it wait. */
    boolean stands() {
        return paused || stalls > 0;
    }

    void hold(Runnable task) {
        held.add(task);
    }

    /** What waited; it waits no more. */
    List<Runnable> release() {
        List<Runnable> tasks = List.copyOf(held);
        held.clear();
        return tasks;
    }

    /** What happens meanwhile waits. */
    void pause() {
        paused = true;
    }

    /** Stops it at the end of its next turn, between what the turn did and what it tells of it. */
    void pauseBeforeReplies() {
        pausesBeforeReplies = true;
    }

    void resume() {
        paused = false;
        pausesBeforeReplies = false;
    }

    void stalled() {
        stalls++;
    }

    void stallEnds() {
        stalls--;
    }

    /** A turn has ended. Answers whether the thread stops here, before what the turn tells leaves. */
    boolean turnEnds() {
        boolean stops = pausesBeforeReplies;
        paused |= stops;
        pausesBeforeReplies = false;
        return stops;
    }
}
