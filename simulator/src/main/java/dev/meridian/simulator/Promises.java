package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All promises that clients are made. */
final class Promises {
    private final List<Promise> all;

    Promises(List<Promise> all) {
        this.all = all;
    }

    List<Consumer<String>> sent(Asked asked) {
        List<Consumer<String>> told = new ArrayList<>(all.size());
        for (Promise promise : all) {
            Consumer<String> answer = promise.sent(asked);
            if (answer != null) {
                told.add(answer);
            }
        }
        return told;
    }

    void lost(int region) {
        all.forEach(promise -> promise.lost(region));
    }

    void judge() {
        all.forEach(Promise::judge);
    }
}
