package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.data.DroppedValue;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.ScoredCell;
import dev.meridian.kernel.data.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How conflicts, and records of dropped values, are told to clients. */
final class ConflictView {
    /** Of each value in a list; what is longer is shown by its beginning, and {@code bytes} tells its length. */
    static final int VALUE_BYTES_LISTED = 1024;

    static final int VALUE_BYTES_SHOWN = 1 << 20;

    private final Kernel kernel;
    private final ReplyWriter out;
    private final int valueBytesMax;

    ConflictView(Kernel kernel, ReplyWriter out, int valueBytesMax) {
        this.kernel = kernel;
        this.out = out;
        this.valueBytesMax = valueBytesMax;
    }

    void conflict(Cell cell) {
        Conflicts conflicts = kernel.keyspace().conflicts();
        List<Cell.Sibling> versions = cell.versions();
        Conflicts.Outcome outcome = cell.outcome();
        String quarantine = outcome == null ? null : outcome.quarantine();
        out.map(9);
        head(cell.key(), cell.type(), cell.id());
        text("state", quarantine == null ? "open" : "quarantined");
        text("reason", quarantine);
        text("since", instant(versions.get(1).hlc()));
        text("token", conflicts.token(cell));
        out.bulk("siblings");
        out.array(versions.size());
        int number = 1;
        for (Cell.Sibling s : versions) {
            out.map(7);
            integer("number", number++);
            value(cell.type(), s.value(), s.value().length);
            text("written", instant(s.hlc()));
            integer("hlc", s.hlc());
            text("region", kernel.origins().region(s.origin()));
            text("origin", InfoReport.origin(kernel.origins().id(s.origin())));
        }
    }

    void dropped(DroppedValue dropped) {
        out.map(12);
        head(dropped.key(), dropped.heldBy(), dropped.element());
        text("reason", dropped.reason().name().toLowerCase(Locale.ROOT));
        value(dropped.heldBy(), dropped.beginning(), dropped.length());
        text("written", instant(dropped.hlc()));
        text("region", kernel.origins().region(dropped.origin()));
        text("dot", InfoReport.origin(kernel.origins().id(dropped.origin())) + "@" + dropped.seq());
        text("ended", instant(dropped.winnerHlc()));
        text("ended_by", InfoReport.origin(dropped.winnerOrigin()));
    }

    private void head(Key key, Type type, byte[] element) {
        text("dataset", key.dataset().name());
        out.bulk("key");
        out.bulk(key.id());
        text("type", type == Type.EXPIRY ? "lifetime" : type.redisName());
        out.bulk("element");
        if (element.length == 0) {
            out.nil();
        } else {
            out.bulk(element);
        }
    }

    /** Scores and lifetimes are told as people read them. */
    private void value(Type type, byte[] value, int length) {
        out.bulk("value");
        if (type == Type.ZSET && value.length == Long.BYTES) {
            out.bulk(Numbers.bytes(ScoredCell.decode(value)));
        } else if (type == Type.EXPIRY && value.length == Long.BYTES) {
            out.bulk(Instant.ofEpochMilli(Cell.instant(value)).toString());
        } else {
            out.bulk(value, 0, Math.min(value.length, valueBytesMax));
        }
        integer("bytes", length);
    }

    private void text(String name, @Nullable String value) {
        out.bulk(name);
        if (value == null) {
            out.nil();
        } else {
            out.bulk(value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void integer(String name, long value) {
        out.bulk(name);
        out.integer(value);
    }

    private static String instant(long hlc) {
        return Instant.ofEpochMilli(Hlc.ms(hlc)).toString();
    }
}
