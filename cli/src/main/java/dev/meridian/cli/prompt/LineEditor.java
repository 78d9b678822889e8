package dev.meridian.cli.prompt;

import java.io.IOException;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lines that a person types: editing, completion by tab, and a history by the arrow keys. The history is forgotten at the
 * end, since it holds what people store.
 */
public final class LineEditor implements AutoCloseable {
    private final Terminal terminal;
    private final LineReader reader;

    LineEditor(Terminal terminal, List<String> words) {
        this.terminal = terminal;
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .history(new DefaultHistory())
                .completer(new StringsCompleter(words))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .variable(LineReader.BELL_STYLE, "none")
                .build();
    }

    /**
     * On the terminal of this process.
     *
     * @param words what tab completes the first word to
     */
    public static LineEditor ofProcess(List<String> words) throws IOException {
        return new LineEditor(TerminalBuilder.builder().system(true).dumb(true).build(), words);
    }

    /** The next line; empty where it was broken off with Ctrl-C; null at the end of the input. */
    public @Nullable String read(String prompt) {
        try {
            return reader.readLine(prompt);
        } catch (UserInterruptException e) {
            return "";
        } catch (EndOfFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
