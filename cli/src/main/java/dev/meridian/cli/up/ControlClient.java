package dev.meridian.cli.up;

import dev.meridian.cli.Failure;
import dev.meridian.cli.Json;
import dev.meridian.cli.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Talks with the control endpoint of a running {@code up}. */
public record ControlClient(UpState state) {
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    /** A start waits for the node to be ready. */
    private static final int READ_TIMEOUT_MS = 60_000;

    /** Asks; works with any version. */
    public JsonNode get(String path) {
        return call("GET", path, null);
    }

    /** Changes something; refused where the deployment was started by another version of this program. */
    public JsonNode post(String path, Map<String, @Nullable Object> body) {
        if (state.api() != UpState.API) {
            throw Trouble.OTHER_VERSION.because(
                    "the deployment " + state.name() + " speaks version " + state.api()
                            + " of the control protocol, this" + " program version " + UpState.API,
                    "use the program that started it, or stop it with Ctrl-C and start it with this one");
        }
        return call("POST", path, Json.line(body));
    }

    private JsonNode call(String method, String path, @Nullable String body) {
        try {
            var connection = (HttpURLConnection)
                    URI.create(state.control() + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
            connection.setReadTimeout(READ_TIMEOUT_MS);
            connection.setRequestProperty("Authorization", "Bearer " + state.token());
            if (body != null) {
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            int status = connection.getResponseCode();
            InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
            String text = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            if (status >= 400) {
                throw refusal(status, text);
            }
            return Json.read(text);
        } catch (IOException e) {
            throw Trouble.CONTROL_SILENT.because(
                    "the deployment " + state.name() + " does not answer at " + state.control() + ": " + e.getMessage(),
                    "its process is " + state.pid()
                            + "; whether the request took effect is not known: ask `meridian status`");
        }
    }

    private static Failure refusal(int status, String text) {
        try {
            JsonNode error = Json.read(text);
            String code = error.path("code").asString();
            var help = new ArrayList<String>();
            error.path("help").forEach(line -> help.add(line.asString()));
            for (Trouble trouble : Trouble.values()) {
                if (trouble.code().equals(code)) {
                    return trouble.because(error.path("message").asString(), help.toArray(String[]::new));
                }
            }
        } catch (IllegalArgumentException e) {
            return Trouble.CONTROL_REFUSED.because("the control endpoint answered " + status + " and no JSON");
        }
        return Trouble.CONTROL_REFUSED.because("the control endpoint answered " + status + ": " + text);
    }
}
