package dev.meridian.server.link;

import java.util.Locale;

/** Why a connection between regions is ended; each is counted. */
public enum LinkFault {
    /** The first bytes are not those of a node, or they were damaged. */
    PREFACE,
    /** The other side speaks another version of the protocol. */
    VERSION,
    /** The other side is a region that the file does not name. */
    UNKNOWN_REGION,
    /** The other side is another region than the one dialled, or means to reach another than this. */
    WRONG_REGION,
    /** The other side is this region itself. */
    SELF,
    /** The other side is a region that this one dials, not the other way round. */
    WRONG_DIALLER,
    /** The region's link stands, and it was heard a moment ago. */
    OCCUPIED,
    /** Too many connections that have not said who they are. */
    CROWDED,
    /** A block that was changed, repeated, left out, or belongs to another connection. */
    CHECKSUM,
    /** A block longer than blocks are. */
    BLOCK_LENGTH,
    /** A block of an unknown kind. */
    BLOCK_KIND,
    /** A block that does not expand to what it says. */
    EXPANSION,
    /** A frame longer than frames are. */
    FRAME_LENGTH,
    /** A frame that the kernel cannot read. */
    FRAME,
    /** The other side does not speak TLS. */
    PLAIN,
    /** The other side shows no certificate. */
    CERTIFICATE_MISSING,
    /** A certificate that does not descend from this deployment's authority. */
    CERTIFICATE_UNTRUSTED,
    CERTIFICATE_EXPIRED,
    /** A certificate that is not valid yet. */
    CERTIFICATE_EARLY,
    CERTIFICATE_REVOKED,
    /** A certificate that names no region, or one of another deployment. */
    CERTIFICATE_CLUSTER,
    /** A certificate of another region than the one dialled, or than the one that the other side says it is. */
    CERTIFICATE_REGION,
    /** Keys were not agreed on as the file demands. */
    KEY_EXCHANGE,
    /** A TLS handshake that failed otherwise, or that the other side ended. */
    HANDSHAKE,
    /** Data of a dataset that the other side's certificate does not name. */
    DATASET,
    /** The other side is a region that an operator has isolated, or this one is. */
    ISOLATED,
    /** Nothing was heard for too long. */
    SILENT,
    /** Nothing was taken for too long. */
    STALLED;

    /** As metrics name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
