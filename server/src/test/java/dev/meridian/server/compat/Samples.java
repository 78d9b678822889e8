package dev.meridian.server.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What released versions wrote, kept for ever under {@code compat/VERSION} and read by every later one (G3).
 * {@code -Dmeridian.compat.record=v2} adds what this version writes; a version that is there is never written again.
 */
public final class Samples {
    private static final Path ROOT = Path.of("src/test/resources/compat");
    private static final HexFormat HEX = HexFormat.of();

    /** Makes the bytes of a sample. */
    public interface Recording {
        byte[] bytes() throws Exception;
    }

    private Samples() {}

    /** The directories of all versions. */
    public static List<Path> versions() {
        try (Stream<Path> all = Files.list(ROOT)) {
            List<Path> versions = all.filter(Files::isDirectory).sorted().toList();
            if (versions.isEmpty()) {
                throw new AssertionError("no version has samples in " + ROOT);
            }
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a sample of this version, if that was asked for. */
    public static void record(String file, Recording recording) throws Exception {
        String version = System.getProperty("meridian.compat.record", "");
        if (version.isEmpty()) {
            return;
        }
        Path path = ROOT.resolve(version).resolve(file);
        if (Files.exists(path)) {
            throw new AssertionError(path + " exists: what a version wrote stays, name a new one");
        }
        Files.createDirectories(path.getParent());
        Files.write(path, recording.bytes());
    }

    /** Lines of a name and bytes in hex, in their order. */
    public static byte[] lines(Map<String, ? extends List<byte[]>> named) {
        StringBuilder text = new StringBuilder();
        named.forEach((name, all) -> all.forEach(bytes ->
                text.append(name).append(' ').append(HEX.formatHex(bytes)).append('\n')));
        return text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** What {@link #lines} wrote. */
    public static Map<String, List<byte[]>> read(Path file) throws IOException {
        Map<String, List<byte[]>> named = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int blank = line.indexOf(' ');
            named.computeIfAbsent(line.substring(0, blank), name -> new ArrayList<>())
                    .add(HEX.parseHex(line.substring(blank + 1)));
        }
        return named;
    }

    /** Lays out a directory that was kept. */
    public static void unzip(Path file, Path into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path to = into.resolve(entry.getName());
                Files.createDirectories(to.getParent());
                Files.write(to, zip.readAllBytes());
            }
        }
    }
}
