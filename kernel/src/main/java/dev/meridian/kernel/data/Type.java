package dev.meridian.kernel.data;

/**
 * The types of rows. A key's value is a string, hash, set, sorted set, list or HyperLogLog; EXPIRY is the key's lifetime
 * and HEADER what the key itself remembers. HYPERLOGLOG rows are registers 0 to 16383, each merged by maximum. BITMAP
 * rows are bits over the key's string: see {@link Bitmap}.
 */
public enum Type {
    HEADER("none"),
    STRING("string"),
    HASH("hash"),
    SET("set"),
    ZSET("zset"),
    LIST("list"),
    HYPERLOGLOG("string"),
    EXPIRY("none"),
    BITMAP("string");

    private static final Type[] ALL = values();
    private final String redisName;

    Type(String redisName) {
        this.redisName = redisName;
    }

    /** As the TYPE command names it. */
    public String redisName() {
        return redisName;
    }

    /** Rows of which, whatever the dataset's resolution, none is lost to another that was written without knowledge of it. */
    boolean mergesByNature() {
        return this == HYPERLOGLOG || this == BITMAP;
    }

    /** The type with this code (its ordinal, which is stored on disk), or null. */
    public static @org.jspecify.annotations.Nullable Type of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
