package dev.meridian.config;

import dev.meridian.config.grammar.Found;
import dev.meridian.config.grammar.Section;
import dev.meridian.config.yaml.Problems;
import dev.meridian.config.yaml.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the password comes from, and whether it is kept well. */
final class PasswordDerivation {
    private static final int MOST_BYTES = 4096;

    private final Problems problems;
    private final Recorder recorder;
    private final Section security;
    private final @Nullable Path directory;

    PasswordDerivation(Problems problems, Recorder recorder, Section security, @Nullable Path directory) {
        this.problems = problems;
        this.recorder = recorder;
        this.security = security;
        this.directory = directory;
    }

    @Nullable
    Password derive() {
        Found<String> given = security.find("password");
        Found<String> file = security.find("password_file");
        if (security.mentions("password") && security.mentions("password_file")) {
            problems.error(
                    ErrorCodes.TWO_PASSWORDS,
                    security.keySpan("password_file"),
                    "the password is given twice",
                    "also on line " + security.keySpan("password").line(),
                    "keep password or password_file");
        }
        if (file != null) {
            recorder.given("security.password_file", file);
            return fromFile(file);
        }
        if (given == null) {
            recorder.put("security.password", null, "default: none, so only loopback is served", null);
            return null;
        }
        String raw = problems.source().line(given.span().line());
        int start = raw.offsetByCodePoints(0, given.span().column() - 1);
        String written =
                raw.substring(start, raw.offsetByCodePoints(start, given.span().length()));
        if (written.matches("[\"']?\\$\\{\\w+\\}[\"']?")) {
            recorder.put("security.password", "\"" + written.replaceAll("[\"']", "") + "\"", "given", given.span());
        } else {
            recorder.put("security.password", null, "given, not shown", given.span());
            plainText(given.span());
        }
        return new Password(given.value());
    }

    private void plainText(Span span) {
        if (directory != null && FileAccess.readableByOthers(directory.resolve(fileName()))) {
            problems.error(
                    ErrorCodes.SECRET_READABLE,
                    span,
                    "the password stands in a file that everybody on this machine can read",
                    null,
                    "write `password: ${MERIDIAN_PASSWORD}`, or `chmod o-r` the file");
            return;
        }
        problems.warning(
                ErrorCodes.SECRET_IN_PLAIN_TEXT,
                span,
                "the password stands in this file in plain text",
                null,
                "write `password: ${MERIDIAN_PASSWORD}`, or use password_file");
    }

    private Path fileName() {
        return Path.of(problems.source().name()).getFileName();
    }

    private @Nullable Password fromFile(Found<String> name) {
        if (directory == null) {
            unreadable(name, "this text was not read from a file, so there is no place to look for it");
            return null;
        }
        try {
            Path path = directory.resolve(name.value());
            if (!Files.isRegularFile(path)) {
                unreadable(name, "there is no such file");
                return null;
            }
            if (Files.size(path) > MOST_BYTES) {
                unreadable(name, "it is larger than " + MOST_BYTES + " bytes");
                return null;
            }
            String secret = Files.readString(path, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            if (secret.isEmpty()) {
                unreadable(name, "its first line is empty");
                return null;
            }
            if (FileAccess.readableByOthers(path)) {
                problems.warning(
                        ErrorCodes.SECRET_IN_PLAIN_TEXT,
                        name.span(),
                        "everybody on this machine can read the password file",
                        null,
                        "chmod o-r " + name.value());
            }
            return new Password(secret);
        } catch (InvalidPathException e) {
            unreadable(name, "this is not a path");
        } catch (IOException e) {
            unreadable(name, "it is not readable text in UTF-8, or reading it failed");
        }
        return null;
    }

    private void unreadable(Found<String> name, String why) {
        problems.error(
                ErrorCodes.PASSWORD_FILE,
                name.span(),
                "the password file " + name.value() + " cannot be used",
                why,
                "the path is relative to the configuration file; its first line is the password");
    }
}
