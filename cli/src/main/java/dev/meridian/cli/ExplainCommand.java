package dev.meridian.cli;

import dev.meridian.config.Explanation;
import dev.meridian.config.Explanations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        header = "Say more about an error code.",
        description = "Such as MRD-2101; without a code it lists all.")
final class ExplainCommand implements Callable<Integer> {
    private final Meridian meridian;

    @Parameters(arity = "0..1", paramLabel = "CODE", description = "The code, with or without MRD-.")
    private @Nullable String code;

    ExplainCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Override
    public Integer call() {
        if (code == null) {
            return list();
        }
        String asked = code;
        Explanation found = Explanations.find(asked)
                .orElseThrow(() -> Trouble.UNKNOWN_CODE.because(
                        "there is no code `" + asked + "`", "`meridian explain` lists all"));
        meridian.answer(() -> lines(found), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.explain/1");
            json.put("code", found.code());
            json.put("title", found.title());
            json.put("text", found.text());
            return json;
        });
        return ExitCode.DONE;
    }

    private int list() {
        var table = new Table("code", "what");
        var codes = new ArrayList<String>();
        for (String each : Explanations.codes()) {
            codes.add(each);
            table.row(each, Explanations.find(each).map(Explanation::title).orElse(""));
        }
        meridian.answer(() -> table.lines("", meridian.terminal().columns()), () -> {
            Map<String, @Nullable Object> json = Json.ofSchema("meridian.explain/1");
            json.put("codes", codes);
            return json;
        });
        return ExitCode.DONE;
    }

    private static List<String> lines(Explanation explanation) {
        var lines = new ArrayList<String>();
        lines.add(explanation.code() + "  " + explanation.title());
        lines.add("");
        explanation.text().lines().forEach(lines::add);
        return lines;
    }
}
