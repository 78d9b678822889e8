package dev.meridian.server.compat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.server.fuzz.KernelPair;
import dev.meridian.server.fuzz.RecordedLog;
import dev.meridian.server.fuzz.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames, records of the log, rows and the meta of a checkpoint as earlier versions wrote them (G3). */
class KernelSamplesTest {
    private static final String FILE = "kernel.txt";
    private static final int HELLO = 1;
    private static final int KINDS_OF_FRAMES = 11;
    private static final int TYPES_OF_ROWS = 9;

    static List<Path> versions() {
        return Samples.versions();
    }

    @BeforeAll
    static void recordIfAsked() throws Exception {
        Samples.record(FILE, () -> {
            KernelPair recorded = Sessions.recorded();
            Map<String, List<byte[]>> named = new LinkedHashMap<>();
            for (KernelPair.Host host : List.of(recorded.us, recorded.eu)) {
                String name = host.index == 0 ? "us" : "eu";
                named.put(name + ".frame", host.received);
                named.put(name + ".log", List.of(host.log.toByteArray()));
                named.put(name + ".meta", List.of(host.meta));
                host.rows.values().forEach(row -> {
                    named.computeIfAbsent(name + ".row.key", key -> new ArrayList<>())
                            .add(row[0]);
                    named.computeIfAbsent(name + ".row.value", key -> new ArrayList<>())
                            .add(row[1]);
                });
                named.put(name + ".after.log", answers(Sessions.answers(host)));
                named.put(name + ".after.rows", answers(Sessions.answers(restored(named, name))));
                named.put(name + ".after.frames", answers(Sessions.answers(fed(named, name))));
            }
            return Samples.lines(named);
        });
    }

    private static List<byte[]> answers(List<String> answers) {
        return answers.stream().map(text -> text.getBytes(ISO_8859_1)).toList();
    }

    private static List<String> texts(List<byte[]> answers) {
        return answers.stream().map(bytes -> new String(bytes, ISO_8859_1)).toList();
    }

    private static KernelPair.Host host(KernelPair pair, String name) {
        return name.equals("us") ? pair.us : pair.eu;
    }

    private static KernelPair.Host fed(Map<String, List<byte[]>> sample, String name) {
        KernelPair pair = new KernelPair(false);
        pair.us.start(0, 0);
        pair.eu.start(0, 0);
        KernelPair.Host host = host(pair, name);
        pair.skip(60_000);
        host.within(() -> host.kernel.peerUp(1 - host.index));
        List<byte[]> frames = sample.get(name + ".frame");
        int end = 1;
        // Up to where the link was cut and its next session began.
        while (end < frames.size() && frames.get(end)[0] != HELLO) {
            end++;
        }
        frames.subList(0, end).forEach(host::frame);
        pair.rounds(2_000);
        return host;
    }

    private static KernelPair.Host restored(Map<String, List<byte[]>> sample, String name) {
        KernelPair pair = new KernelPair(false);
        KernelPair.Host host = host(pair, name);
        pair.skip(60_000);
        host.kernel.recoverMeta(sample.get(name + ".meta").getFirst());
        List<byte[]> keys = sample.get(name + ".row.key");
        List<byte[]> values = sample.get(name + ".row.value");
        for (int i = 0; i < keys.size(); i++) {
            host.kernel.recoverRow(keys.get(i), values.get(i));
        }
        host.start(0, 0);
        return host;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyKindOfFrameIsTakenAndMeansWhatItMeant_G3(Path version) throws Exception {
        Map<String, List<byte[]>> sample = Samples.read(version.resolve(FILE));
        TreeSet<Integer> kinds = new TreeSet<>();
        for (String name : List.of("us", "eu")) {
            sample.get(name + ".frame").forEach(frame -> kinds.add((int) frame[0]));
            KernelPair.Host host = fed(sample, name);
            assertThat(host.alarms).isEmpty();
            assertThat(Sessions.answers(host)).isEqualTo(texts(sample.get(name + ".after.frames")));
        }
        assertThat(kinds)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, KINDS_OF_FRAMES).boxed().toList());
    }

    /** The second region was sent rows, which are in no log of its own. */
    @ParameterizedTest
    @MethodSource("versions")
    void aLogIsReplayedToWhatItsNodeHeld_G3(Path version) throws Exception {
        Map<String, List<byte[]>> sample = Samples.read(version.resolve(FILE));
        KernelPair pair = new KernelPair(false);
        pair.skip(60_000);
        byte[] log = sample.get("us.log").getFirst();
        RecordedLog.records(log).forEach(record -> pair.us.kernel.recoverRecord(record, 0, record.length, 0));
        pair.us.start(0, log.length);
        assertThat(Sessions.answers(pair.us)).isEqualTo(texts(sample.get("us.after.log")));
        assertThat(RecordedLog.records(sample.get("eu.log").getFirst())).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void rowsOfEveryTypeAndTheMetaOfTheirCutAreReadBack_G3(Path version) throws Exception {
        Map<String, List<byte[]>> sample = Samples.read(version.resolve(FILE));
        TreeSet<Integer> types = new TreeSet<>();
        for (String name : List.of("us", "eu")) {
            for (byte[] key : sample.get(name + ".row.key")) {
                ByteReader in = new ByteReader(key);
                in.bytes();
                types.add(in.u8());
            }
            assertThat(Sessions.answers(restored(sample, name))).isEqualTo(texts(sample.get(name + ".after.rows")));
        }
        assertThat(types)
                .containsExactlyElementsOf(
                        IntStream.range(0, TYPES_OF_ROWS).boxed().toList());
    }
}
