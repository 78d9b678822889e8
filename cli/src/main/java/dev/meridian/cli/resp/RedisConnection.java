package dev.meridian.cli.resp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One blocking connection that speaks RESP2. */
public final class RedisConnection implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int NESTING_MAX = 32;

    private final Socket socket;
    private final InputStream in;

    public RedisConnection(InetSocketAddress address, int readTimeoutMs) throws IOException {
        socket = new Socket();
        try {
            socket.connect(address, CONNECT_TIMEOUT_MS);
            socket.setSoTimeout(readTimeoutMs);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends one command and waits for its reply. */
    public Reply call(List<String> command) throws IOException {
        return pipeline(List.of(command)).getFirst();
    }

    /** Sends several commands at once and waits for all their replies. */
    public List<Reply> pipeline(List<List<String>> commands) throws IOException {
        var request = new ByteArrayOutputStream();
        commands.forEach(command -> write(command, request));
        socket.getOutputStream().write(request.toByteArray());
        var answers = new ArrayList<Reply>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            answers.add(read(0));
        }
        return answers;
    }

    private static void write(List<String> command, ByteArrayOutputStream request) {
        request.writeBytes(ascii("*" + command.size() + "\r\n"));
        for (String argument : command) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(ascii("$" + bytes.length + "\r\n"));
            request.writeBytes(bytes);
            request.writeBytes(ascii("\r\n"));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Reply read(int depth) throws IOException {
        if (depth > NESTING_MAX) {
            throw new ProtocolException("reply nested deeper than " + NESTING_MAX);
        }
        int type = in.read();
        String line = line();
        return switch (type) {
            case '+' -> new Reply.Status(line);
            case '-' -> new Reply.Error(line);
            case ':' -> new Reply.Number(number(line));
            case '$' -> bulk(number(line));
            case '*' -> items(number(line), depth);
            case -1 -> throw new EOFException("the server closed the connection");
            default -> throw new ProtocolException("unknown kind of reply, byte " + type);
        };
    }

    private Reply bulk(long length) throws IOException {
        if (length < 0) {
            return new Reply.Nil();
        }
        byte[] bytes = in.readNBytes(Math.toIntExact(length));
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection inside a reply");
        }
        line();
        return new Reply.Bulk(bytes);
    }

    private Reply items(long count, int depth) throws IOException {
        if (count < 0) {
            return new Reply.Nil();
        }
        var items = new ArrayList<Reply>();
        for (long i = 0; i < count; i++) {
            items.add(read(depth + 1));
        }
        return new Reply.Items(items);
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static long number(String line) throws ProtocolException {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new ProtocolException("`" + line + "` is not a number");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
