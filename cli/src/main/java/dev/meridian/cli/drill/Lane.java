package dev.meridian.cli.drill;

/** The reads or the writes of one dataset by the clients of one region. */
public record Lane(String dataset, String region, boolean writes) {
    String words() {
        return dataset + " " + (writes ? "writes" : "reads") + " in " + region;
    }
}
