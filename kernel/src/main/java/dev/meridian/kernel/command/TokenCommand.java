package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.bytes.Sha256;
import dev.meridian.kernel.replication.Group;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.BiConsumer;

/**
 * MERIDIAN.TOKEN: what this connection has seen, as text to carry to another region; MERIDIAN.TOKEN ADOPT token: from now
 * on reads here contain that too, or answer NOTYET.
 *
 * <p>A token is base64url of: u8 version 1, u64 fingerprint of the configuration, varint count of groups, each u32 group and
 * the vector, then the first 16 bytes of the HMAC-SHA256 of all that by the nodes' own secret.
 */
public final class TokenCommand {
    private static final int VERSION = 1;
    private static final int SEAL_BYTES = 16;
    private static final int TOKEN_CHARS_MAX = 1 << 16;
    private static final String INVALID = "ERR invalid session token";

    private final Kernel kernel;

    private TokenCommand(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        table.accept("MERIDIAN.TOKEN", new TokenCommand(kernel)::run);
    }

    private void run(Execution x) {
        Args args = x.args();
        if (args.count() == 1) {
            x.reply().bulk(export(x.client().session));
        } else if (args.count() == 3 && args.is(1, "ADOPT")) {
            String refusal = args.length(2) > TOKEN_CHARS_MAX ? INVALID : adopt(x.client().session, args.copy(2));
            if (refusal.isEmpty()) {
                x.reply().ok();
            } else {
                x.reply().error(refusal);
            }
        } else {
            x.reply().error("ERR syntax: MERIDIAN.TOKEN, or MERIDIAN.TOKEN ADOPT token");
        }
    }

    private String export(Session session) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        out.i64(kernel.options().fingerprint());
        int count = 0;
        for (Group group : kernel.groups()) {
            count += session.touched(group.index()) ? 1 : 0;
        }
        out.varint(count);
        for (Group group : kernel.groups()) {
            if (session.touched(group.index())) {
                if (group.held()) {
                    session.raise(group.index(), group.told());
                }
                out.i32(group.wireId());
                session.writeFloor(group.index(), kernel.origins(), out);
            }
        }
        byte[] seal = seal(out.array(), out.size());
        out.raw(seal, 0, SEAL_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    /** Answers the refusal, or nothing. */
    private String adopt(Session session, byte[] text) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return INVALID + ": it is not base64url";
        }
        int length = token.length - SEAL_BYTES;
        if (length < 10
                || !Sha256.same(
                        Arrays.copyOfRange(token, length, token.length),
                        Arrays.copyOf(seal(token, length), SEAL_BYTES))) {
            return INVALID;
        }
        ByteReader in = new ByteReader().wrap(token, 0, length);
        try {
            if (in.u8() != VERSION) {
                return INVALID + ": it is of another version";
            }
            if (in.i64() != kernel.options().fingerprint()) {
                return INVALID + ": it is of another configuration";
            }
            Session told = new Session();
            for (int n = in.count(); n > 0; n--) {
                int group = kernel.placement().groupOf(in.i32());
                if (group < 0) {
                    return INVALID;
                }
                told.readFloor(group, kernel.origins(), in);
            }
            session.learn(told);
            return "";
        } catch (MalformedBytesException e) {
            return INVALID;
        }
    }

    private byte[] seal(byte[] bytes, int length) {
        return Sha256.seal(kernel.options().clusterSecret(), bytes, 0, length);
    }
}
