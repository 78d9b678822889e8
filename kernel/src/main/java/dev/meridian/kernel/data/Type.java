package dev.meridian.kernel.data;

/**
 * The types of rows. A key's value is a string, hash, set, sorted set, list or HyperLogLog; EXPIRY is the key's lifetime
 * and HEADER what the key itself remembers. HYPERLOGLOG rows are registers 0 to 16383, each merged by maximum. BITMAP
 * rows are bits over the key's string: see {@link Bitmap}. DROPPED rows belong to no key: see {@link DroppedValue}.
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
    BITMAP("string"),
    DROPPED("none");

    private static final Type[] ALL = values();
    private final String redisName;

    Type(String redisName) {
        this.redisName = redisName;
    }

    /** As the TYPE command names it. */
    public String redisName() {
        return redisName;
    }

    /** Whether mutations write rows of the type. */
    public boolean isWritten() {
        return this != HEADER && this != DROPPED;
    }

    /** Rows of which, whatever the dataset's resolution, none is lost to another that was written without knowledge of it. */
    boolean mergesByNature() {
        return this == HYPERLOGLOG || this == BITMAP;
    }

    /** Rows whose register holds bytes as a client gave them, which a {@link ConflictRule} can read and answer with. */
    boolean holdsText() {
        return this == STRING || this == HASH || this == LIST;
    }

    /** The type with this code (its ordinal, which is stored on disk), or null. */
    public static @org.jspecify.annotations.Nullable Type of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : null;
    }
}
