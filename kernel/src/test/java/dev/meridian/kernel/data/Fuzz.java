package dev.meridian.kernel.data;

import java.util.Arrays;

/** Damages bytes as disks, networks and hostile peers do. */
public final class Fuzz {
    private Fuzz() {}

    public static byte[] damage(Gen gen, byte[] bytes) {
        if (bytes.length == 0) {
            return gen.bytes(4);
        }
        byte[] bad = bytes.clone();
        int at = gen.below(bytes.length);
        switch (gen.below(6)) {
            case 0 -> bad = Arrays.copyOf(bad, at);
            case 1 -> bad[at] ^= (byte) (1 << gen.below(8));
            case 2 -> bad[at] = (byte) 0xFF;
            case 3 -> Arrays.fill(bad, at, Math.min(bad.length, at + 9), (byte) 0xFF);
            case 4 -> {
                bad = Arrays.copyOf(bad, bad.length + 1 + gen.below(9));
                gen.random.nextBytes(bad);
                System.arraycopy(bytes, 0, bad, 0, bytes.length);
            }
            default -> {
                // A piece repeated in its place.
                int length = 1 + gen.below(Math.min(16, bytes.length - at));
                bad = new byte[bytes.length + length];
                System.arraycopy(bytes, 0, bad, 0, at + length);
                System.arraycopy(bytes, at, bad, at + length, bytes.length - at);
            }
        }
        return bad;
    }
}
