package dev.meridian.kernel.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.data.Gen;
import dev.meridian.kernel.log.LogFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MutationLogTest {
    @Test
    void everyRecordIsHandedOverOnceInOrderAndStaysWithinReachForAWhile() {
        Gen.seeds(1, 20, seed -> {
            Gen gen = new Gen(seed);
            long retained = 3 << 20;
            MutationLog log = new MutationLog(retained);
            long from = gen.chance(50) ? 0 : gen.random.nextLong(1L << 40);
            log.continueAt(from);
            ByteWriter disk = new ByteWriter(1 << 20);
            List<Long> lsns = new ArrayList<>();
            for (int turn = 0; turn < 60; turn++) {
                for (int i = gen.below(6); i > 0; i--) {
                    ByteWriter out = log.open();
                    out.u8(1);
                    byte[] body = gen.bytes(gen.chance(5) ? 900_000 : 60_000);
                    out.raw(body, 0, body.length);
                    if (gen.chance(10)) {
                        log.abandon();
                    } else {
                        lsns.add(log.close());
                    }
                }
                log.drain((lsn, bytes, offset, length) -> {
                    assertThat(lsn).isEqualTo(from + disk.size());
                    disk.raw(bytes, offset, length);
                });
                assertThat(log.drained()).isEqualTo(log.end()).isEqualTo(from + disk.size());
                assertThat(log.end() - log.start()).isLessThanOrEqualTo(retained + (4 << 20));
                assertThat(log.chunkAt(log.start() - 1)).isNull();
                assertThat(log.chunkAt(log.end() + 1)).isNull();
                for (int i = 0; i < 10 && !lsns.isEmpty(); i++) {
                    long lsn = gen.of(lsns);
                    MutationLog.Chunk chunk = log.chunkAt(lsn);
                    if (lsn >= log.start()) {
                        int at = (int) (lsn - chunk.lsn);
                        assertThat(LogFormat.check(chunk.bytes.array(), at, chunk.bytes.size(), lsn))
                                .isPositive();
                    } else {
                        assertThat(chunk).isNull();
                    }
                }
            }
            int at = 0;
            for (long lsn : lsns) {
                assertThat(from + at).isEqualTo(lsn);
                int length = LogFormat.check(disk.array(), at, disk.size(), lsn);
                assertThat(length).isPositive();
                at += LogFormat.HEADER_BYTES + length;
            }
            assertThat(at).isEqualTo(disk.size());
        });
    }

    @Test
    void aSecondOpenRecordIsRefused() {
        MutationLog log = new MutationLog(0);
        log.open();
        assertThatThrownBy(log::open).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theIndexPointsAtOrBeforeEveryMutationAndKeepsNothingTrimmed() {
        Gen.seeds(1, 300, seed -> {
            Gen gen = new Gen(seed);
            MutationLog.Index index = new MutationLog.Index();
            List<Long> lsns = new ArrayList<>();
            long lsn = 0;
            long trimmed = 0;
            for (int i = 0; i < 1000; i++) {
                lsns.add(lsn);
                index.note(i + 1, lsn);
                lsn += 10 + gen.below(100);
                if (gen.chance(1)) {
                    trimmed = trimmed + gen.random.nextLong(lsn - trimmed + 1);
                    index.trim(trimmed);
                }
                int seq = 1 + gen.below(i + 1);
                long found = index.find(seq);
                assertThat(found).isLessThanOrEqualTo(lsns.get(seq - 1));
                if (found >= 0) {
                    assertThat(found).isGreaterThanOrEqualTo(trimmed);
                    assertThat(lsns).contains(found);
                }
            }
        });
    }

    @Test
    void whatTheHostHadNoRoomForIsHandedOverAgainAndNothingTwice_D1() {
        MutationLog log = new MutationLog(1 << 20);
        ByteWriter disk = new ByteWriter(1 << 10);
        List<Long> refused = new ArrayList<>();
        for (int turn = 0; turn < 40; turn++) {
            ByteWriter out = log.open();
            out.raw(new byte[100_000], 0, 100_000);
            log.close();
            boolean full = turn % 3 == 1;
            MutationLog.Appender appender = (lsn, bytes, offset, length) -> {
                if (full) {
                    refused.add(lsn);
                    throw new IllegalStateException("full");
                }
                assertThat(lsn).isEqualTo(disk.size());
                disk.raw(bytes, offset, length);
            };
            if (full) {
                long drained = log.drained();
                assertThatThrownBy(() -> log.drain(appender)).hasMessage("full");
                assertThat(log.drained()).isEqualTo(drained);
            } else {
                log.drain(appender);
                assertThat(log.drained()).isEqualTo(log.end()).isEqualTo(disk.size());
            }
        }
        assertThat(refused).hasSize(13);
    }
}
