package dev.meridian.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What typical records come to on the wire, block by block. */
class LinkCompressionTest {
    private static final int RECORDS = 4_096;

    /** Prints the figures of docs/links.md: bytes of frames over bytes of blocks. */
    public static void main(String[] args) {
        for (int mutations : new int[] {1, 4, 16, 64, 256}) {
            System.out.printf(
                    "| %d | %.2f | %.2f |%n",
                    mutations,
                    ratio(TypicalRecords.Service.SHOP, mutations, false),
                    ratio(TypicalRecords.Service.SHOP, mutations, true));
        }
    }

    /** @param stream as links do it; else each block for itself */
    private static double ratio(TypicalRecords.Service service, int mutations, boolean stream) {
        List<byte[]> records = TypicalRecords.of(service, 77_777, RECORDS);
        long raw = 0;
        long wire = 0;
        try (LinkWire blocks = LinkWireTest.wire(true)) {
            for (int i = 0; i < records.size(); i += mutations) {
                byte[] frame = TypicalRecords.frame(records.subList(i, i + mutations));
                raw += frame.length;
                wire += stream
                        ? blocks.block(2, frame, 0, frame.length).length
                        : 13 + Math.min(frame.length, Zstd.compress(frame, 1).length);
            }
        }
        return (double) raw / wire;
    }

    @Test
    void evenABlockOfOneMutationShrinks() {
        assertThat(ratio(TypicalRecords.Service.SHOP, 1, true)).isGreaterThan(1.6);
    }

    @Test
    void smallBlocksGainByReferringToThoseBeforeAndLargeOnesLoseNothing() {
        for (int mutations : new int[] {1, 16}) {
            assertThat(ratio(TypicalRecords.Service.FLEET, mutations, true))
                    .as("%d mutations", mutations)
                    .isGreaterThan(ratio(TypicalRecords.Service.FLEET, mutations, false) * 1.2);
        }
        assertThat(ratio(TypicalRecords.Service.FLEET, 256, true))
                .isGreaterThan(ratio(TypicalRecords.Service.FLEET, 256, false) * 0.98);
    }
}
