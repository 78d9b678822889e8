package dev.meridian.kernel.primary;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries and configurations as bytes, version 1: the same bytes for the same thing. Reading throws {@link MalformedBytesException}
 * for what is none, and nothing else.
 */
public final class ControlCodec {
    private static final int VERSION = 1;
    private static final int TEXT_MAX = 512;
    private static final int LIST_MAX = 256;
    private static final int START_MAX = 65_536;

    private ControlCodec() {}

    /** The bytes of an entry. Throws {@code IllegalArgumentException} for one whose texts or lists are too long to be read again. */
    public static byte[] write(ControlEntry entry) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        text(entry.operation(), out);
        text(entry.by(), out);
        text(entry.reason(), out);
        list(entry.overridden(), rule -> text(rule, out), out);
        out.i64(entry.atMs());
        out.i64(entry.cluster());
        change(entry.change(), out);
        return out.toByteArray();
    }

    /** Reads what {@link #write} wrote. */
    public static ControlEntry read(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new MalformedBytesException("entry of version " + version + "; this program reads " + VERSION);
        }
        ControlEntry entry = new ControlEntry(
                text(in), text(in), text(in), list(in, () -> text(in)), in.i64(), in.i64(), change(in));
        end(in);
        return entry;
    }

    private static void change(ControlEntry.Change change, ByteWriter out) {
        switch (change) {
            case ControlEntry.Configure(Configuration current, Configuration next, boolean automatic) -> {
                out.u8(1);
                configuration(current, out);
                configuration(next, out);
                out.u8(automatic ? 1 : 0);
            }
            case ControlEntry.Drain(String region) -> region(2, region, out);
            case ControlEntry.Undrain(String region) -> region(3, region, out);
            case ControlEntry.Isolate(String region) -> region(4, region, out);
            case ControlEntry.Readmit(String region) -> region(5, region, out);
            case ControlEntry.AutomaticFailover(boolean on) -> {
                out.u8(6);
                out.u8(on ? 1 : 0);
            }
            case ControlEntry.AdoptFile file -> {
                out.u8(7);
                file(file, out);
            }
        }
    }

    private static void region(int kind, String region, ByteWriter out) {
        out.u8(kind);
        text(region, out);
    }

    private static ControlEntry.Change change(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new ControlEntry.Configure(configuration(in), configuration(in), flag(in));
            case 2 -> new ControlEntry.Drain(text(in));
            case 3 -> new ControlEntry.Undrain(text(in));
            case 4 -> new ControlEntry.Isolate(text(in));
            case 5 -> new ControlEntry.Readmit(text(in));
            case 6 -> new ControlEntry.AutomaticFailover(flag(in));
            case 7 -> file(in);
            default -> throw new MalformedBytesException("change of kind " + kind);
        };
    }

    static void file(ControlEntry.AdoptFile file, ByteWriter out) {
        out.varint(file.version());
        out.i64(file.fingerprint());
        list(file.regions(), region -> text(region, out), out);
        list(file.keepers(), region -> text(region, out), out);
        out.varint(file.rules().regionsOn());
        list(
                file.rules().neverBoth(),
                pair -> {
                    text(pair.a(), out);
                    text(pair.b(), out);
                },
                out);
    }

    static ControlEntry.AdoptFile file(ByteReader in) {
        return new ControlEntry.AdoptFile(
                number(in, Long.MAX_VALUE),
                in.i64(),
                list(in, () -> text(in)),
                list(in, () -> text(in)),
                new ControlRules(
                        (int) number(in, LIST_MAX), list(in, () -> new ControlRules.Pair(text(in), text(in)))));
    }

    /** A configuration, for whoever keeps or ships one. */
    public static void configuration(Configuration c, ByteWriter out) {
        text(c.group(), out);
        out.varint(c.epoch());
        out.u8(c.primary() == null ? 0 : 1);
        if (c.primary() != null) {
            text(c.primary(), out);
        }
        out.i64(c.reign());
        list(c.members(), region -> text(region, out), out);
        list(c.live(), region -> text(region, out), out);
        if (c.start().size() > START_MAX) {
            throw new IllegalArgumentException(c.start().size() + " origins at a start, more than " + START_MAX);
        }
        out.varint(c.start().size());
        for (Configuration.Position position : c.start()) {
            out.i64(position.origin());
            out.varint(position.seq());
        }
    }

    /** Reads what {@link #configuration(Configuration, ByteWriter)} wrote, and no more. */
    public static Configuration configuration(ByteReader in) {
        String group = text(in);
        long epoch = number(in, Long.MAX_VALUE);
        String primary = optional(in);
        long reign = in.i64();
        List<String> members = list(in, () -> text(in));
        List<String> live = list(in, () -> text(in));
        int count = count(in, START_MAX);
        List<Configuration.Position> start = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            start.add(new Configuration.Position(in.i64(), number(in, Long.MAX_VALUE)));
        }
        return new Configuration(group, epoch, primary, reign, members, live, start);
    }

    private static @Nullable String optional(ByteReader in) {
        return flag(in) ? text(in) : null;
    }

    static boolean flag(ByteReader in) {
        int value = in.u8();
        if (value > 1) {
            throw new MalformedBytesException("yes or no written as " + value);
        }
        return value == 1;
    }

    static void text(String text, ByteWriter out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_MAX) {
            throw new IllegalArgumentException("a text of " + bytes.length + " bytes, more than " + TEXT_MAX);
        }
        out.bytes(bytes);
    }

    static String text(ByteReader in) {
        byte[] bytes = in.bytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (bytes.length > TEXT_MAX || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new MalformedBytesException("a text of more than " + TEXT_MAX + " bytes, or not in UTF-8");
        }
        return text;
    }

    static <T> void list(List<T> list, Consumer<T> each, ByteWriter out) {
        if (list.size() > LIST_MAX) {
            throw new IllegalArgumentException("a list of " + list.size() + ", more than " + LIST_MAX);
        }
        out.varint(list.size());
        list.forEach(each);
    }

    static <T> List<T> list(ByteReader in, Supplier<T> each) {
        int count = count(in, LIST_MAX);
        List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(each.get());
        }
        return list;
    }

    private static int count(ByteReader in, int max) {
        int count = in.count();
        if (count > max) {
            throw new MalformedBytesException("a list of " + count + ", more than " + max);
        }
        return count;
    }

    static long number(ByteReader in, long max) {
        long value = in.varint();
        if (value < 0 || value > max) {
            throw new MalformedBytesException("number " + value + " is not from 0 to " + max);
        }
        return value;
    }

    static void end(ByteReader in) {
        if (in.remaining() > 0) {
            throw new MalformedBytesException(in.remaining() + " bytes behind the end");
        }
    }
}
