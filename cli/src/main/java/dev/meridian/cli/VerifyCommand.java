package dev.meridian.cli;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        header = "Prove by digests that all regions hold the same data.",
        description = "With MERIDIAN.VERIFY, asked where a dataset is kept; exit 3 where regions differ.")
final class VerifyCommand implements Callable<Integer> {
    private static final int TIMEOUT_MS = 120_000;

    private final Meridian meridian;

    VerifyCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Parameters(arity = "0..1", paramLabel = "DATASET", description = "Only this dataset (default: all).")
    private @Nullable String dataset;

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private @Nullable Path passwordFile;

    /** What a region found about one dataset. */
    private record Finding(
            String dataset, String verdict, long keys, List<String> regions, List<Reply> different, String note) {
        static Finding of(Reply reply) {
            List<Reply> parts = items(reply);
            if (parts.size() < 7) {
                throw Trouble.COMMAND_FAILED.because("the answer to MERIDIAN.VERIFY is of another version");
            }
            return new Finding(
                    text(parts.get(0)),
                    text(parts.get(1)),
                    parts.get(2) instanceof Reply.Number number ? number.value() : 0,
                    items(parts.get(4)).stream().map(Finding::text).toList(),
                    items(parts.get(5)),
                    text(parts.get(6)));
        }

        private static List<Reply> items(Reply reply) {
            return reply instanceof Reply.Items items ? items.items() : List.of();
        }

        private static String text(Reply reply) {
            return reply instanceof Reply.Bulk bulk ? bulk.text() : "";
        }

        boolean isUnknown() {
            return verdict.equals("unknown");
        }
    }

    @Override
    public Integer call() {
        UpState state = running.state(meridian);
        Map<String, Finding> findings = new LinkedHashMap<>();
        for (UpState.RegionPorts region : state.regions()) {
            if (findings.isEmpty() || findings.values().stream().anyMatch(Finding::isUnknown)) {
                try (var connection = Passwords.connect(meridian.terminal(), state, region, passwordFile, TIMEOUT_MS)) {
                    ask(region.name(), connection, findings);
                } catch (IOException e) {
                    meridian.warn(region.name() + " does not answer: " + e.getMessage());
                }
            }
        }
        if (findings.isEmpty()) {
            throw Trouble.NO_NODE_ANSWERED.because(
                    "no region of " + state.name() + " answers", "`meridian status` shows why");
        }
        return tell(List.copyOf(findings.values()));
    }

    /** Asks a region for what is not known yet: a dataset can be judged only where it is kept. */
    private void ask(String region, RedisConnection connection, Map<String, Finding> findings) throws IOException {
        List<@Nullable String> names = new ArrayList<>();
        if (findings.isEmpty()) {
            names.add(dataset == null ? null : Names.safe("name of a dataset", dataset));
        }
        findings.values().stream().filter(Finding::isUnknown).forEach(finding -> names.add(finding.dataset()));
        for (String name : names) {
            Reply reply = connection.call(name == null ? List.of("MERIDIAN.VERIFY") : List.of("MERIDIAN.VERIFY", name));
            if (reply instanceof Reply.Error error) {
                throw Trouble.COMMAND_FAILED.because(region + " answers: " + error.text());
            }
            for (Reply each : Finding.items(reply)) {
                Finding finding = Finding.of(each);
                Finding before = findings.get(finding.dataset());
                boolean says =
                        before == null || !finding.isUnknown() || before.note().startsWith("not kept");
                if (says) {
                    findings.put(finding.dataset(), finding);
                }
            }
        }
    }

    private int tell(List<Finding> findings) {
        boolean differ = findings.stream().anyMatch(finding -> finding.verdict().equals("different"));
        boolean equal = findings.stream().allMatch(finding -> finding.verdict().equals("equal"));
        meridian.answer(() -> lines(findings), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.verify/1");
            json.put("equal", differ ? Boolean.FALSE : equal ? Boolean.TRUE : null);
            json.put("datasets", findings.stream().map(VerifyCommand::json).toList());
            return json;
        });
        if (differ) {
            throw Trouble.REGIONS_DIFFER.because(
                    "regions hold different data",
                    "`meridian cli REGION MERIDIAN.INSPECT KEY` shows a key in each region");
        }
        if (!equal) {
            throw Trouble.NOT_PROVED.because(
                    "not every region could be compared",
                    "`meridian status` shows which do not answer, `meridian wan` which links are cut");
        }
        return ExitCode.DONE;
    }

    private List<String> lines(List<Finding> findings) {
        var table = new Table("dataset", "verdict", ">keys", "regions", "note");
        var different = new ArrayList<String>();
        for (Finding finding : findings) {
            table.row(
                    finding.dataset(),
                    finding.verdict(),
                    String.valueOf(finding.keys()),
                    finding.regions().isEmpty() ? "-" : String.join(", ", finding.regions()),
                    finding.note());
            for (Reply key : finding.different()) {
                var words = Finding.items(key).stream().map(Finding::text).toList();
                different.add("  differs: " + Terminal.printable(String.join("  ", words)));
            }
        }
        var lines = new ArrayList<>(table.lines("", meridian.terminal().columns()));
        lines.addAll(different);
        return lines;
    }

    private static Map<String, @Nullable Object> json(Finding finding) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("dataset", finding.dataset());
        json.put("verdict", finding.verdict());
        json.put("keys", finding.keys());
        json.put("regions", finding.regions());
        json.put("different", finding.different().stream().map(Reply::toJson).toList());
        json.put("note", finding.note().isEmpty() ? null : finding.note());
        return json;
    }
}
