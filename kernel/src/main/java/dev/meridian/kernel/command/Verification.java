package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.bytes.ByteWriter;
import dev.meridian.kernel.bytes.MalformedBytesException;
import dev.meridian.kernel.placement.Dataset;
import dev.meridian.kernel.placement.GroupPolicy;
import dev.meridian.kernel.replication.Group;
import dev.meridian.kernel.replication.Peer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MERIDIAN.VERIFY [dataset]: proves, while clients write, that all members of a group hold the same, or lists the keys that
 * differ.
 *
 * <p>First every member sums digests of its keys' {@link dev.meridian.kernel.data.CanonicalState} into buckets; where sums
 * differ, it lists the bucket's keys with their digests. Keys that differ are suspects: most of them are only on
 * their way. So every member notes each suspect's digest and its own vector, and from then on whether the suspect
 * changes. Once every member has applied all that any of them had at its note, a suspect that changed nowhere in between
 * had, at every member's note, exactly the mutations that are known of it: the digests of the notes must then be equal. A
 * suspect that did change is looked at again, and in the end counted as in flight. See {@link VerificationWork} for the
 * members' side.
 */
public final class Verification {
    private static final int BUCKETS_PER_PASS = 64;
    private static final int SUSPECTS_PER_PASS = 2_000;
    private static final int LOOKS_MAX = 8;
    private static final int DIFFERENT_MAX = 1_000;
    private static final long TIME_MAX_NS = 60_000_000_000L;

    private final Kernel kernel;
    private long jobs;

    private Verification(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        table.accept("MERIDIAN.VERIFY", new Verification(kernel)::run);
        kernel.dispatcher().verificationWork(new VerificationWork(kernel));
    }

    private void run(Execution x) {
        Args args = x.args();
        if (x.inMulti()) {
            x.reply().error("ERR Command not allowed inside a transaction");
            return;
        }
        List<Dataset> wanted = kernel.placement().datasets();
        if (args.count() > 2) {
            x.reply().error("ERR syntax: MERIDIAN.VERIFY [dataset]");
            return;
        }
        if (args.count() == 2) {
            wanted = kernel.placement().named(args.text(1));
            if (wanted.isEmpty()) {
                x.reply()
                        .error(("ERR no dataset is named '" + args.latin1(1) + "'")
                                .getBytes(StandardCharsets.ISO_8859_1));
                return;
            }
        }
        new Run(x.client(), wanted).next();
    }

    /** What was found of one dataset. */
    private static final class Finding {
        final Dataset dataset;
        String verdict = "equal";
        String note = "";
        List<String> regions = List.of();
        long compared;
        long inFlight;
        final Map<String, List<String>> different = new LinkedHashMap<>();

        Finding(Dataset dataset) {
            this.dataset = dataset;
        }

        void unknown(String why) {
            if (verdict.equals("equal")) {
                verdict = "unknown";
            }
            note = why;
        }
    }

    /** A suspect: where it is and how often it was looked at. */
    private record Suspect(Finding finding, byte[] key, int looks) {}

    /** One client's verification: group after group, each in steps that every member answers. */
    private final class Run {
        final Client client;
        final Map<String, Finding> findings = new LinkedHashMap<>();
        final ArrayDeque<Group> groups = new ArrayDeque<>();
        final long deadlineNs = kernel.nowNs() + TIME_MAX_NS;
        final ArrayDeque<int[]> buckets = new ArrayDeque<>();
        final ArrayDeque<Suspect> suspects = new ArrayDeque<>();
        List<Finding> current = List.of();
        List<Integer> members = List.of();
        Group group;

        Run(Client client, List<Dataset> wanted) {
            this.client = client;
            this.group = kernel.groups()[0];
            for (Dataset dataset : wanted) {
                Finding finding = new Finding(dataset);
                findings.put(dataset.name(), finding);
                Group g = kernel.groups()[dataset.group()];
                if (!g.held()) {
                    finding.unknown("not kept in " + kernel.placement().self() + ": ask in "
                            + String.join(", ", g.policy().members()));
                } else if (!groups.contains(g)) {
                    groups.add(g);
                }
            }
        }

