package dev.meridian.server.admin;

import dev.meridian.config.Configuration;
import dev.meridian.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/config}: every value of the configuration with its reason, in the file's order. Secrets were left out when the file was read. */
final class EffectiveConfiguration {
    private EffectiveConfiguration() {}

    static Map<String, Object> of(Configuration configuration) {
        List<Object> settings = new ArrayList<>();
        for (Setting setting : configuration.effective()) {
            Map<String, @Nullable Object> told = new LinkedHashMap<>();
            told.put("path", setting.path());
            told.put("value", setting.value());
            told.put("reason", setting.reason());
            Setting.Origin origin = setting.origin();
            told.put("line", origin == null ? null : origin.line());
            settings.add(told);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("schema", "meridian.config/1");
        answer.put("name", configuration.name());
        answer.put("hash", "sha256:" + configuration.hash());
        answer.put("version", 1);
        answer.put("settings", settings);
        return answer;
    }
}
