package dev.meridian.server.link;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.server.compat.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both directions of a session between two nodes of an earlier version (G3). */
class LinkSamplesTest {
    private static final int HELLO = 1;
    private static final int LAST_KIND = 11;

    static List<Path> versions() {
        return Samples.versions();
    }

    private static List<byte[]> frames(byte[] said, byte[] heard, boolean dialled) {
        Preface own = Preface.read(heard, 0, heard.length);
        Preface others = Preface.read(said, 0, said.length);
        List<byte[]> frames = new ArrayList<>();
        FrameAssembly[] assemblies = new FrameAssembly[Links.URGENCIES];
        Arrays.setAll(assemblies, urgency -> new FrameAssembly());
        try (LinkWire wire = new LinkWire(own, others, dialled)) {
            int at = others.bytes().length;
            while (said.length - at >= LinkWire.HEADER_BYTES) {
                ByteReader header = new ByteReader().wrap(said, at, LinkWire.HEADER_BYTES);
                int length = LinkWire.restLength(header.i32());
                int sum = header.i32();
                at += LinkWire.HEADER_BYTES;
                if (said.length - at < length) {
                    break;
                }
                LinkWire.Block block = wire.read(sum, said, at, length);
                at += length;
                assemblies[block.urgency()].take(block.content(), whole -> {
                    ByteReader in = new ByteReader(whole);
                    while (in.remaining() > 0) {
                        int size = in.i32();
                        int from = in.skip(size);
                        frames.add(Arrays.copyOfRange(whole, from, from + size));
                    }
                });
            }
        }
        return frames;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theBytesOfASessionAreReadAsTheFramesThatTheyWere_G3(Path version) throws Exception {
        Map<String, List<byte[]>> sample = Samples.read(version.resolve("link.txt"));
        byte[] dialler = sample.get("dialler").getFirst();
        byte[] answerer = sample.get("answerer").getFirst();

        assertThat(Preface.read(dialler, 0, dialler.length).speaker()).isEqualTo("us-east-1");
        assertThat(Preface.read(answerer, 0, answerer.length).speaker()).isEqualTo("eu-west-1");
        for (boolean fromDialler : new boolean[] {true, false}) {
            List<byte[]> frames = fromDialler ? frames(dialler, answerer, false) : frames(answerer, dialler, true);
            assertThat((int) frames.getFirst()[0]).isEqualTo(HELLO);
            assertThat(frames).allSatisfy(frame -> assertThat((int) frame[0]).isBetween(HELLO, LAST_KIND));
            assertThat(frames)
                    .anySatisfy(frame -> assertThat(new String(frame, ISO_8859_1))
                            .contains(fromDialler ? "golden-value" : "golden-answer"));
        }
    }
}
