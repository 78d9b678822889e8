package dev.meridian.kernel.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.kernel.KernelWorld;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a client may do is asked for every command in every context, when it runs: alone, behind a read level, in a block, and forwarded. */
class PermissionsTest {
    private static final String NO_AUTH = "-NOAUTH Authentication required.";
    private static final String RESTRICTED = "eu:k";

    /** Every command that is served, with as many words as it needs, its keys being of a dataset that only region b may use. */
    private static List<String[]> commands(KernelWorld world) {
        CommandTable<Command> table = world.node("a").kernel.table();
        Set<String> containers = table.all().stream()
                .filter(CommandSpec::isSubcommand)
                .map(CommandSpec::container)
                .collect(Collectors.toSet());
        List<String[]> commands = new ArrayList<>();
        for (CommandSpec spec : table.all()) {
            if (table.handler(spec) == null || containers.contains(spec.name())) {
                continue;
            }
            List<String> words = new ArrayList<>(Arrays.asList(spec.name().split("\\|")));
            int keyed = spec.keys().numkeysAt() == 0 ? 0 : spec.keys().numkeysAt() + 2;
            int least = Math.max(Math.abs(spec.arity()), keyed);
            words.addAll(Collections.nCopies(Math.max(0, least - words.size()), "1"));
            Args args = LocalNode.args(words.toArray(String[]::new));
            for (int i = 0; i < spec.keys().count(args); i++) {
                words.set(spec.keys().at(args, i), RESTRICTED);
            }
            commands.add(words.toArray(String[]::new));
        }
        return commands;
    }

    private static String[] behind(String[] command, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(Arrays.asList(command));
        return all.toArray(String[]::new);
    }

    @Test
    void noCommandIsServedInAnyContextToWhoHasNotLoggedIn_X3() {
        KernelWorld world = new KernelWorld(options -> options.withPassword("secret"));
        CommandTable<Command> table = world.node("a").kernel.table();
        int refused = 0;
        for (String[] command : commands(world)) {
            CommandSpec spec = table.find(LocalNode.args(command));
            if (spec == null || spec.has(CommandSpec.Flag.NO_AUTH)) {
                continue;
            }
            KernelWorld.Connection c = world.connect("a");
            String expected = spec.name().equals("exec")
                    ? "-EXECABORT Transaction discarded because of: " + NO_AUTH.substring(1)
                    : NO_AUTH;
            assertThat(c.ask(command)).as(spec.name()).isEqualTo(expected);
            assertThat(c.ask(behind(command, "MERIDIAN.READ", "eventual")))
                    .as(spec.name())
                    .isEqualTo(NO_AUTH);
            refused++;
        }
        assertThat(refused).isGreaterThan(200);
    }

    @Test
    void whoIsLoggedOutBeforeExecHasNothingExecuted_X3() {
        KernelWorld world = new KernelWorld(options -> options.withPassword("secret"));
        KernelWorld.Connection c = world.connect("a");
        assertThat(c.ask("AUTH", "secret")).isEqualTo("+OK");
        assertThat(c.ask("MULTI")).isEqualTo("+OK");
        assertThat(c.ask("SET", "k", "v")).isEqualTo("+QUEUED");
        assertThat(c.ask("RESET")).isEqualTo("+RESET");
        assertThat(c.ask("EXEC")).contains("NOAUTH Authentication required.");
        assertThat(c.ask("AUTH", "secret")).isEqualTo("+OK");
        assertThat(c.ask("EXEC")).isEqualTo("-ERR EXEC without MULTI");
        assertThat(c.ask("EXISTS", "k")).isEqualTo(":0");
    }

    @Test
    void noCommandOnARestrictedDatasetIsServedElsewhereInAnyContext_X3_R1() {
        KernelWorld world = new KernelWorld();
        KernelWorld.Connection home = world.connect("b");
        assertThat(home.ask("SET", RESTRICTED, "kept")).isEqualTo("+OK");
        int residency = 0;
        for (String[] command : commands(world)) {
            if (!Arrays.asList(command).contains(RESTRICTED)) {
                continue;
            }
            KernelWorld.Connection c = world.connect("a");
            List<String> answers = new ArrayList<>();
            answers.add(c.ask(command));
            answers.add(c.ask(behind(command, "MERIDIAN.READ", "eventual")));
            c.ask("MULTI");
            c.ask(command);
            String executed = c.ask("EXEC");
            answers.add(command[0].equals("watch") && executed.equals("*0") ? "-ERR nothing was queued" : executed);
            assertThat(answers).as(command[0]).allMatch(answer -> answer.startsWith("-"));
            assertThat(answers).as(command[0]).noneMatch(answer -> answer.contains("kept"));
            residency += (int)
                    answers.stream().filter(a -> a.startsWith("-RESIDENCY")).count();
        }
        assertThat(residency).isGreaterThan(300);
        assertThat(home.ask("GET", RESTRICTED)).isEqualTo("$4 kept");
        assertThat(world.node("a").kernel.keyspace().size()).isZero();
    }
}
