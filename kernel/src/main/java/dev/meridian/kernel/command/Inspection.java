package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Conflicts;
import dev.meridian.kernel.data.Contribution;
import dev.meridian.kernel.data.Hlc;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.INSPECT key: the key as each region has it: its values with their stamps, who wrote them, siblings, what
 * each origin has counted, its lifetime and what is remembered of removals. Regions that may not hold the dataset
 * are named and not asked.
 */
public final class Inspection {
    private static final String QUESTION = "MERIDIAN.INSPECT.HERE";
    private static final int ELEMENTS_MAX = 100;

    /** Of each value; what is longer is shown by its beginning and its length. */
    private static final int VALUE_BYTES_MAX = 4096;

    private final Kernel kernel;

    private Inspection(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        Inspection inspection = new Inspection(kernel);
        table.accept("MERIDIAN.INSPECT", inspection::inspect);
        kernel.dispatcher().forwarding().serve(QUESTION, inspection::answer);
    }

    private void inspect(Execution x) {
        if (x.inMulti()) {
            x.reply().error("ERR Command not allowed inside a transaction");
            return;
        }
        Client client = x.client();
        Dataset dataset = kernel.dispatcher().dataset(x.args(), 1);
        List<String> members = kernel.placement().group(dataset).members();
        Map<Integer, String> silent = new TreeMap<>();
        List<Integer> asked = new ArrayList<>();
        for (Peer peer : kernel.replicator().peers()) {
            if (!members.contains(peer.region())) {
                silent.put(peer.index(), "not_held");
            } else if (peer.region().equals(kernel.placement().self())
                    || kernel.replicator().hears(peer)) {
                asked.add(peer.index());
            } else {
                silent.put(peer.index(), "unreachable");
            }
        }
        Args question =
                Args.of(QUESTION.getBytes(StandardCharsets.US_ASCII), x.args().copy(1));
        kernel.dispatcher().forwarding().ask(client, asked, question, answers -> {
            ReplyWriter out = client.out;
            out.array(kernel.placement().regions().size());
            for (Peer peer : kernel.replicator().peers()) {
                int at = asked.indexOf(peer.index());
                if (at < 0) {
                    silence(out, peer.region(), silent.getOrDefault(peer.index(), "unreachable"));
                } else if (answers.get(at)[0] == '-') {
                    silence(out, peer.region(), "unreachable");
                } else {
                    out.raw(answers.get(at));
                }
            }
        });
    }

    private static void silence(ReplyWriter out, String region, String state) {
        out.map(2);
        text(out, "region", region);
        text(out, "state", state);
    }

    private void answer(Client asking, Args args) {
        ReplyWriter out = asking.out;
        Dataset dataset = kernel.dispatcher().dataset(args, 1);
        Group group = kernel.groups()[dataset.group()];
        Client.Forwarded from = asking.forwarded;
        boolean member = from == null
                || group.policy()
                        .members()
                        .contains(kernel.replicator().peer(from.peer()).region());
        if (!group.held() || !member) {
            out.error("RESIDENCY dataset '" + dataset.name() + "' is not shown there");
            return;
        }
        show(out, kernel.keyspace().find(args.copy(1)), dataset, group.policy(), !group.serving());
    }

    private void show(ReplyWriter out, @Nullable Key key, Dataset dataset, GroupPolicy policy, boolean loading) {
        long nowMs = kernel.dispatcher().nowMs();
        boolean visible = key != null && key.visibleAt(nowMs);
        Type type = key == null ? null : key.type();
        out.map(12);
        text(out, "region", kernel.placement().self());
        text(out, "state", loading ? "loading" : visible ? "present" : "absent");
        text(out, "dataset", dataset.name());
        text(out, "group", policy.id());
        text(out, "resolution", dataset.resolution().name().toLowerCase(Locale.ROOT));
        text(out, "type", !visible || type == null ? "none" : type.redisName());
        out.bulk("value");
        Cell string = visible && key != null ? key.string() : null;
        if (string == null) {
            out.nil();
        } else {
            cell(out, string, false);
        }
        Collection collection = visible && key != null ? key.collection() : null;
        out.bulk("elements_total");
        out.integer(collection == null ? 0 : collection.size());
        out.bulk("elements");
        elements(out, collection);
        out.bulk("expires");
        Cell expiry = key == null ? null : key.expiry();
        if (key == null || expiry == null || key.expireAtMs() == 0) {
            out.nil();
        } else {
            out.map(2);
            text(out, "at", Instant.ofEpochMilli(key.expireAtMs()).toString());
            text(out, "written", stamp(expiry.hlc(), expiry.origin()));
        }
        out.bulk("other_types_hidden");
        out.bool(key != null && key.hidesOthers());
        out.bulk("removed");
        removal(out, key);
    }

