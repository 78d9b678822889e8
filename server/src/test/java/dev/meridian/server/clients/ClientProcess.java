package dev.meridian.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client in a process of its own, with what it printed; it is ended after a minute. */
record ClientProcess(int exitCode, String out) {
    private static final Path NODE_SCRIPTS = Path.of("src", "test", "node");
    private static final long TIMEOUT_S = 60;

    /** Runs a command with an input; what it writes to either output is kept. */
    static ClientProcess run(String input, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> {
            try (var text = process.getInputStream()) {
                return new String(text.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                return "its output broke off: " + broken;
            }
        });
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(command.getFirst() + " did not end within " + TIMEOUT_S + " s: " + out.join());
        }
        return new ClientProcess(process.exitValue(), out.join());
    }

    static ClientProcess redisCli(StagedNode node, String input, String... arguments)
            throws IOException, InterruptedException {
        return redisCli(node.port(), node.password(), input, arguments);
    }

    static ClientProcess redisCli(int port, String password, String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", "" + port));
        if (!password.isEmpty()) {
            command.addAll(List.of("-a", password, "--no-auth-warning"));
        }
        command.addAll(List.of(arguments));
        return run(input, command);
    }

    /** A script of {@code src/test/node}; it must end well. */
    static String script(String name, int port, String password, String... arguments)
            throws IOException, InterruptedException {
        assertThat(Files.exists(NODE_SCRIPTS.resolve("node_modules")))
                .as("%s/node_modules is absent: run ./check, or npm ci there", NODE_SCRIPTS.toAbsolutePath())
                .isTrue();
        List<String> command =
                new ArrayList<>(List.of("node", NODE_SCRIPTS.resolve(name).toString(), "" + port, password));
        command.addAll(List.of(arguments));
        ClientProcess process = run("", command);
        assertThat(process.exitCode()).as(process.out()).isZero();
        return process.out();
    }
}
