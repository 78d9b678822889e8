import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A way to a port of this machine that takes time, the same each way, and counts what it carries. */
final class DelayRelay implements AutoCloseable {
    private static final int QUEUED_MAX = 4096;
    private static final Piece END = new Piece(new byte[0], 0);

    private record Piece(byte[] bytes, long dueNs) {}

    /** From who dialled to the port, and back. */
    final AtomicLong forthBytes = new AtomicLong();

    final AtomicLong backBytes = new AtomicLong();
    private final ServerSocket door;
    private final long delayNs;

    DelayRelay(int target, long delayNs) throws IOException {
        this.delayNs = delayNs;
        this.door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        start("accept", () -> accept(target));
    }

    int port() {
        return door.getLocalPort();
    }

    long bytes() {
        return forthBytes.get() + backBytes.get();
    }

    private void accept(int target) throws IOException {
        while (!door.isClosed()) {
            Socket near = door.accept();
            try {
                Socket far = new Socket("127.0.0.1", target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                pipe(near, far, forthBytes);
                pipe(far, near, backBytes);
            } catch (IOException e) {
                near.close();
            }
        }
    }

    private void pipe(Socket from, Socket to, AtomicLong count) {
        BlockingQueue<Piece> way = new LinkedBlockingQueue<>(QUEUED_MAX);
        start("read", () -> {
            try (InputStream in = from.getInputStream()) {
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    count.addAndGet(n);
                    way.put(new Piece(java.util.Arrays.copyOf(buffer, n), System.nanoTime() + delayNs));
                }
            } finally {
                way.put(END);
            }
        });
        start("write", () -> {
            try (OutputStream out = to.getOutputStream()) {
                for (Piece piece = way.take(); piece != END; piece = way.take()) {
                    for (long left = piece.dueNs - System.nanoTime(); left > 0; left = piece.dueNs - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    out.write(piece.bytes);
                }
            } finally {
                from.close();
            }
        });
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(String name, Work work) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // One of the two ends is gone: so is this connection.
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
