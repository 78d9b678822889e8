package dev.meridian.kernel.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A real redis-server on a free loopback port, to compare replies with; it ends with {@link #close}. */
final class RedisReference implements AutoCloseable {
    private final Process process;
    private final Socket socket;
    private final InputStream in;

    RedisReference() {
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            process = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            socket = connect(port);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server is needed for this test", e);
        }
    }

    private Socket connect(int port) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (attempt == 500 || !process.isAlive()) {
                    process.destroy();
                    throw e;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    /** Runs one command, a byte for each char, and answers the reply's RESP bytes, a char for each. */
    String run(String... words) {
        try {
            Args args = LocalNode.args(words);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(("*" + args.count() + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < args.count(); i++) {
                request.write(("$" + args.length(i) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                request.write(args.copy(i));
                request.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            socket.getOutputStream().write(request.toByteArray());
            StringBuilder reply = new StringBuilder();
            read(reply);
            return reply.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(StringBuilder into) throws IOException {
        int start = into.length();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("redis-server closed the connection");
            }
            into.append((char) c);
        }
        into.append('\n');
        String line = into.substring(start + 1, into.length() - 2);
        switch (into.charAt(start)) {
            case '$', '=' -> {
                int length = Integer.parseInt(line);
                if (length >= 0) {
                    into.append(new String(in.readNBytes(length + 2), StandardCharsets.ISO_8859_1));
                }
            }
            case '*', '~', '>', '%' -> {
                int count = Integer.parseInt(line) * (into.charAt(start) == '%' ? 2 : 1);
                for (int i = 0; i < count; i++) {
                    read(into);
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.destroy();
        }
    }
}
