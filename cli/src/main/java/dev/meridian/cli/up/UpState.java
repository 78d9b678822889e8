package dev.meridian.cli.up;

import dev.meridian.cli.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a running {@code up} leaves in its directory for the other commands: who it is, and where to reach it. The file
 * holds the token of the control endpoint and so is readable by its owner only.
 *
 * @param api version of the control endpoint; commands that change something need the same
 * @param control address of the control endpoint, as a URL
 */
public record UpState(
        int api,
        String name,
        long pid,
        Instant startedAt,
        String control,
        String token,
        Path directory,
        List<RegionPorts> regions) {
    public static final int API = 1;
    static final String FILE = "up.json";

    public UpState {
        regions = List.copyOf(regions);
    }

    /** Where one region serves; all on loopback. */
    public record RegionPorts(String name, int resp, int http, int link, int control) {
        public InetSocketAddress respAddress() {
            return new InetSocketAddress("127.0.0.1", resp);
        }

        public InetSocketAddress linkAddress() {
            return new InetSocketAddress("127.0.0.1", link);
        }

        public InetSocketAddress controlAddress() {
            return new InetSocketAddress("127.0.0.1", control);
        }

        public String respText() {
            return "127.0.0.1:" + resp;
        }

        public String httpUrl() {
            return "http://127.0.0.1:" + http;
        }
    }

    public Path logDirectory() {
        return directory.resolve("log");
    }

    public Optional<RegionPorts> region(String wanted) {
        return regions.stream().filter(region -> region.name().equals(wanted)).findFirst();
    }

    public List<String> regionNames() {
        return regions.stream().map(RegionPorts::name).toList();
    }

    /** Whether the process that wrote this still runs, and is not another one of the same number. */
    public boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .map(start -> !start.isAfter(startedAt))
                        .orElse(true))
                .isPresent();
    }

    /** Waits until this deployment has ended; returns whether it has. */
    public boolean awaitEnd(long timeoutMs) throws InterruptedException {
        long startedNs = System.nanoTime();
        while (isAlive() && Files.exists(directory.resolve(FILE))) {
            if ((System.nanoTime() - startedNs) / 1_000_000 > timeoutMs) {
                return false;
            }
            Thread.sleep(50);
        }
        return true;
    }

    /** As other programs read it; without the token. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = Json.ofSchema("meridian.up/1");
        json.put("api", api);
        json.put("name", name);
        json.put("pid", pid);
        json.put("started_at", startedAt.toString());
        json.put("control", control);
        json.put("directory", directory.toString());
        json.put("logs", logDirectory().toString());
        var list = new ArrayList<Map<String, Object>>();
        for (RegionPorts region : regions) {
            var each = new LinkedHashMap<String, Object>();
            each.put("region", region.name());
            each.put("redis", region.respText());
            each.put("http", region.httpUrl());
            each.put("link", "127.0.0.1:" + region.link());
            each.put("control", "127.0.0.1:" + region.control());
            list.add(each);
        }
        json.put("regions", list);
        return json;
    }

    void save() throws IOException {
        Map<String, @Nullable Object> json = toJson();
        json.put("token", token);
        OwnersFile.write(directory.resolve(FILE), Json.line(json) + "\n");
    }

    void forget() throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    /** Reads what a directory tells; empty if nothing runs there or the file is not one of ours. */
    static Optional<UpState> load(Path directory) {
        try {
            JsonNode json = Json.read(Files.readString(directory.resolve(FILE)));
            var regions = new ArrayList<RegionPorts>();
            for (JsonNode region : json.path("regions")) {
                regions.add(new RegionPorts(
                        region.path("region").asString(),
                        port(region.path("redis").asString()),
                        port(region.path("http").asString()),
                        port(region.path("link").asString()),
                        port(region.path("control").asString())));
            }
            return Optional.of(new UpState(
                    json.path("api").asInt(),
                    json.path("name").asString(),
                    json.path("pid").asLong(),
                    Instant.parse(json.path("started_at").asString()),
                    json.path("control").asString(),
                    json.path("token").asString(),
                    directory,
                    regions));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
