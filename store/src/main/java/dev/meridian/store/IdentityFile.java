package dev.meridian.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/** The file {@code IDENTITY}: four lines that a person can read, {@code format}, {@code store}, {@code cluster}, {@code region}. */
final class IdentityFile {

    private static final String FORMAT = "meridian store 1";
    private static final List<String> NAMES = List.of("format", "store", "cluster", "region");

    private IdentityFile() {}

    /** Reads the identity of a directory, or gives a new directory one. */
    static StoreIdentity readOrCreate(Disk disk, Path directory, StoreOptions options) throws IOException {
        Path path = directory.resolve("IDENTITY");
        if (Files.exists(path)) {
            return check(path, read(path), options);
        }
        for (String holder : List.of("log", "rows")) {
            if (Files.exists(directory.resolve(holder))) {
                throw new StoreCorruptException(path, -1, "the file is missing beside '" + holder + "'");
            }
        }
        StoreIdentity created = new StoreIdentity(options.newStoreId(), options.cluster(), options.region());
        write(disk, directory, path, created);
        return created;
    }

    private static StoreIdentity read(Path path) throws IOException {
        String[] values = new String[NAMES.size()];
        List<String> lines = Files.readAllLines(path);
        for (int i = 0; i < values.length; i++) {
            String name = NAMES.get(i) + ": ";
            if (lines.size() != values.length || !lines.get(i).startsWith(name)) {
                throw new StoreCorruptException(path, -1, "the file does not have its four lines " + NAMES);
            }
            values[i] = lines.get(i).substring(name.length());
        }
        if (!values[0].equals(FORMAT)) {
            throw new StoreMismatchException(path, "format", values[0], FORMAT);
        }
        try {
            return new StoreIdentity(UUID.fromString(values[1]), values[2], values[3]);
        } catch (IllegalArgumentException e) {
            throw new StoreCorruptException(path, -1, "'" + values[1] + "' is no store id");
        }
    }

    private static StoreIdentity check(Path path, StoreIdentity found, StoreOptions options) {
        if (!found.cluster().equals(options.cluster())) {
            throw new StoreMismatchException(path, "cluster", found.cluster(), options.cluster());
        }
        if (!found.region().equals(options.region())) {
            throw new StoreMismatchException(path, "region", found.region(), options.region());
        }
        return found;
    }

    private static void write(Disk disk, Path directory, Path path, StoreIdentity identity) throws IOException {
        String text = "format: %s%nstore: %s%ncluster: %s%nregion: %s%n"
                .formatted(FORMAT, identity.storeId(), identity.cluster(), identity.region());
        Path written = directory.resolve("IDENTITY.new");
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        disk.forceDirectory(directory);
    }
}
