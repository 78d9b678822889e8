package dev.meridian.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.meridian.kernel.command.Args;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A plain socket that speaks RESP, byte for byte; text is a char for each byte. Errors are text that begins with a dash. */
public final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    public Wire(int port) throws IOException {
        this(port, 0);
    }

    /** With a receive buffer of so many bytes, to be slow with; 0 for the system's own. */
    Wire(int port, int receiveBufferBytes) throws IOException {
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    public void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    void send(String bytes) {
        send(bytes.getBytes(ISO_8859_1));
    }

    void sendCommand(String... words) {
        send(encode(words));
    }

    public static byte[] encode(String... words) {
        byte[][] arguments = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            arguments[i] = words[i].getBytes(ISO_8859_1);
        }
        Args args = Args.of(arguments);
        byte[] bytes = new byte[(int) args.encodedLength()];
        args.encode(bytes, 0);
        return bytes;
    }

    public Object call(String... words) {
        sendCommand(words);
        return read();
    }

    /** A reply: String, Long, List or null. */
    Object read() {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ',', '(' -> rest;
            case '-' -> line;
            case ':' -> Long.parseLong(rest);
            case '$' -> rest.equals("-1") ? null : bulk(Integer.parseInt(rest));
            case '_' -> null;
            case '*', '~', '>' -> rest.equals("-1") ? null : list(Integer.parseInt(rest));
            case '%' -> list(Integer.parseInt(rest) * 2);
            default -> throw new IllegalStateException("no reply: " + line);
        };
    }

    /** A reply with its types: text that begins with its type, or a list whose first element is it. */
    public Object reply() {
        String line = line();
        String rest = line.substring(1);
        char type = line.charAt(0);
        boolean sized = "$=*~>%".indexOf(type) >= 0 && !rest.equals("-1");
        if (!sized) {
            return line;
        }
        int size = Integer.parseInt(rest);
        if (type == '$' || type == '=') {
            return type + bulk(size);
        }
        List<Object> elements = new ArrayList<>(List.of("" + type));
        for (int i = 0; i < (type == '%' ? size * 2 : size); i++) {
            elements.add(reply());
        }
        return elements;
    }

    /** All bytes until the other side ends the connection. */
    String readToEnd() {
        try {
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    String readBytes(int length) {
        try {
            return new String(in.readNBytes(length), ISO_8859_1);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Tells the other side that no more comes. */
    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private List<Object> list(int length) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(read());
        }
        return elements;
    }

    private String bulk(int length) {
        String value = readBytes(length);
        readBytes(2);
        return value;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        try {
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the connection ended after: " + line);
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
