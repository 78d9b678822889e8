package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Marker;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.LateWrite;
import dev.meridian.kernel.replication.MutationReader;
import dev.meridian.kernel.replication.MutationReader.Change;
import dev.meridian.kernel.replication.MutationWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.LATEWRITES lists, shows, applies and discards the late writes that this region's node keeps. MERIDIAN.LATEWRITE is what it sends to
 * the primary for one that is applied: done once for each, however often it is sent.
 */
public final class LateCommands {
    private static final String SYNTAX =
            "ERR syntax: MERIDIAN.LATEWRITES LIST [dataset] [DECIDED] [CURSOR id] [COUNT count]"
                    + " | SHOW id | APPLY id [BY name] | DISCARD id [BY name]";
    private static final String PERFORM = "MERIDIAN.LATEWRITE";
    private static final int COUNT_DEFAULT = 100;
    private static final int COUNT_MAX = 1_000;

    private final Kernel kernel;
    private final MutationReader reader;

    private LateCommands(Kernel kernel) {
        this.kernel = kernel;
        this.reader = new MutationReader(kernel.placement(), kernel.keyspace(), kernel.groups());
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        LateCommands commands = new LateCommands(kernel);
        table.accept("MERIDIAN.LATEWRITES", commands::run);
        table.accept(PERFORM, commands::perform);
    }

    private void run(Execution x) {
        Args args = x.args();
        if (args.is(1, "LIST")) {
            list(x);
            return;
        }
        boolean decides = args.is(1, "APPLY") || args.is(1, "DISCARD");
        boolean named = decides && args.count() == 5 && args.is(3, "BY");
        if (!named && !((decides || args.is(1, "SHOW")) && args.count() == 3)) {
            x.reply().error(SYNTAX);
            return;
        }
        LateWrite late = find(args.latin1(2));
        if (late == null) {
            x.reply()
                    .error(
                            "NOLATEWRITE region " + kernel.placement().self()
                                    + " keeps no late write of this id: LIST shows those it keeps, and each region keeps its own");
        } else if (args.is(1, "SHOW")) {
            show(x, late);
        } else if (x.inMulti()) {
            x.reply().error("ERR a late write is decided on its own, not in a block");
        } else if (args.is(1, "APPLY")) {
            apply(x, late, named ? args.text(4) : x.client().name);
        } else {
            discard(x, late, named ? args.text(4) : x.client().name);
        }
    }

