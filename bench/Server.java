import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A server process that this program started, and ends. */
final class Server {
    private static final List<Process> STARTED = new CopyOnWriteArrayList<>();
    private static final long READY_NS = 30_000_000_000L;

    final String name;
    final int port;
    private final Process process;

    private Server(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
    }

    /** Redis as Meridian's default durability wants it: a log, synced each second, and nothing else on the disk. */
    static Server redis(Path work, String... more) throws IOException, InterruptedException {
        int port = freePort();
        Path directory = Files.createTempDirectory(work, "redis");
        List<String> command = new ArrayList<>(List.of(
                "redis-server", "--bind", "127.0.0.1", "--port", "" + port, "--dir", directory.toString(), "--appendonly",
                "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0", "--save", ""));
        command.addAll(List.of(more));
        return start("Redis", port, command, directory);
    }

    /** A node with default settings. {@code link} 0: none is needed. */
    static Server meridian(Path home, Path work, Path file, String region, int link, Map<String, Integer> peers)
            throws IOException, InterruptedException {
        return meridian(home, work, file, region, link, peers, List.of());
    }

    static Server meridian(
            Path home, Path work, Path file, String region, int link, Map<String, Integer> peers, List<String> more)
            throws IOException, InterruptedException {
        int port = freePort();
        Path directory = Files.createTempDirectory(work, "meridian");
        List<String> command = new ArrayList<>(List.of(
                home.resolve("meridian").toString(), "server", file.toString(), "--region=" + region,
                "--data=" + directory.resolve("data"), "--resp=127.0.0.1:" + port, "--http=127.0.0.1:" + freePort(),
                "--link=127.0.0.1:" + (link == 0 ? freePort() : link)));
        peers.forEach((peer, door) -> command.add("--peer=" + peer + "=127.0.0.1:" + door));
        command.addAll(more);
        return start("Meridian", port, command, directory);
    }

    private static Server start(String name, int port, List<String> command, Path directory)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.log").toFile())
                .start();
        STARTED.add(process);
        Server server = new Server(name, port, process);
        long deadlineNs = System.nanoTime() + READY_NS;
        while (!server.answers()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                throw new IOException(name + " is not ready:\n" + Files.readString(directory.resolve("out.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return server;
    }

    private boolean answers() {
        try (Resp connection = new Resp(port)) {
            return connection.ask("PING").equals("PONG");
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Processor time used so far by all its threads, in microseconds; ticks of 10 ms. */
    long cpuUs() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000;
    }

    long residentKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    static Process remember(Process process) {
        STARTED.add(process);
        return process;
    }

    static void stopAll() {
        STARTED.forEach(Process::destroy);
        for (Process process : STARTED) {
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        STARTED.clear();
    }
}
