package dev.meridian.server.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a node, keeps what either said, and can cut a connection just after a command was carried
 * out and before its reply is through.
 */
final class ClientProxy implements AutoCloseable {
    private static final long TIMEOUT_S = 20;

    private final ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Conversation> conversations = new ArrayList<>();
    private volatile @Nullable String loseReplyTo;

    ClientProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** The next reply to a command of this name is lost, with its connection. */
    void loseReplyTo(String command) {
        loseReplyTo = "\r\n" + command.toLowerCase(Locale.ROOT) + "\r\n";
    }

    /** What was said, connection by connection in the order of their coming, after all of them have ended. */
    List<Conversation> conversations() throws InterruptedException {
        List<Conversation> all;
        synchronized (conversations) {
            all = List.copyOf(conversations);
        }
        for (Conversation each : all) {
            if (!each.ended.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the client has not ended its connection: " + each.commands());
            }
        }
        return all;
    }

    private void accept() {
        try {
            while (true) {
                Conversation conversation = new Conversation(door.accept());
                synchronized (conversations) {
                    conversations.add(conversation);
                }
                conversation.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** One connection. */
    final class Conversation {
        private final Socket client;
        private final Socket node;
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final ByteArrayOutputStream answered = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(2);
        private volatile boolean loses;

        Conversation(Socket client) throws IOException {
            this.client = client;
            node = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            node.setTcpNoDelay(true);
        }

        private void start() {
            Thread.ofVirtual().start(() -> copy(client, node, said));
            Thread.ofVirtual().start(() -> copy(node, client, answered));
        }

        private void copy(Socket from, Socket to, ByteArrayOutputStream kept) {
            byte[] buffer = new byte[64 * 1024];
            try (from;
                    to;
                    InputStream in = from.getInputStream()) {
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    kept.write(buffer, 0, length);
                    String lost = loseReplyTo;
                    if (from == client
                            && lost != null
                            && said.toString(ISO_8859_1)
                                    .toLowerCase(Locale.ROOT)
                                    .contains(lost)) {
                        loseReplyTo = null;
                        loses = true;
                    }
                    if (from == node && loses) {
                        return;
                    }
                    to.getOutputStream().write(buffer, 0, length);
                }
            } catch (IOException cut) {
                // Either side has ended the connection; so is it now for the other.
            } finally {
                ended.countDown();
            }
        }

        List<RespText.Value> commands() {
            return new RespText(said.toByteArray()).values();
        }

        List<RespText.Value> replies() {
            return new RespText(answered.toByteArray()).values();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
