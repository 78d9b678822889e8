package dev.meridian.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.server.fuzz.KernelPair;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames that are well formed and wrong, from a peer that was let in (bad input of links, rows 2 and 5 to 10). */
class BadFramesTest {
    private static final long US_ORIGIN = 0xA1;
    private static final long EU_ORIGIN = 0xA2;
    private static final long FINGERPRINT = 42;
    private static final int HELLO = 1;
    private static final int SUBSCRIBE = 3;
    private static final int RECORDS = 4;
    private static final int STATUS = 5;
    private static final long HLC = 1_700_000_000_000L << 16;

    private final KernelPair pair = new KernelPair();
    private final KernelPair.Host eu = pair.eu;

    @BeforeEach
    void aLinkWithUsStands() {
        eu.ask("SET text here");
        eu.within(() -> eu.kernel.peerUp(0));
        eu.frame(hello("us-east-1", FINGERPRINT));
    }

    private static byte[] frame(int kind, Consumer<ByteWriter> content) {
        ByteWriter out = new ByteWriter(64);
        out.u8(kind);
        content.accept(out);
        return out.toByteArray();
    }

    private static byte[] hello(String region, long fingerprint) {
        return frame(HELLO, out -> {
            out.i64(US_ORIGIN);
            out.text(region);
            out.i64(fingerprint);
            out.i64(1_700_000_000_000L);
        });
    }

    private int group(int index) {
        return eu.kernel.placement().groups().get(index).wireId();
    }

    private byte[] status(int entries, long origin, long seq) {
        return frame(STATUS, out -> {
            for (int i = 0; i < 4; i++) {
                out.i64(0);
            }
            out.varint(1);
            out.i32(group(0));
            out.i64(0);
            out.varint(entries);
            for (int i = 0; i < entries; i++) {
                out.i64(origin);
                out.varint(seq);
            }
            out.u8(1);
            // No word about silences and primaries.
            out.varint(0);
            out.varint(0);
        });
    }

    private byte[] record(int group, long seq, long hlc, String key, String value) {
        ByteWriter record = new ByteWriter(64);
        record.u8(1);
        record.i32(group(group));
        record.i64(US_ORIGIN);
        record.i64(seq);
        record.i64(hlc);
        record.varint(0);
        record.u8(1);
        record.text(key);
        record.u8(1);
        record.u8(0);
        record.text(value);
        return frame(RECORDS, out -> {
            out.i32(record.size());
            out.raw(record.array(), 0, record.size());
        });
    }

    private void refused(byte[] frame, String why) {
        String before = eu.state();
        assertThatThrownBy(() -> eu.frame(frame))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining(why);
        assertThat(eu.state()).isEqualTo(before);
        assertThat(eu.ask("GET text")).isEqualTo("$4 here");
    }

    @Test
    void aRegionThatSpeaksForAnotherIsRefusedAndTold_44_2() {
        refused(hello("eu-west-1", FINGERPRINT), "region eu-west-1 on the link of us-east-1");
        assertThat(eu.alarms).anyMatch(alarm -> alarm.startsWith("MRD-4101"));
    }

    @Test
    void anUnknownFrameIsRefused_44_4() {
        refused(frame(99, out -> {}), "unknown frame 99");
        refused(frame(0, out -> {}), "unknown frame 0");
    }

    @Test
    void oneNumberForTwoMutationsEndsTheLinkAndIsAlarmed_44_5() {
        byte[] first = record(0, 1, HLC, "k", "first");
        eu.frame(first);
        eu.frame(first);
        assertThat(eu.alarms).isEmpty();
        refused(record(0, 1, HLC, "k", "other"), "another mutation 1 of origin a1");
        assertThat(eu.alarms).anyMatch(alarm -> alarm.startsWith("MRD-4107"));
        assertThat(eu.ask("GET k")).isEqualTo("$5 first");
    }

    @Test
    void aClockFarAheadIsNotAdoptedAndItsWritesWait_44_6() {
        long before = eu.kernel.hlc().last();
        eu.frame(record(0, 1, HLC + (60_000L << 16), "k", "early"));
        assertThat(eu.kernel.hlc().last()).isLessThan(before + (1_000L << 16));
        assertThat(eu.ask("GET k")).isEqualTo("$-1");
        assertThat(eu.alarms).anyMatch(alarm -> alarm.startsWith("MRD-4104"));
        // Nor is one from before time.
        eu.frame(record(0, 1, -1, "k", "never"));
        assertThat(eu.ask("GET k")).isEqualTo("$-1");
    }

    @Test
    void aVectorThatNoMemberHasIsRefused_44_7() {
        refused(status(1_000_000, US_ORIGIN, 1), "a vector of 1000000 origins");
        refused(status(1, US_ORIGIN, -1), "sequence number -1");
        refused(status(1, US_ORIGIN, 0), "sequence number 0");
        // One that goes back only means that less was confirmed.
        eu.frame(status(1, US_ORIGIN, 9));
        eu.frame(status(1, US_ORIGIN, 3));
        assertThat(eu.ask("GET text")).isEqualTo("$4 here");
    }

    @Test
    void anotherConfigurationAndGroupsThatAreNotHereAreRefused_44_8() {
        refused(hello("us-east-1", FINGERPRINT + 1), "runs another configuration");
        assertThat(eu.alarms).anyMatch(alarm -> alarm.startsWith("MRD-4102"));
        byte[] unknown = frame(SUBSCRIBE, out -> {
            out.i32(12345);
            out.u8(0);
            out.varint(0);
            out.varint(0);
        });
        refused(unknown, "a group that this region does not keep");
    }

    @Test
    void dataThatMayNotBeHereIsDroppedAndAlarmed_44_9() {
        String before = eu.state();
        int logged = eu.log.size();
        eu.frame(record(2, 1, HLC, "near:k", "personal"));
        assertThat(eu.state()).isEqualTo(before);
        assertThat(eu.log.size()).isEqualTo(logged);
        assertThat(eu.alarms).anyMatch(alarm -> alarm.startsWith("MRD-4105"));
        assertThat(eu.alarms).noneMatch(alarm -> alarm.contains("personal"));
    }

    /** A key of the restricted dataset in a group that is kept here. */
    @Test
    void dataThatClaimsAnotherGroupIsRefused_44_9() {
        refused(record(0, 1, HLC, "near:k", "personal"), "a key of another group");
    }

    @Test
    void aReportOfWritesNeverMadeIsRefused_44_10() {
        refused(status(1, EU_ORIGIN, 1_000), "never made here");
    }
}
