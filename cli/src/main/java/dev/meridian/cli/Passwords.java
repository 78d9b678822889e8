package dev.meridian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a password comes from: a file or the environment, never an argument, which others can see. */
final class Passwords {
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
}
