package dev.meridian.server.admin;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.Origins;
import dev.meridian.kernel.data.VersionVector;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a peer and this node are apart in one group; -1 where that is not known.
 *
 * @param lagMs age of this region's oldest mutation that the peer has not confirmed
 * @param lagMutations how many those are
 * @param behindMs since when this node has not had everything that the peer has
 * @param behindMutations how many are missing here
 */
public record PeerLag(long lagMs, long lagMutations, long behindMs, long behindMutations) {

    /** On the kernel's thread. */
    public static PeerLag of(Kernel kernel, Peer peer, Group group) {
        int g = group.index();
        boolean heard = peer.heardNs() != 0;
        VersionVector reported = peer.reported(g);
        Origins origins = kernel.origins();
        long unconfirmed = 0;
        for (int o = 0; o < origins.size(); o++) {
            if (origins.region(o).equals(kernel.placement().self())) {
                unconfirmed += Math.max(0, group.applied().get(o) - reported.get(o));
            }
        }
        long behind = kernel.replicator().stability().behind(peer, g);
        long freshNs = peer.freshNs(g);
        long behindMs = behind == 0 ? 0 : freshNs == 0 ? -1 : (kernel.nowNs() - freshNs) / 1_000_000;
        return new PeerLag(
                kernel.replicator().stability().lagMs(peer, g),
                heard ? unconfirmed : -1,
                heard ? behindMs : -1,
                heard ? behind : -1);
    }

    Map<String, @Nullable Object> told(String groupId) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("id", groupId);
        told.put("lag_ms", known(lagMs));
        told.put("lag_mutations", known(lagMutations));
        told.put("behind_ms", known(behindMs));
        told.put("behind_mutations", known(behindMutations));
        return told;
    }

    private static @Nullable Long known(long figure) {
        return figure < 0 ? null : figure;
    }
}