        void next() {
            Group g = groups.poll();
            if (g == null) {
                report();
                return;
            }
            group = g;
            GroupPolicy policy = g.policy();
            List<Integer> reachable = new ArrayList<>();
            List<String> silent = new ArrayList<>();
            for (Peer peer : kernel.replicator().peers()) {
                if (policy.members().contains(peer.region())) {
                    boolean self = peer.region().equals(kernel.placement().self());
                    if (self || kernel.replicator().hears(peer)) {
                        reachable.add(peer.index());
                    } else {
                        silent.add(peer.region());
                    }
                }
            }
            members = reachable;
            current = findings.values().stream()
                    .filter(f -> f.dataset.group() == g.index())
                    .toList();
            for (Finding finding : current) {
                finding.regions = members.stream()
                        .map(m -> kernel.placement().regions().get(m))
                        .toList();
                if (!silent.isEmpty()) {
                    finding.unknown(String.join(", ", silent) + " cannot be reached");
                }
            }
            ask(VerificationWork.DIGEST, new ByteWriter(16), this::digests);
        }

        /** Puts a step to all members until each has done it; a member that cannot ends the group's verification. */
        private void ask(String question, ByteWriter words, Consumer<List<ByteReader>> then) {
            String job = InfoReport.origin(kernel.options().origin()) + "-" + ++jobs;
            Args args = Args.of(
                    question.getBytes(StandardCharsets.US_ASCII),
                    Integer.toString(group.wireId()).getBytes(StandardCharsets.US_ASCII),
                    job.getBytes(StandardCharsets.US_ASCII),
                    words.toByteArray());
            step(args, new TreeMap<>(), then);
        }

        private void step(Args args, TreeMap<Integer, ByteReader> done, Consumer<List<ByteReader>> then) {
            List<Integer> open =
                    members.stream().filter(m -> !done.containsKey(m)).toList();
            kernel.dispatcher().forwarding().ask(client, open, args, answers -> {
                for (int i = 0; i < answers.size(); i++) {
                    byte[] answer = answers.get(i);
                    if (answer[0] == '-') {
                        give(kernel.placement().regions().get(open.get(i)) + ": "
                                + new String(answer, 1, answer.length - 3, StandardCharsets.ISO_8859_1));
                        return;
                    }
                    if (answer[0] == '$') {
                        int from = 0;
                        while (answer[from] != '\n') {
                            from++;
                        }
                        done.put(open.get(i), new ByteReader().wrap(answer, from + 1, answer.length - from - 3));
                    }
                }
                if (done.size() == members.size()) {
                    try {
                        then.accept(members.stream().map(done::get).toList());
                    } catch (MalformedBytesException e) {
                        give("a region answers in another form: " + e.getMessage());
                    }
                } else if (kernel.nowNs() > deadlineNs) {
                    give("it took too long");
                } else {
                    step(args, done, then);
                }
            });
        }

        private void give(String why) {
            current.forEach(f -> f.unknown(why));
            buckets.clear();
            suspects.clear();
            next();
        }

        private void digests(List<ByteReader> answers) {
            for (Dataset dataset : kernel.placement().datasets()) {
                if (dataset.group() != group.index()) {
                    continue;
                }
                Finding finding = findings.get(dataset.name());
                long keys = 0;
                for (ByteReader answer : answers) {
                    keys = Math.max(keys, answer.varint());
                }
                if (finding != null) {
                    finding.compared = keys;
                }
                for (int b = 0; b < VerificationWork.BUCKETS; b++) {
                    long low = answers.getFirst().i64();
                    long high = answers.getFirst().i64();
                    boolean differs = false;
                    for (ByteReader answer : answers.subList(1, answers.size())) {
                        differs |= answer.i64() != low | answer.i64() != high;
                    }
                    if (differs && finding != null) {
                        buckets.add(new int[] {dataset.index(), b});
                    }
                }
            }
            pass();
        }

        /** The next buckets that differ, or the next group. */
        private void pass() {
            if (buckets.isEmpty()) {
                next();
                return;
            }
            BitSet wanted = new BitSet();
            for (int n = 0; n < BUCKETS_PER_PASS && !buckets.isEmpty(); n++) {
                int[] bucket = buckets.poll();
                wanted.set(bucket[0] * VerificationWork.BUCKETS + bucket[1]);
            }
            ByteWriter words = new ByteWriter(256);
            words.varint(wanted.cardinality());
            wanted.stream().forEach(words::varint);
            ask(VerificationWork.LIST, words, this::listed);
        }

        private record Listed(byte[] key, int dataset, List<@Nullable String> digests) {}

