package dev.meridian.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.bytes.MalformedBytesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Frames of a peer that was let in and then sends anything (X2, bad input of links). An input is a byte that names the region
 * it goes to, one that says how many of the frames recorded there it comes after, and the frame.
 */
class KernelFrameFuzzTest {
    private static final int FRAMES_MAX = 255;
    private static final int RECORDS = 4;

    private final KernelPair recorded = Sessions.recorded();

    private static List<byte[]> kept(List<byte[]> frames) {
        return frames.size() > FRAMES_MAX ? frames.subList(0, FRAMES_MAX) : frames;
    }

    private final class Door implements Fuzzer.Door {
        private KernelPair.Host host;
        private String before = "";
        private int kind;

        @Override
        public void prepare(byte[] input) {
            boolean toEu = input.length > 0 && input[0] % 2 != 0;
            host = KernelPair.newcomer(toEu ? 1 : 0);
            host.within(() -> host.kernel.peerUp(toEu ? 0 : 1));
            List<byte[]> frames = kept((toEu ? recorded.eu : recorded.us).received);
            for (byte[] frame : frames.subList(0, Math.min(frames.size(), input.length > 1 ? input[1] & 0xFF : 0))) {
                host.frame(frame);
            }
            before = host.state();
            kind = input.length > 2 ? input[2] : 0;
        }

        @Override
        public String take(byte[] input) {
            int alarms = host.alarms.size();
            host.frame(Arrays.copyOfRange(input, Math.min(2, input.length), input.length));
            return "frame " + kind + " alarms " + (host.alarms.size() - alarms);
        }

        @Override
        public void check(boolean refused) {
            // Of a frame of records each stands by itself.
            if (refused && kind != RECORDS) {
                assertThat(host.state()).isEqualTo(before);
            }
            host.within(() -> {});
            // Rows that have begun to come hide what is there until they are whole.
            assertThat(host.ask("SET text here") + host.ask("GET text"))
                    .matches("\\+OK\\$4 here|-LOADING .*-LOADING .*");
            Sessions.QUESTIONS.forEach(host::ask);
        }
    }

    @Test
    void noFrameOfAPeerDoesMoreThanEndItsLink_X2() {
        List<byte[]> samples = new ArrayList<>();
        for (KernelPair.Host host : List.of(recorded.us, recorded.eu)) {
            List<byte[]> frames = kept(host.received);
            for (int i = 0; i < frames.size(); i++) {
                byte[] sample = new byte[2 + frames.get(i).length];
                sample[0] = (byte) host.index;
                sample[1] = (byte) i;
                System.arraycopy(frames.get(i), 0, sample, 2, frames.get(i).length);
                samples.add(sample);
            }
        }
        new Fuzzer("KernelFrameFuzzTest", MalformedBytesException.class)
                .samples(samples)
                .words("us-east-1", "eu-west-1", "led:k", "near:k", "crdt:z", "GET", "SET", "EXEC")
                .budget(1 << 20, 200, 1 << 14)
                .run(800, Door::new);
    }
}
