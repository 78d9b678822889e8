package dev.meridian.server.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A redis-server of this machine on a free loopback port, to compare with. */
public final class RealRedis implements AutoCloseable {
    public final int port;
    private final Process process;

    public RealRedis(Path directory) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = start(directory);
        for (int attempt = 0; !answers(); attempt++) {
            if (attempt == 200 || !process.isAlive()) {
                process.destroyForcibly();
                throw new IOException("redis-server did not come up on port " + port);
            }
            pause();
        }
    }

    private Process start(Path directory) throws IOException {
        try {
            return new ProcessBuilder(
                            "redis-server",
                            "--port",
                            "" + port,
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--dir",
                            "" + directory)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), "redis.log"))
                    .start();
        } catch (IOException missing) {
            throw new IOException(
                    "redis-server is not installed; these tests compare with it: install the package redis-server",
                    missing);
        }
    }

    private boolean answers() {
        try (Wire wire = new Wire(port)) {
            return "PONG".equals(wire.call("PING"));
        } catch (UncheckedIOException | IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(25);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
