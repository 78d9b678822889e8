package dev.meridian.simulator.scenario;

import dev.meridian.simulator.Action;
import dev.meridian.simulator.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sends Redis commands to a region, a line each, or one behind the region, as one of its clients ("client" unless named). A reply that the client has
 * to wait for is told by the {@code run} in which it comes. {@code save} keeps the last reply for {@code $name}; {@code $last} is the
 * number that the command before it was answered.
 *
 * <p>Example:
 *
 * <pre>
 * command eu client=anna save=token
 * SET carts:42 apple
 * MERIDIAN.TOKEN
 * ----
 * OK
 * saved token
 * </pre>
 */
final class RedisCommand implements ScenarioCommand {
    @Override
    public String name() {
        return "command";
    }

    @Override
    public Set<String> keys() {
        return Set.of("client", "save");
    }

    @Override
    public boolean takesInput(Line line) {
        return line.words.size() < 2;
    }

    @Override
    public String run(Line line, List<String> input, Play play) {
        if (line.words.isEmpty()) {
            throw new ScenarioException("'command' takes a region");
        }
        int region = play.region(line.words.getFirst());
        List<List<String>> commands = line.words.size() > 1
                ? List.of(line.words.subList(1, line.words.size()))
                : input.stream().map(Line::split).toList();
        if (commands.isEmpty()) {
            throw new ScenarioException("'command' takes Redis commands, a line each, behind it");
        }
        String save = line.value("save", "");
        List<String> replies = play.stage()
                .command(new Action.Send(
                        play.stage().regions().get(region),
                        line.value("client", "client"),
                        commands.stream().map(play::filled).toList()));
        List<String> output = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (!save.isEmpty() && i == commands.size() - 1) {
                play.saved.put(save, Reply.content(replies.get(i)));
                output.add("saved " + save);
            } else {
                output.add(Reply.text(replies.get(i)));
            }
        }
        if (replies.size() < commands.size()) {
            output.add("(waits)");
        }
        return String.join("\n", output);
    }
}
