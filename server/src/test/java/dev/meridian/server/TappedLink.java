package dev.meridian.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands before a node's link and keeps what goes each way over the first connection. */
final class TappedLink implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream dialler = new ByteArrayOutputStream();
    private final ByteArrayOutputStream answerer = new ByteArrayOutputStream();

    TappedLink(InetSocketAddress target) throws IOException {
        Thread.ofVirtual().start(() -> {
            try (Socket from = listener.accept();
                    Socket to = new Socket(target.getAddress(), target.getPort())) {
                Thread back = Thread.ofVirtual().start(() -> pump(to, from, answerer));
                pump(from, to, dialler);
                back.join();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("the link could not be tapped", e);
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    byte[] dialler() {
        return copy(dialler);
    }

    byte[] answerer() {
        return copy(answerer);
    }

    private static byte[] copy(ByteArrayOutputStream kept) {
        synchronized (kept) {
            return kept.toByteArray();
        }
    }

    private static void pump(Socket from, Socket to, ByteArrayOutputStream kept) {
        byte[] buffer = new byte[1 << 14];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                synchronized (kept) {
                    kept.write(buffer, 0, n);
                }
                to.getOutputStream().write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException reset) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket could not be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