    private void elements(ReplyWriter out, @Nullable Collection collection) {
        // The same ones in every region, however each has them in memory.
        TreeSet<Cell> shown = new TreeSet<>((a, b) -> Arrays.compareUnsigned(a.id(), b.id()));
        if (collection != null) {
            collection.forEach(cell -> {
                shown.add(cell);
                if (shown.size() > ELEMENTS_MAX) {
                    shown.pollLast();
                }
            });
        }
        out.array(shown.size());
        shown.forEach(cell -> cell(out, cell, true));
    }

    /** What is remembered of removals, so that writes from before them stay away. */
    private void removal(ReplyWriter out, @Nullable Key key) {
        Cell string = key == null ? null : key.stringCell();
        Collection collection = key == null ? null : key.collection();
        boolean deleted = key != null && key.clearedHlc() != 0;
        boolean stringGone = string != null && !string.present() && string.hlc() != 0;
        out.map(3);
        out.bulk("key");
        if (deleted && key != null) {
            out.bulk(stamp(key.clearedHlc(), key.clearedOrigin()));
        } else {
            out.nil();
        }
        out.bulk("string");
        if (stringGone && string != null) {
            out.bulk(stamp(string.hlc(), string.origin()));
        } else {
            out.nil();
        }
        out.bulk("elements");
        out.integer(collection == null ? 0 : collection.tombstones());
    }

    private void cell(ReplyWriter out, Cell cell, boolean element) {
        byte[] shows = cell.visible();
        byte[] register = cell.register();
        Conflicts.Outcome outcome = cell.outcome();
        out.map((element ? 1 : 0) + 8);
        if (element) {
            bytes(out, "element", cell.id());
        }
        bytes(out, "shows", shows);
        bytes(out, "register", register);
        if (register == null) {
            for (String none : List.of("hlc", "hlc_raw", "origin")) {
                out.bulk(none);
                out.nil();
            }
        } else {
            text(out, "hlc", hlc(cell.hlc()));
            out.bulk("hlc_raw");
            out.integer(cell.hlc());
            text(out, "origin", origin(cell.origin()));
        }
        List<Cell.Sibling> siblings = new ArrayList<>();
        for (Cell.Sibling s = cell.siblings(); s != null; s = s.next()) {
            siblings.add(s);
        }
        out.bulk("siblings");
        out.array(siblings.size());
        for (Cell.Sibling s : siblings) {
            out.map(4);
            bytes(out, "register", s.value());
            text(out, "hlc", hlc(s.hlc()));
            out.bulk("hlc_raw");
            out.integer(s.hlc());
            text(out, "origin", origin(s.origin()));
        }
        out.bulk("quarantine");
        if (outcome == null || outcome.quarantine() == null) {
            out.nil();
        } else {
            out.bulk(outcome.quarantine().getBytes(StandardCharsets.UTF_8));
        }
        List<Contribution> counted = new ArrayList<>();
        for (Contribution c = cell.contributions(); c != null; c = c.next()) {
            counted.add(c);
        }
        out.bulk("counted");
        out.array(counted.size());
        for (Contribution c : counted) {
            out.map(3);
            text(out, "origin", origin(c.origin()));
            text(out, "amount", c.amount().toString());
            text(out, "kind", c.kind().name().toLowerCase(Locale.ROOT));
        }
    }

    private String stamp(long hlc, int origin) {
        return hlc(hlc) + " by " + origin(origin);
    }

    /** The wall clock's part as an instant, and the counter behind it. */
    private static String hlc(long hlc) {
        return Instant.ofEpochMilli(Hlc.ms(hlc)) + "+" + (hlc & 0xFFFF);
    }

    private String origin(int origin) {
        return kernel.origins().region(origin) + "/"
                + InfoReport.origin(kernel.origins().id(origin));
    }

    private static void text(ReplyWriter out, String name, String value) {
        out.bulk(name);
        out.bulk(value);
    }

    private static void bytes(ReplyWriter out, String name, byte @Nullable [] value) {
        out.bulk(name);
        if (value == null) {
            out.nil();
        } else if (value.length > VALUE_BYTES_MAX) {
            byte[] length = ("... of " + value.length + " bytes").getBytes(StandardCharsets.US_ASCII);
            byte[] beginning = Arrays.copyOf(value, VALUE_BYTES_MAX + length.length);
            System.arraycopy(length, 0, beginning, VALUE_BYTES_MAX, length.length);
            out.bulk(beginning);
        } else {
            out.bulk(value);
        }
    }
}
