package dev.meridian.kernel.data;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/** Random test data from a seed; the same seed gives the same data. */
public final class Gen {
    public final SplittableRandom random;

    public Gen(long seed) {
        random = new SplittableRandom(seed);
    }

    /** 0 to below {@code bound}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    public <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    @SafeVarargs
    public final <T> T of(T... values) {
        return values[random.nextInt(values.length)];
    }

    public byte[] bytes(int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Of all seeds so many in a hundred are tried: fewer where the same tests run over and over, as in mutation testing. */
    private static final int SHARE = Integer.getInteger("meridian.test.seeds.share", 100);

    /** Runs a check for {@code count} seeds; a failure names its seed. */
    public static void seeds(long first, int count, LongConsumer check) {
        for (long seed = first; seed < first + count * SHARE / 100; seed++) {
            try {
                check.accept(seed);
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed + ": " + t.getMessage(), t);
            }
        }
    }
}
