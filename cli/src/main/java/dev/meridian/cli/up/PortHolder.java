package dev.meridian.cli.up;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Who listens on a port, as far as Linux tells this user. */
public final class PortHolder {
    private static final String LISTEN = "0A";

    private PortHolder() {}

    /** Such as {@code redis-server (pid 812)}; empty where it cannot be found out. */
    public static Optional<String> of(int port) {
        try {
            Set<String> sockets = listening(port);
            if (sockets.isEmpty()) {
                return Optional.empty();
            }
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    if (holds(process, sockets)) {
                        String program =
                                Files.readString(process.resolve("comm")).strip();
                        return Optional.of(program + " (pid " + process.getFileName() + ")");
                    }
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Set<String> listening(int port) throws IOException {
        String wanted = String.format(Locale.ROOT, ":%04X", port);
        var inodes = new HashSet<String>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Path path = Path.of(table);
            if (Files.isReadable(path)) {
                for (String line : Files.readAllLines(path)) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields.length > 9 && fields[1].endsWith(wanted) && fields[3].equals(LISTEN)) {
                        inodes.add("socket:[" + fields[9] + "]");
                    }
                }
            }
        }
        return inodes;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)
                        && sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that just ended: it is not ours to see.
            return false;
        }
        return false;
    }
}
