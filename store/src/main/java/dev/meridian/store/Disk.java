package dev.meridian.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The file operations that the log rests on: where tests and the simulator make a disk fail or tear. */
public interface Disk {

    /** The disk of this machine. */
    Disk REAL = new Real();

    /** Opens for reading and writing; creates the file if it is not there. */
    File open(Path path) throws IOException;

    void delete(Path path) throws IOException;

    List<Path> list(Path directory) throws IOException;

    /** Makes the creations and deletions in a directory durable (D4). */
    void forceDirectory(Path directory) throws IOException;

    long usableBytes(Path directory) throws IOException;

    /** A buffer of at most so many bytes to write from, of which this disk's files need no further copy. */
    ByteBuffer writeBuffer(int bytesMax);

    /** Positional, so that reader, appender and syncer do not disturb one another. */
    interface File extends Closeable {

        int write(ByteBuffer from, long position) throws IOException;

        int read(ByteBuffer into, long position) throws IOException;

        /** Makes the content durable, and the size as far as reading it back needs it. */
        void force() throws IOException;

        void truncate(long size) throws IOException;

        long size() throws IOException;
    }

    /** {@link Disk} over the default file system. */
    final class Real implements Disk {

        @Override
        public File open(Path path) throws IOException {
            return new RealFile(FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.delete(path);
        }

        @Override
        public List<Path> list(Path directory) throws IOException {
            try (Stream<Path> files = Files.list(directory)) {
                return files.toList();
            }
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }

        @Override
        public ByteBuffer writeBuffer(int bytesMax) {
            return ByteBuffer.allocateDirect(bytesMax);
        }
    }

    /** {@link File} over a channel. */
    record RealFile(FileChannel channel) implements File {

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return channel.write(from, position);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
