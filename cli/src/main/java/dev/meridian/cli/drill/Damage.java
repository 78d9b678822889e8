package dev.meridian.cli.drill;

import java.util.Set;

/**
 * What is out of order during a fault.
 *
 * @param down regions that answer nobody
 * @param isolated regions that serve their own clients and reach no other region
 * @param fullDisk regions that can write nothing down
 * @param wrongClock regions whose wall clock is further off than the file allows
 * @param handedOver regions whose primaries are elsewhere for the time being
 */
record Damage(
        Set<String> down, Set<String> isolated, Set<String> fullDisk, Set<String> wrongClock, Set<String> handedOver) {
    static final Damage NONE = new Damage(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    Damage withDown(Set<String> regions) {
        return new Damage(regions, isolated, fullDisk, wrongClock, handedOver);
    }

    Damage withIsolated(Set<String> regions) {
        return new Damage(down, regions, fullDisk, wrongClock, handedOver);
    }

    Damage withFullDisk(Set<String> regions) {
        return new Damage(down, isolated, regions, wrongClock, handedOver);
    }

    Damage withWrongClock(Set<String> regions) {
        return new Damage(down, isolated, fullDisk, regions, handedOver);
    }

    Damage withHandedOver(Set<String> regions) {
        return new Damage(down, isolated, fullDisk, wrongClock, regions);
    }

    /** Whether two regions can talk with each other; a region with itself if it lives. */
    boolean talk(String one, String other) {
        boolean alive = !down.contains(one) && !down.contains(other);
        return alive && (one.equals(other) || !isolated.contains(one) && !isolated.contains(other));
    }

    /** Whether a region can take a write and make it durable. */
    boolean takes(String region) {
        return !down.contains(region) && !fullDisk.contains(region);
    }
}