    private @Nullable LateWrite find(String id) {
        try {
            return kernel.lateWrites().find(LateWrite.Id.parse(id));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** None where the group is of another configuration file, which then says nothing of its keys. */
    private List<Change> changes(LateWrite late) {
        try {
            List<Change> all =
                    kernel.placement().groupOf(late.id().group()) < 0 ? List.of() : reader.changes(late.record());
            List<Change> shown =
                    all.stream().filter(change -> !Marker.is(change.key())).toList();
            return shown.isEmpty() ? all : shown;
        } catch (MalformedBytesException e) {
            return List.of();
        }
    }

    // ---- listing ----

    private void list(Execution x) {
        Args args = x.args();
        String only = null;
        boolean decided = false;
        LateWrite.Id after = null;
        long count = COUNT_DEFAULT;
        for (int i = 2; i < args.count(); i++) {
            boolean more = i + 1 < args.count();
            if (args.is(i, "DECIDED")) {
                decided = true;
            } else if (more && args.is(i, "COUNT")) {
                count = args.longAt(++i);
                if (!args.ok() || count < 1 || count > COUNT_MAX) {
                    x.reply().error("ERR COUNT is a number from 1 to " + COUNT_MAX);
                    return;
                }
            } else if (more && args.is(i, "CURSOR")) {
                String cursor = args.latin1(++i);
                try {
                    after = cursor.equals("0") ? null : LateWrite.Id.parse(cursor);
                } catch (IllegalArgumentException e) {
                    x.reply().error("ERR invalid cursor: give the one of the page before, or 0");
                    return;
                }
            } else if (i == 2) {
                only = args.text(i);
                if (kernel.placement().named(only).isEmpty()) {
                    x.reply().error(("ERR no dataset is named '" + only + "'").getBytes(StandardCharsets.UTF_8));
                    return;
                }
            } else {
                x.reply().error(SYNTAX);
                return;
            }
        }
        Map<LateWrite, List<Change>> page = new LinkedHashMap<>();
        String cursor = "0";
        for (LateWrite late : kernel.lateWrites().all()) {
            if (after != null && late.id().compareTo(after) <= 0
                    || decided == (late.state() == LateWrite.State.WAITING)) {
                continue;
            }
            List<Change> changes = changes(late);
            if (only != null && !only.equals(dataset(changes))) {
                continue;
            }
            if (page.size() == count) {
                cursor = List.copyOf(page.keySet()).getLast().id().toString();
                break;
            }
            page.put(late, changes);
        }
        ReplyWriter out = x.reply();
        out.map(2);
        text(out, "cursor", cursor);
        out.bulk("late_writes");
        out.array(page.size());
        page.forEach((late, changes) -> {
            out.map(HEAD);
            head(out, late, changes);
        });
    }

    private static final int HEAD = 9;

    private void head(ReplyWriter out, LateWrite late, List<Change> changes) {
        text(out, "id", late.id().toString());
        text(out, "dataset", dataset(changes));
        out.bulk("key");
        if (changes.isEmpty()) {
            out.nil();
        } else {
            out.bulk(changes.getFirst().key());
        }
        text(out, "does", changes.isEmpty() ? null : changes.getFirst().what());
        out.bulk("changes");
        out.integer(changes.size());
        text(out, "written", Instant.ofEpochMilli(Hlc.ms(late.hlc())).toString());
        text(out, "state", late.state().name().toLowerCase(Locale.ROOT));
        text(
                out,
                "decided",
                late.decidedMs() == 0
                        ? null
                        : Instant.ofEpochMilli(late.decidedMs()).toString());
        text(out, "by", late.by().isEmpty() ? null : late.by());
    }

    private @Nullable String dataset(List<Change> changes) {
        return changes.isEmpty()
                ? null
                : kernel.placement().datasetOf(changes.getFirst().key()).name();
    }

    private void show(Execution x, LateWrite late) {
        List<Change> changes = changes(late);
        ReplyWriter out = x.reply();
        out.map(HEAD + 3);
        head(out, late, changes);
        text(out, "origin", InfoReport.origin(late.id().origin()));
        out.bulk("hlc");
        out.integer(late.hlc());
        out.bulk("effects");
        out.array(changes.size());
        for (Change change : changes) {
            out.map(5);
            text(out, "does", change.what());
            out.bulk("key");
            out.bulk(change.key());
            text(out, "type", change.type());
            bytes(out, "element", change.element().length == 0 ? null : change.element());
            bytes(out, "value", change.value());
        }
    }

    private static void text(ReplyWriter out, String name, @Nullable String value) {
        bytes(out, name, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ReplyWriter out, String name, byte @Nullable [] value) {
        out.bulk(name);
        if (value == null) {
            out.nil();
        } else {
            out.bulk(value);
        }
    }

    // ---- deciding ----

    private void discard(Execution x, LateWrite late, String by) {
        switch (late.state()) {
            case APPLIED -> x.reply().error("DECIDED this late write has been applied: undo it by a write of your own");
            case DISCARDED -> x.reply().simple("DISCARDED");
            case WAITING -> {
                if (isBusy(x, late)) {
                    return;
                }
                decide(late, LateWrite.State.DISCARDED, by);
                x.reply().simple("DISCARDED");
            }
        }
    }

    private boolean isBusy(Execution x, LateWrite late) {
        int g = kernel.placement().groupOf(late.id().group());
        if (g >= 0 && kernel.groups()[g].takingOut()) {
            x.reply().error("TRYAGAIN late writes of the group are still being collected");
            return true;
        }
        return false;
    }

    private void decide(LateWrite late, LateWrite.State state, String by) {
        kernel.lateWrites().decide(late, state, kernel.wallMs(), by);
        LinkedHashMap<String, String> details = new LinkedHashMap<>();
        details.put("id", late.id().toString());
        details.put("state", state.name().toLowerCase(Locale.ROOT));
        details.put("by", by);
        kernel.effects().event("late_write_decided", details);
    }

    /** The primary performs it, wherever that is; its answer tells that it has, now or before. */
    private void apply(Execution x, LateWrite late, String by) {
        List<Change> changes = changes(late);
        switch (late.state()) {
            case DISCARDED -> x.reply().error("DECIDED this late write has been discarded: SHOW tells what it did");
            case APPLIED -> x.reply().simple("APPLIED");
            case WAITING -> {
                if (isBusy(x, late)) {
                    return;
                }
                if (changes.isEmpty()) {
                    x.reply()
                            .error(
                                    "ERR the dataset of this late write is not in the configuration any more: discard it");
                    return;
                }
                Dispatcher dispatcher = kernel.dispatcher();
                Client client = x.client();
                Client part = new Client(client.id, client.address, client.localAddress);
                part.authenticated = true;
                part.whenFinished = () -> dispatcher.finish(client, () -> applied(client, part, late, by));
                Args args = Args.of(
                        PERFORM.getBytes(StandardCharsets.US_ASCII),
                        changes.getFirst().key(),
                        late.id().toString().getBytes(StandardCharsets.US_ASCII),
                        late.record());
                dispatcher.part(part, kernel.table().named(PERFORM.toLowerCase(Locale.ROOT)), args);
                if (part.blocked) {
                    client.blocked = true;
                } else {
                    applied(client, part, late, by);
                }
            }
        }
    }

    private void applied(Client client, Client part, LateWrite late, String by) {
        client.session.learn(part.session);
        if (part.out.buffer()[part.out.readIndex()] == '-') {
            client.out.raw(part.out.buffer(), part.out.readIndex(), part.out.size());
            return;
        }
        LateWrite now = kernel.lateWrites().find(late.id());
        if (now != null && now.state() == LateWrite.State.WAITING) {
            decide(now, LateWrite.State.APPLIED, by);
        }
        client.out.simple("APPLIED");
    }

    private void perform(Execution x) {
        byte[] marker = Marker.of(x.args().copy(1), "late " + x.args().latin1(2));
        if (x.find(marker) != null) {
            x.reply().integer(0);
            return;
        }
        Dataset dataset = x.dataset(1);
        byte[] record = x.args().copy(3);
        List<byte[]> keys = new ArrayList<>();
        try {
            reader.changes(record).forEach(change -> keys.add(change.key()));
        } catch (MalformedBytesException | IndexOutOfBoundsException e) {
            x.reply().error("ERR this is no late write");
            return;
        }
        if (keys.stream().anyMatch(key -> IdempotentCommand.isRecord(key) && x.find(key) != null)) {
            // Who got no answer has sent it again under its id, to the new primary.
            x.reply().integer(0);
            return;
        }
        Group group = kernel.groups()[dataset.group()];
        if (keys.stream().anyMatch(key -> kernel.placement().datasetOf(key).group() != group.index())) {
            x.reply().error("ERR this late write is of another group");
            return;
        }
        reader.again(record, new MutationReader.Changes() {
            @Override
            public Key key(byte[] id) {
                return x.obtain(id);
            }

            @Override
            public MutationWriter to() {
                return x.mutation();
            }
        });
        x.mutation().putString(x.obtain(marker), new byte[] {'1'});
        x.reply().integer(1);
    }
}