        private void listed(List<ByteReader> answers) {
            TreeMap<String, Listed> keys = new TreeMap<>();
            for (int m = 0; m < answers.size(); m++) {
                ByteReader in = answers.get(m);
                for (int n = in.count(); n > 0; n--) {
                    int dataset = (int) in.varint();
                    byte[] key = in.bytes();
                    String digest = digest(in);
                    Listed listed = keys.computeIfAbsent(
                            new String(key, StandardCharsets.ISO_8859_1),
                            k -> new Listed(key, dataset, new ArrayList<>(Collections.nCopies(members.size(), null))));
                    listed.digests.set(m, digest);
                }
            }
            for (Listed listed : keys.values()) {
                String first = listed.digests.getFirst();
                boolean same = listed.digests.stream().allMatch(d -> d != null && d.equals(first));
                Finding finding = findings.get(
                        kernel.placement().datasets().get(listed.dataset).name());
                if (!same && finding != null) {
                    suspects.add(new Suspect(finding, listed.key, 0));
                }
            }
            look();
        }

        private static String digest(ByteReader in) {
            return Long.toHexString(in.i64()) + "." + Long.toHexString(in.i64());
        }

        /** Looks at suspects until none is left. */
        private void look() {
            if (suspects.isEmpty()) {
                pass();
                return;
            }
            List<Suspect> looked = new ArrayList<>();
            ByteWriter words = new ByteWriter(1 << 12);
            words.varint(Math.min(SUSPECTS_PER_PASS, suspects.size()));
            while (looked.size() < SUSPECTS_PER_PASS && !suspects.isEmpty()) {
                Suspect suspect = suspects.poll();
                looked.add(suspect);
                words.bytes(suspect.key);
            }
            ask(VerificationWork.NOTE, words, notes -> noted(looked, notes));
        }

        private void noted(List<Suspect> looked, List<ByteReader> notes) {
            List<String[]> seen = new ArrayList<>();
            TreeMap<Long, Long> all = new TreeMap<>();
            String watch = "";
            for (int m = 0; m < notes.size(); m++) {
                ByteReader in = notes.get(m);
                watch = in.text();
                for (int n = in.count(); n > 0; n--) {
                    all.merge(in.i64(), in.varint(), Math::max);
                }
                for (int k = 0; k < looked.size(); k++) {
                    if (m == 0) {
                        seen.add(new String[members.size()]);
                    }
                    int state = in.u8();
                    seen.get(k)[m] = state == VerificationWork.PRESENT
                            ? digest(in)
                            : state == VerificationWork.ABSENT ? "absent" : "ending";
                }
            }
            ByteWriter words = new ByteWriter(256);
            words.text(watch);
            words.varint(all.size());
            all.forEach((origin, seq) -> {
                words.i64(origin);
                words.varint(seq);
            });
            ask(VerificationWork.SETTLE, words, answers -> settled(looked, seen, answers));
        }

        private void settled(List<Suspect> looked, List<String[]> seen, List<ByteReader> answers) {
            for (int k = 0; k < looked.size(); k++) {
                boolean changed = false;
                for (ByteReader answer : answers) {
                    changed |= answer.u8() != 0;
                }
                Suspect suspect = looked.get(k);
                List<String> states = Arrays.asList(seen.get(k));
                if (changed || states.contains("ending")) {
                    if (!states.contains("ending") && suspect.looks + 1 < LOOKS_MAX) {
                        suspects.add(new Suspect(suspect.finding, suspect.key, suspect.looks + 1));
                    } else {
                        suspect.finding.inFlight++;
                    }
                } else if (!states.stream().allMatch(states.getFirst()::equals)) {
                    suspect.finding.verdict = "different";
                    if (suspect.finding.different.size() < DIFFERENT_MAX) {
                        suspect.finding.different.put(new String(suspect.key, StandardCharsets.ISO_8859_1), states);
                    } else {
                        suspect.finding.note = "more keys differ than are listed";
                    }
                }
            }
            look();
        }

        private void report() {
            ReplyWriter out = client.out;
            out.array(findings.size());
            for (Finding f : findings.values()) {
                out.array(7);
                out.bulk(f.dataset.name());
                out.bulk(f.verdict);
                out.integer(f.compared);
                out.integer(f.inFlight);
                out.array(f.regions.size());
                f.regions.forEach(out::bulk);
                out.array(f.different.size());
                f.different.forEach((key, states) -> {
                    out.array(1 + states.size());
                    out.bulk(key.getBytes(StandardCharsets.ISO_8859_1));
                    for (int m = 0; m < states.size(); m++) {
                        out.bulk(f.regions.get(m) + " " + states.get(m));
                    }
                });
                out.bulk(f.note);
            }
        }
    }
}
