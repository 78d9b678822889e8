package dev.meridian.cli.blackbox;

import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command, or several as a MULTI block, sent and answered.
 *
 * @param broken why the connection is of no use any more, or null
 */
public record Exchange(
        List<Call> calls, Outcome outcome, @Nullable IOException broken) {
    private static final String UNCERTAIN = "UNCERTAIN";

    public static Exchange of(RedisConnection connection, List<List<String>> commands) {
        try {
            return commands.size() == 1
                    ? single(commands.getFirst(), connection.call(commands.getFirst()))
                    : block(connection, commands);
        } catch (IOException e) {
            return new Exchange(unanswered(commands), Outcome.UNKNOWN, e);
        }
    }

    private static Exchange single(List<String> command, Reply reply) {
        return new Exchange(List.of(new Call(command, answer(reply))), outcome(reply), null);
    }

    private static Exchange block(RedisConnection connection, List<List<String>> commands) throws IOException {
        var all = new ArrayList<List<String>>();
        all.add(List.of("MULTI"));
        all.addAll(commands);
        all.add(List.of("EXEC"));
        Reply reply = connection.pipeline(all).getLast();
        if (!(reply instanceof Reply.Items(List<Reply> replies)) || replies.size() != commands.size()) {
            var calls = new ArrayList<Call>();
            commands.forEach(command -> calls.add(new Call(command, answer(reply))));
            return new Exchange(calls, outcome(reply) == Outcome.OK ? Outcome.REFUSED : outcome(reply), null);
        }
        var calls = new ArrayList<Call>();
        for (int i = 0; i < replies.size(); i++) {
            calls.add(new Call(commands.get(i), answer(replies.get(i))));
        }
        return new Exchange(calls, Outcome.OK, null);
    }

    private static List<Call> unanswered(List<List<String>> commands) {
        return commands.stream().map(command -> new Call(command, null)).toList();
    }

    private static Outcome outcome(Reply reply) {
        if (reply instanceof Reply.Error(String text)) {
            return text.startsWith(UNCERTAIN) ? Outcome.UNKNOWN : Outcome.REFUSED;
        }
        return Outcome.OK;
    }

    public static Answer answer(Reply reply) {
        return switch (reply) {
            case Reply.Status(String text) -> new Answer.Status(text);
            case Reply.Error(String text) -> new Answer.Failure(text);
            case Reply.Number(long value) -> new Answer.Number(value);
            case Reply.Bulk bulk -> new Answer.Text(bulk.text());
            case Reply.Items(List<Reply> items) ->
                new Answer.Items(items.stream().map(Exchange::answer).toList());
            case Reply.Nil nil -> new Answer.Nil();
        };
    }
}
