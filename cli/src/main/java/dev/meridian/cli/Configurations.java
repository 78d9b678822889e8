package dev.meridian.cli;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.config.Problem;
import dev.meridian.config.ProblemText;
import dev.meridian.server.StoredPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loading a file for a command: its problems told, its errors ending the command. */
final class Configurations {
    private Configurations() {}

    static Configuration load(Meridian meridian, Path file) {
        return switch (ConfigurationFile.load(meridian.terminal().resolve(file))) {
            case LoadResult.Loaded loaded -> {
                tell(meridian, loaded.warnings());
                yield loaded.configuration();
            }
            case LoadResult.Rejected rejected -> throw new Rejection(file, rejected.problems());
        };
    }

    /** Ends the command if the data in one of the directories were made under other rules than the file's. */
    static void requireThatDataAllow(Configuration configuration, Path file, List<Path> directories) {
        var problems = new LinkedHashSet<Problem>();
        for (Path directory : directories) {
            try {
                problems.addAll(StoredPolicy.contradictions(directory, configuration));
            } catch (IOException e) {
                throw Trouble.DATA_UNUSABLE.because("the data in " + directory + " cannot be read: " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new Rejection(file, List.copyOf(problems));
        }
    }

    /** Problems as a person reads them, on standard error. */
    static void tell(Meridian meridian, List<Problem> problems) {
        if (!problems.isEmpty() && !meridian.isQuiet()) {
            meridian.terminal()
                    .err()
                    .print(ProblemText.render(problems, meridian.terminal().isColoured()));
        }
    }

    static List<Map<String, @Nullable Object>> toJson(List<Problem> problems) {
        var list = new ArrayList<Map<String, @Nullable Object>>();
        for (Problem problem : problems) {
            var each = new LinkedHashMap<String, @Nullable Object>();
            each.put("code", problem.code());
            each.put("severity", problem.isError() ? "error" : "warning");
            each.put("message", problem.message());
            each.put("file", problem.file());
            each.put("line", problem.line());
            each.put("column", problem.column());
            each.put("length", problem.length());
            each.put("note", problem.note());
            each.put("help", problem.help());
            list.add(each);
        }
        return list;
    }

    /** Ends a command because its file is wrong. */
    static final class Rejection extends RuntimeException {
        private final transient List<Problem> problems;

        Rejection(Path file, List<Problem> problems) {
            super(file + " has " + problems.stream().filter(Problem::isError).count() + " errors");
            this.problems = List.copyOf(problems);
        }

        List<Problem> problems() {
            return problems;
        }
    }
}
