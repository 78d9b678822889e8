package dev.meridian.simulator.history.linearizability;

import dev.meridian.simulator.history.Answer;
import dev.meridian.simulator.history.Call;
import dev.meridian.simulator.history.Operation;
import dev.meridian.simulator.history.Operation.Level;
import dev.meridian.simulator.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Clients of one copy of all keys, with delays before and after the moment at which it executes what they ask. In a fault they are long,
 * and some clients are never told; what they asked for takes place then, or later, or never.
 */
final class OneCopy {
    private static final long FAULT_NS = 2_000_000_000L;

    private record Moment(long atNs, int client, List<List<String>> commands, long calledNs) {}

    final List<Operation> operations = new ArrayList<>();
    private final SplittableRandom random;
    private final Map<String, Object> store = new HashMap<>();
    private final PriorityQueue<Moment> moments = new PriorityQueue<>(Comparator.comparingLong(Moment::atNs));
    private final int keys;
    private final int faults;
    private final long lengthNs;
    private int values;

    OneCopy(long seed, int clients, int keys, int count, int faults) {
        random = new SplittableRandom(seed);
        this.keys = keys;
        this.faults = faults;
        lengthNs = count * 8_000_000L / clients;
        for (int client = 0; client < clients; client++) {
            ask(client, random.nextLong(8_000_000));
        }
        while (!moments.isEmpty()) {
            execute(moments.remove());
        }
    }

    private void ask(int client, long atNs) {
        if (atNs < lengthNs) {
            List<List<String>> commands = new ArrayList<>();
            int key = random.nextInt(keys);
            int count = random.nextInt(8) == 0 ? 2 : 1;
            for (int i = 0; i < count; i++) {
                commands.add(command(key - key % 4 + random.nextInt(4)));
            }
            moments.add(new Moment(atNs + delay(atNs), client, commands, atNs));
        }
    }

    private List<String> command(int number) {
        String key = "l:" + number;
        boolean reads = random.nextInt(2) == 0;
        return switch (number % 4) {
            case 0 -> reads ? List.of("GET", key) : register(key);
            case 1 -> reads ? List.of("GET", key) : List.of("INCRBY", key, Integer.toString(1 + random.nextInt(5)));
            case 2 -> reads ? List.of("SMEMBERS", key) : List.of("SADD", key, "v" + values++);
            default -> reads ? List.of("LRANGE", key, "0", "-1") : List.of("RPUSH", key, "v" + values++);
        };
    }

    private List<String> register(String key) {
        return switch (random.nextInt(6)) {
            case 0 -> List.of("SET", key, "v" + values++, "NX");
            case 1 -> List.of("DEL", key);
            default -> List.of("SET", key, "v" + values++);
        };
    }

    private boolean inFault(long atNs) {
        long each = lengthNs / Math.max(1, faults);
        return faults > 0 && atNs % each < Math.min(FAULT_NS, each / 2);
    }

    private long delay(long atNs) {
        return random.nextLong(inFault(atNs) && random.nextInt(10) == 0 ? 500_000_000 : 4_000_000);
    }

    private void execute(Moment moment) {
        if (moment.client < 0) {
            moment.commands.forEach(this::answer);
            return;
        }
        List<Call> calls = new ArrayList<>();
        boolean untold = inFault(moment.atNs) && random.nextInt(20) == 0;
        if (untold) {
            if (random.nextBoolean()) {
                long later = moment.atNs + random.nextLong(1_000_000_000);
                moments.add(new Moment(later, -1, moment.commands, moment.calledNs));
            }
            moment.commands.forEach(command -> calls.add(new Call(command, null)));
        } else {
            moment.commands.forEach(command -> calls.add(new Call(command, answer(command))));
        }
        long returnedNs = moment.atNs + delay(moment.atNs);
        operations.add(new Operation(
                moment.client,
                "r" + moment.client % 3,
                Level.QUORUM,
                0,
                moment.calledNs,
                untold ? Operation.NEVER : returnedNs,
                calls,
                untold ? Outcome.UNKNOWN : Outcome.OK,
                false));
        ask(moment.client, returnedNs + 1);
    }

    @SuppressWarnings("unchecked")
    private Answer answer(List<String> words) {
        String key = words.get(1);
        Object held = store.get(key);
        return switch (words.getFirst()) {
            case "GET" -> held == null ? new Answer.Nil() : new Answer.Text(held.toString());
            case "SET" -> {
                if (words.size() == 4 && held != null) {
                    yield new Answer.Nil();
                }
                store.put(key, words.get(2));
                yield new Answer.Status("OK");
            }
            case "DEL" -> new Answer.Number(store.remove(key) == null ? 0 : 1);
            case "INCRBY" -> {
                long sum = (held == null ? 0 : (Long) held) + Long.parseLong(words.get(2));
                store.put(key, sum);
                yield new Answer.Number(sum);
            }
            case "SADD" ->
                new Answer.Number(
                        ((Set<String>) store.computeIfAbsent(key, k -> new LinkedHashSet<String>())).add(words.get(2))
                                ? 1
                                : 0);
            case "RPUSH" -> {
                List<String> list = (List<String>) store.computeIfAbsent(key, k -> new ArrayList<String>());
                list.add(words.get(2));
                yield new Answer.Number(list.size());
            }
            default ->
                new Answer.Items(
                        held == null
                                ? List.of()
                                : ((java.util.Collection<String>) held)
                                        .stream()
                                                .map(text -> (Answer) new Answer.Text(text))
                                                .toList());
        };
    }
}
