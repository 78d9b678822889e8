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

    private static final int KILLS = 4;

    @TempDir
    Path directory;

    @Test
    void killedProcessLosesNothingThatItAppendedAndItsRowsAreAtOneCut_D1() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        long trimmed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long appended = runAndKill(random.nextInt(200, 3000), kill == KILLS - 1);
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

    /**
     * Returns the number that the process last said it had appended.
     *
     * @param letGo whether to wait until it has let a part of the log go
     */
    private long runAndKill(int afterLines, boolean letGo) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(KilledNode.command(directory))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long appended = 0;
        try (BufferedReader lines = process.inputReader()) {
            boolean hasLetGo = false;
            for (int i = 0; i < afterLines || letGo && !hasLetGo; i++) {
                String line = lines.readLine();
                hasLetGo |= line.equals(KilledNode.LET_GO);
                appended = line.equals(KilledNode.LET_GO) ? appended : number(line);
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
