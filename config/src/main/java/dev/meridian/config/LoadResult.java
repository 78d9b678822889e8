package dev.meridian.config;

import java.util.List;

/** What came of a file: a configuration, or everything that is wrong with it. */
public sealed interface LoadResult {
    /** All problems, in the order of the file. */
    List<Problem> problems();

    /** The file holds; the problems are warnings. */
    record Loaded(Configuration configuration, List<Problem> warnings) implements LoadResult {
        @Override
        public List<Problem> problems() {
            return warnings;
        }
    }

    /** At least one problem is an error. */
    record Rejected(List<Problem> problems) implements LoadResult {}
}
