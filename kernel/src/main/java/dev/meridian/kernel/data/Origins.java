package dev.meridian.kernel.data;

import dev.meridian.kernel.bytes.MalformedBytesException;
import java.util.Arrays;

/**
 * The origins that this node has heard of: a random 64-bit identity each, numbered locally from 0 in the order
 * of first sight so that stamps and vectors hold small indices. Numbers are stored with the rows and are
 * never given to another origin. Not thread-safe.
 */
public final class Origins {
    private long[] ids = new long[8];
    private String[] regions = new String[8];

    /** By identity: one more than the index; 0 is free. Never more than half full. */
    private int[] slots = new int[16];

    private int size;

    public int size() {
        return size;
    }

    public long id(int index) {
        return ids[index];
    }

    public String region(int index) {
        return regions[index];
    }

    /** The index of an origin, or -1. */
    public int find(long id) {
        for (int slot = slot(id); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if (ids[slots[slot] - 1] == id) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    private int slot(long id) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 32) & slots.length - 1;
    }

    private void enter(int index) {
        int slot = slot(ids[index]);
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = index + 1;
    }

    public int add(long id, String region) {
        int known = find(id);
        if (known >= 0) {
            if (!regions[known].equals(region)) {
                throw new MalformedBytesException("origin " + Long.toHexString(id) + " claimed by region " + region
                        + " belongs to region " + regions[known]);
            }
            return known;
        }
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
            regions = Arrays.copyOf(regions, size * 2);
            slots = new int[size * 4];
            for (int i = 0; i < size; i++) {
                enter(i);
            }
        }
        ids[size] = id;
        regions[size] = region;
        enter(size);
        return size++;
    }

    /** Total order of stamps: by HLC, then by the origin's identity; the same on every node. */
    public int compare(long hlcA, int originA, long hlcB, int originB) {
        return hlcA != hlcB ? Long.compare(hlcA, hlcB) : Long.compareUnsigned(ids[originA], ids[originB]);
    }
}
