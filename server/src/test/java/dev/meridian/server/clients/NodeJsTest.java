package dev.meridian.server.clients;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scripts in {@code src/test/node} assert of ioredis and of node-redis. */
class NodeJsTest {
    @TempDir
    static Path directory;

    static StagedNode open;
    static StagedNode guarded;

    @BeforeAll
    static void start() throws Exception {
        open = StagedNode.open(directory.resolve("open"));
        guarded = StagedNode.guarded(directory.resolve("guarded"));
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    @Test
    void ioredisWorks() throws Exception {
        ClientProcess.script("ioredis.mjs", open.port(), "", "use");
    }

    @Test
    void ioredisWorksWithAPassword() throws Exception {
        ClientProcess.script("ioredis.mjs", guarded.port(), guarded.password(), "use");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void nodeRedisWorks(String resp) throws Exception {
        ClientProcess.script("node-redis.mjs", open.port(), "", "use", resp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void nodeRedisWorksWithAPassword(String resp) throws Exception {
        ClientProcess.script("node-redis.mjs", guarded.port(), guarded.password(), "use", resp);
    }
}
