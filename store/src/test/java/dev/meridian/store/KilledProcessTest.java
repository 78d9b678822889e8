package dev.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.store.Appending.Contents;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {

    @TempDir
    Path directory;

    @Test
    void killedProcessLosesNothingThatItAppendedAndItsRowsAreAtOneCut_D1() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        long trimmed = 0;
        for (int kill = 0; kill < 4 || (trimmed == 0 && kill < 16); kill++) {
            long appended = runAndKill(random.nextInt(200, 3000));
            try (RegionStore store = RocksRegionStore.open(directory, KilledNode.OPTIONS)) {
                Contents contents = Contents.of(store);
                long cut = contents.meta().map(Long::parseLong).orElse(0L);
                assertThat(contents.rows()).isEqualTo(KilledNode.rowsAt(cut));
                long next = cut + 1;
                for (String record : contents.records()) {
                    assertThat(Long.parseLong(record)).isEqualTo(next++);
                }
                assertThat(next - 1).isGreaterThanOrEqualTo(appended);
                trimmed = store.startLsn();
            }
        }
        assertThat(trimmed).as("checkpoints came to rest and let the log go").isPositive();
    }

    /** Returns the number that the process last said it had appended. */
    private long runAndKill(int afterLines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(KilledNode.command(directory))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long appended = 0;
        try (BufferedReader lines = process.inputReader()) {
            for (int i = 0; i < afterLines; i++) {
                appended = number(lines.readLine());
            }
            assertThatThrownBy(() -> RocksRegionStore.open(directory, KilledNode.OPTIONS))
                    .isInstanceOf(StoreLockedException.class)
                    .hasMessageContaining("in use by the process with pid " + process.pid());
            process.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                appended = line.matches("appended \\d+") ? number(line) : appended;
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return appended;
    }

    private static long number(String line) {
        return Long.parseLong(line.substring("appended ".length()));
    }
}
