package dev.meridian.cli;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.config.Password;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a password comes from: a file or the environment, never an argument, which others can see. */
final class Passwords {
    static final String MEND =
            "give it with MERIDIAN_PASSWORD or --password-file; one that stands in the file of `up` is found without";

    private Passwords() {}

    static @Nullable String find(Terminal terminal, @Nullable Path file) {
        if (file == null) {
            return terminal.environment().get("MERIDIAN_PASSWORD");
        }
        try {
            String password =
                    Files.readString(terminal.resolve(file)).lines().findFirst().orElse("");
            if (password.isEmpty()) {
                throw Trouble.FILE_UNREADABLE.because(
                        "the first line of " + file + " is empty, so it holds no password");
            }
            return password;
        } catch (IOException e) {
            throw Trouble.FILE_UNREADABLE.because("the password file " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** What the file of a running deployment says; null if it says nothing that is known here. */
    static @Nullable String ofRunning(UpState state) {
        if (!(ConfigurationFile.load(state.directory().resolve("running.yaml")) instanceof LoadResult.Loaded loaded)) {
            return null;
        }
        Password password = loaded.configuration().password();
        return password == null ? null : password.secret();
    }

    /** A connection with a region of a running deployment, introduced where it wants a password. */
    static RedisConnection connect(
            Terminal terminal, UpState state, UpState.RegionPorts region, @Nullable Path file, int timeoutMs)
            throws IOException {
        String password = find(terminal, file);
        var connection = new RedisConnection(region.respAddress(), timeoutMs);
        try {
            if (password == null && isRefused(connection.call(List.of("PING")))) {
                password = ofRunning(state);
                if (password == null) {
                    throw Trouble.PASSWORD_WANTED.because(region.name() + " wants a password", MEND);
                }
            }
            if (password != null && connection.call(List.of("AUTH", password)) instanceof Reply.Error error) {
                throw Trouble.PASSWORD_WANTED.because(region.name() + " refuses the password: " + error.text(), MEND);
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean isRefused(Reply reply) {
        return reply instanceof Reply.Error error && error.text().startsWith("NOAUTH");
    }
}
