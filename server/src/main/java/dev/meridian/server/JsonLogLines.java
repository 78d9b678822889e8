package dev.meridian.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A log line a JSON object: at, level, logger, thread, message and, where something was thrown, error and stack. */
public final class JsonLogLines extends EncoderBase<ILoggingEvent> {
    private final JsonMapper mapper = new JsonMapper();

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1));
        line.put("thread", event.getThreadName());
        line.put("message", event.getFormattedMessage());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("error", thrown.getClassName());
            line.put("stack", ThrowableProxyUtil.asString(thrown));
        }
        return (mapper.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
