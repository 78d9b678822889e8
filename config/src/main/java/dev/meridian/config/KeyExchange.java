package dev.meridian.config;

/** What a link's handshake must have used to agree on its keys. */
public enum KeyExchange implements Word {
    /** X25519 with ML-KEM-768 where the other side can, else X25519. */
    HYBRID_PREFERRED("hybrid_preferred"),
    /** X25519 with ML-KEM-768 or no link. */
    HYBRID_REQUIRED("hybrid_required");

    private final String word;

    KeyExchange(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
