package dev.meridian.cli;

import dev.meridian.cli.up.ControlClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "wan",
        header = "Show and change the emulated WAN of a running `up`.",
        description = "Without a subcommand it shows every direction.",
        subcommands = {WanCommand.Show.class, WanCommand.Cut.class, WanCommand.Heal.class, WanCommand.Set.class})
final class WanCommand implements Callable<Integer> {
    private final Meridian meridian;

    WanCommand(Meridian meridian) {
        this.meridian = meridian;
    }

    @Mixin
    private RunningOption running = new RunningOption();

    @Override
    public Integer call() {
        return show(meridian, running.control(meridian).get("/v1/wan"));
    }

    private static int show(Meridian meridian, JsonNode wan) {
        meridian.answer(() -> lines(wan, meridian.terminal()), () -> {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            wan.properties().forEach(member -> json.put(member.getKey(), member.getValue()));
            return json;
        });
        return ExitCode.DONE;
    }

    private static List<String> lines(JsonNode wan, Terminal terminal) {
        var table = new Table("from", "to", ">delay", ">jitter", ">loss", "rate", ">round trip", ">measured", "state");
        for (JsonNode direction : wan.path("directions")) {
            JsonNode rate = direction.path("rate_bytes_per_s");
            JsonNode measured = direction.path("measured_rtt_ms");
            long held = direction.path("held_bytes").asLong();
            table.row(
                    direction.path("from").asString(),
                    direction.path("to").asString(),
                    Quantities.millis(direction.path("delay_ms").asDouble()) + " ms",
                    Quantities.millis(direction.path("jitter_ms").asDouble()) + " ms",
                    trimmed(direction.path("loss_percent").asDouble()) + " %",
                    Quantities.rateText(rate.isNumber() ? rate.asLong() : 0),
                    (direction.path("rtt_estimated").asBoolean() ? "~" : "")
                            + Quantities.millis(direction.path("rtt_ms").asDouble()) + " ms",
                    measured.isNumber() ? Quantities.millis(measured.asDouble()) + " ms" : "-",
                    direction.path("cut").asBoolean() ? "cut, " + Quantities.count(held) + "B held" : "open");
        }
        var lines = new ArrayList<String>();
        lines.add("WAN emulated (" + wan.path("source").asString() + ")");
        lines.addAll(table.lines("  ", terminal.columns()));
        return lines;
    }

    private static String trimmed(double percent) {
        return percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent);
    }

    /** What cut, heal and set share: the request, and the picture afterwards. */
    abstract static class Change implements Callable<Integer> {
        private final Meridian meridian;

        Change(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private RunningOption running = new RunningOption();

        abstract Map<String, @Nullable Object> body();

        String[] next() {
            return new String[0];
        }

        @Override
        public Integer call() {
            Map<String, @Nullable Object> body = body();
            ControlClient control = running.control(meridian);
            for (String end : new String[] {"from", "to"}) {
                if (body.get(end) instanceof String region) {
                    Names.known(control.state().regionNames(), region);
                }
            }
            show(meridian, control.post("/v1/wan", body));
            meridian.next(next());
            return ExitCode.DONE;
        }

        static Map<String, @Nullable Object> body(
                String action, @Nullable String from, @Nullable String to, boolean oneWay) {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            body.put("action", action);
            if (from != null) {
                body.put("from", from);
                body.put("to", to);
            }
            body.put("one_way", oneWay);
            return body;
        }
    }

    @Command(name = "show", header = "Show every direction: configured, measured, cut or open.")
    static final class Show implements Callable<Integer> {
        private final Meridian meridian;

        Show(Meridian meridian) {
            this.meridian = meridian;
        }

        @Mixin
        private RunningOption running = new RunningOption();

        @Override
        public Integer call() {
            return show(meridian, running.control(meridian).get("/v1/wan"));
        }
    }

    @Command(
            name = "cut",
            header = "Let nothing pass between two regions until it is healed.",
            description = "A black hole: connections stay open, bytes are held.")
    static final class Cut extends Change {
        Cut(Meridian meridian) {
            super(meridian);
        }

        @Parameters(index = "0", paramLabel = "A", description = "A region.")
        private String from = "";

        @Parameters(index = "1", paramLabel = "B", description = "The other.")
        private String to = "";

        @Option(names = "--one-way", description = "Only from A to B.")
        private boolean oneWay;

        @Override
        Map<String, @Nullable Object> body() {
            return body("cut", from, to, oneWay);
        }

        @Override
        String[] next() {
            return new String[] {"meridian status --watch", "meridian wan heal " + from + " " + to};
        }
    }

    @Command(name = "heal", header = "Undo cuts: of two regions, or all.")
    static final class Heal extends Change {
        Heal(Meridian meridian) {
            super(meridian);
        }

        @Parameters(
                index = "0..*",
                arity = "0..2",
                paramLabel = "A B",
                description = "Two regions (default: all cuts).")
        private List<String> pair = new ArrayList<>();

        @Option(names = "--one-way", description = "Only from A to B.")
        private boolean oneWay;

        @Override
        Map<String, @Nullable Object> body() {
            if (pair.isEmpty()) {
                return body("heal", null, null, false);
            }
            if (pair.size() != 2) {
                throw Trouble.USAGE.because("heal takes two regions, or none for all cuts, not " + pair.size());
            }
            return body("heal", pair.getFirst(), pair.getLast(), oneWay);
        }

        @Override
        String[] next() {
            return new String[] {"meridian status"};
        }
    }

    @Command(
            name = "set",
            header = "Change delay, jitter, loss or bandwidth between two regions.",
            description = "What is not given stays. Both directions, unless --one-way.")
    static final class Set extends Change {
        Set(Meridian meridian) {
            super(meridian);
        }

        @Parameters(index = "0", paramLabel = "A", description = "A region.")
        private String from = "";

        @Parameters(index = "1", paramLabel = "B", description = "The other.")
        private String to = "";

        @ArgGroup(exclusive = false, multiplicity = "1")
        private Conditions conditions = new Conditions();

        @Option(names = "--one-way", description = "Only from A to B.")
        private boolean oneWay;

        /** At least one of them. */
        static final class Conditions {
            @ArgGroup(exclusive = true)
            private @Nullable Time time;

            @Option(names = "--jitter", paramLabel = "TIME", description = "By how much the delay varies, either way.")
            private @Nullable String jitter;

            @Option(names = "--loss", paramLabel = "PERCENT", description = "Share of packets lost, such as 1%%.")
            private @Nullable String loss;

            @Option(names = "--rate", paramLabel = "RATE", description = "Bandwidth, such as 10MB/s, or unlimited.")
            private @Nullable String rate;
        }

        /** Either of them. */
        static final class Time {
            @Option(
                    names = "--delay",
                    paramLabel = "TIME",
                    description = "One way, such as 40ms: the round trip is twice that.")
            private @Nullable String delay;

            @Option(
                    names = "--rtt",
                    paramLabel = "TIME",
                    description = "Round trip, such as 80ms: half of it each way.")
            private @Nullable String rtt;
        }

        @Override
        Map<String, @Nullable Object> body() {
            Map<String, @Nullable Object> body = body("set", from, to, oneWay);
            Time time = conditions.time;
            if (time != null && time.delay != null) {
                Quantities.delay(time.delay);
                body.put("delay", time.delay);
            }
            if (time != null && time.rtt != null) {
                Quantities.delay(time.rtt);
                body.put("rtt", time.rtt);
            }
            if (conditions.jitter != null) {
                Quantities.delay(conditions.jitter);
                body.put("jitter", conditions.jitter);
            }
            if (conditions.loss != null) {
                Quantities.loss(conditions.loss);
                body.put("loss", conditions.loss);
            }
            if (conditions.rate != null) {
                Quantities.rate(conditions.rate);
                body.put("rate", conditions.rate);
            }
            return body;
        }
    }
}
