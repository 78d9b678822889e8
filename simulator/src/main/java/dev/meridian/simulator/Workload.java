package dev.meridian.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One simulated client, which draws what it sends and when. Values are unique, so that every read tells its history; what they
 * must be like is judged by {@link Promises}, not here.
 */
final class Workload {
    /** Commands of all kinds on shared keys, for convergence: KEY, V (unique), N (small), M (another key of the dataset). */
    static final List<String> ANYTHING = List.of(
            "SET KEY V",
            "SET KEY N PX 1500",
            "SET KEY V nx",
            "DEL KEY",
            "INCR KEY",
            "HSET KEY fN V",
            "HDEL KEY fN",
            "HINCRBY KEY nN 2",
            "SADD KEY N V",
            "SREM KEY N",
            "SPOP KEY",
            "ZADD KEY N mN",
            "ZINCRBY KEY 1.5 mN",
            "ZREM KEY mN",
            "LPUSH KEY V N",
            "RPUSH KEY V",
            "LPOP KEY",
            "LSET KEY 0 V",
            "LREM KEY 1 N",
            "LTRIM KEY 0 3",
            "LINSERT KEY before N V",
            "LMOVE KEY M left right",
            "EXPIRE KEY N",
            "PEXPIRE KEY 700",
            "PERSIST KEY",
            "RENAME KEY M",
            "APPEND KEY N",
            "INCRBYFLOAT KEY 0.25",
            "ZPOPMIN KEY",
            "GETSET KEY V",
            "GETDEL KEY",
            "SETRANGE KEY N xx",
            "SETBIT KEY N 1",
            "PFADD KEY V",
            "SUNIONSTORE KEY M KEY",
            "SMOVE KEY M N",
            "COPY KEY M",
            "MSET KEY V M V",
            "MSET KEY V other:x V",
            "SMEMBERS KEY",
            "LRANGE KEY 0 -1",
            "GET KEY",
            "UNLINK KEY M",
            "NOSUCH KEY V",
            "SET KEY",
            "EXPIRE KEY 99999999999999999999",
            "LSET KEY 99999999999 V",
            "SETRANGE KEY -1 x",
            "ZADD KEY nan V",
            "BITFIELD KEY get u99 0");

    private static final List<String[]> FORMS =
            ANYTHING.stream().map(form -> form.split(" ")).toList();

    /** Makes a block longer than a disk's sector, so that a loss of power may part it. */
    private static final String BALLAST = "o".repeat(600);

    private static final long GRID_NS = 100_000L;
    private static final long STORM_MS = 1_500;
    private static final long STORM_THINK_MS = 25;
    private static final int QUIET = 8;

    private final Stage stage;
    private final Swarm swarm;
    private final SplittableRandom random;
    private final String name;
    private final boolean lingers;
    private final List<String> datasets;
    private String region;
    private boolean over;
    private long values;
    private long ownWritten;
    private int registers;
    private final List<String> doomed = new ArrayList<>();

    Workload(Stage stage, Swarm swarm, SplittableRandom random, String region, int number) {
        this.stage = stage;
        this.swarm = swarm;
        this.random = random;
        this.region = region;
        this.name = "c" + number;
        this.lingers = number % 2 == 0;
        this.datasets = swarm.deployment().plans().stream()
                .filter(plan -> !plan.resolution().countsByWriting())
                .map(DatasetPlan::name)
                .filter(dataset -> !dataset.equals("default") && !dataset.equals(Watch.MARKED))
                .toList();
    }

    void start() {
        dawdle();
        next();
    }

    /** Every other client takes its time to read, in a world of such. */
    private void dawdle() {
        if (swarm.readsAfterMs() > 0 && lingers) {
            stage.perform(new Action.Dawdle(region, name, swarm.readsAfterMs()));
        }
    }

    void stop() {
        over = true;
    }

    /** What is done from outside is done at whole tenths of a millisecond: so a scenario can say when. */
    static long grid(long ns) {
        return (ns / GRID_NS + 1) * GRID_NS;
    }

    private void next() {
        if (!over) {
            long thinkMs = storms() ? STORM_THINK_MS : thinkMs();
            later(random.nextLong(2 * thinkMs * 1_000_000L), this::act);
        }
    }

    private long thinkMs() {
        if (swarm.busiest() < 0) {
            return swarm.thinkMs();
        }
        boolean isBusy = stage.regions().indexOf(region) == swarm.busiest();
        return isBusy ? (swarm.thinkMs() + 1) / 2 : swarm.thinkMs() * QUIET;
    }

    private void later(long ns, Runnable task) {
        stage.at(grid(stage.sinceBeginNs() + ns), () -> {
            if (!over) {
                task.run();
            }
        });
    }

    /** In the end all write the same few keys at once, and push to the same lists: what regions then disagree about nobody overwrites any more. */
    private boolean storms() {
        return stage.sinceBeginNs() > (swarm.durationMs() - STORM_MS) * 1_000_000L;
    }

    private void act() {
        if (storms()) {
            if (random.nextInt(6) == 0) {
                push();
            } else {
                anything(random.nextInt(3));
            }
            return;
        }
        switch (random.nextInt(39)) {
            case 0, 1 -> addUnique();
            case 2, 3 -> increment();
            case 4 -> push();
            case 18, 19, 20 -> read();
            case 5 -> run("SET", own(dataset()), Long.toString(++ownWritten));
            case 6 -> run("GET", own(dataset()));
            case 7 -> causalWrite();
            case 8, 21 -> causalRead();
            case 9 -> restricted();
            case 10 -> boundedRead();
            case 11 -> transfer();
            case 12 -> balance();
            case 13 -> waitFor();
            case 14 -> doom();
            case 15 -> move();
            case 16 -> reconnect();
            case 17 -> abortedBlock();
            case 22 -> mortal();
            case 36, 37 -> block();
            case 38 -> register();
            default -> anything(swarm.keys().draw(random));
        }
    }

    private void run(String... words) {
        send(replies -> next(), List.of(words));
    }

    @SafeVarargs
    private void send(Consumer<List<String>> then, List<String>... commands) {
        stage.send(new Action.Send(region, name, List.of(commands)), then);
    }

    private String unique() {
        return name + "-" + ++values;
    }

    /** Mostly the one that the seed is about, so that what is written is soon read. */
    private String dataset() {
        return random.nextInt(3) != 0
                ? datasets.get(swarm.focus() % datasets.size())
                : datasets.get(random.nextInt(datasets.size()));
    }

    /** A register that it alone writes; another once it could not take along what it had written there. */
    private String own(String dataset) {
        return dataset + ":own" + name + (registers == 0 ? "" : "." + registers);
    }

    /** Mostly the first of some. */
    private int few(int of) {
        return random.nextInt(4) != 0 ? 0 : random.nextInt(of);
    }

    /** A member of its own; when nobody can tell what became of it, again. */
    private void addUnique() {
        addUnique(dataset() + ":set" + few(2), unique(), 2);
    }

    private void addUnique(String key, String member, int tries) {
        send(
                replies -> {
                    boolean unknown = replies.getFirst().startsWith("-UN");
                    if (unknown && tries > 0 && !over) {
                        stage.counts().merge("retried", 1L, Long::sum);
                        later(10_000_000L, () -> addUnique(key, member, tries - 1));
                    } else {
                        next();
                    }
                },
                List.of("SADD", key, member));
    }

    private void push() {
        boolean right = random.nextBoolean();
        run(right ? "RPUSH" : "LPUSH", dataset() + (right ? ":tail" : ":head") + few(2), unique());
    }

    /** All of what only grows, so that a read tells which writes it has seen. */
    private void read() {
        String key = dataset();
        int number = few(2);
        switch (random.nextInt(3)) {
            case 0 -> run("SMEMBERS", key + ":set" + number);
            case 1 -> run("LRANGE", key + ":tail" + number, "0", "-1");
            default -> run("GET", key + ":count" + number);
        }
    }

    private void increment() {
        run("INCRBY", dataset() + ":count" + few(2), Integer.toString(1 + random.nextInt(5)));
    }

    private void causalWrite() {
        String dataset = dataset();
        int topic = few(3);
        send(
                replies -> next(),
                List.of("INCRBY", dataset + ":cause" + topic, "1"),
                List.of("SET", dataset + ":effect" + topic, Clients.LAST));
    }

    private void causalRead() {
        String dataset = dataset();
        int topic = few(3);
        run("MGET", dataset + ":effect" + topic, dataset + ":cause" + topic);
    }

    /** Writes, goes to another region, takes along what it has seen, and looks there at once. */
    private void move() {
        String dataset = dataset();
        String own = own(dataset);
        boolean register = random.nextBoolean();
        List<String> write = register
                ? List.of("SET", own, Long.toString(++ownWritten))
                : List.of("SADD", dataset + ":set0", unique());
        List<String> look = register ? List.of("GET", own) : List.of("SMEMBERS", dataset + ":set0");
        send(
                replies -> {
                    if (replies.stream().allMatch(reply -> !reply.startsWith("-"))) {
                        later(0, () -> arrive(look));
                    } else {
                        next();
                    }
                },
                write,
                List.of("MERIDIAN.TOKEN"));
    }

    private void arrive(List<String> look) {
        stage.perform(new Action.Leave(region, name));
        region = stage.regions().get(random.nextInt(stage.regions().size()));
        stage.counts().merge("client moved", 1L, Long::sum);
        dawdle();
        stage.adopt(new Action.Adopt(region, name), replies -> {
            if (replies.isEmpty() || replies.stream().anyMatch(reply -> reply.startsWith("-"))) {
                registers++;
            }
            later(0, () -> send(again -> next(), look));
        });
    }

    private void reconnect() {
        stage.perform(new Action.Leave(region, name));
        stage.counts().merge("client reconnected", 1L, Long::sum);
        next();
    }

    private void boundedRead() {
        int other = random.nextInt(stage.regions().size() * swarm.clients());
        String bound = random.nextBoolean() ? "500ms" : "2s";
        run("MERIDIAN.READ", "bounded", bound, "GET", dataset() + ":ownc" + other);
    }

    /** Moves an amount from one counter to another in one block. */
    private void transfer() {
        String dataset = dataset();
        String amount = Integer.toString(1 + random.nextInt(9));
        send(
                replies -> next(),
                List.of("MULTI"),
                List.of("INCRBY", dataset + ":left", "-" + amount),
                List.of("SET", dataset + ":ballast", BALLAST),
                List.of("INCRBY", dataset + ":right", amount),
                List.of("EXEC"));
    }

    /** A block with a command that is none: nothing of it may take effect. */
    private void abortedBlock() {
        send(
                replies -> next(),
                List.of("MULTI"),
                List.of("INCRBY", dataset() + ":stopped", "1"),
                List.of("SET", "x"),
                List.of("EXEC"));
    }

    /** Some writes and reads of the keys that histories are about, in one block. */
    private void block() {
        String dataset = dataset();
        List<List<String>> commands = new ArrayList<>(List.of(List.of("MULTI")));
        for (int n = 2 + random.nextInt(3); n > 0; n--) {
            int number = few(2);
            commands.add(
                    switch (random.nextInt(8)) {
                        case 0 -> List.of("RPUSH", dataset + ":tail" + number, unique());
                        case 1 -> List.of("LRANGE", dataset + ":tail" + number, "0", "-1");
                        case 2 -> List.of("SADD", dataset + ":set" + number, unique());
                        case 3 -> List.of("SMEMBERS", dataset + ":set" + number);
                        case 4 -> List.of("INCRBY", dataset + ":count" + number, "1");
                        case 5 -> List.of("GET", dataset + ":count" + number);
                        case 6 -> List.of("SET", dataset + ":reg" + number, unique());
                        default -> List.of("GET", dataset + ":reg" + number);
                    });
        }
        commands.add(List.of("EXEC"));
        stage.send(new Action.Send(region, name, List.copyOf(commands)), replies -> next());
    }

    /** A register that all write. */
    private void register() {
        String key = dataset() + ":reg" + few(2);
        if (random.nextBoolean()) {
            run("SET", key, unique());
        } else {
            run("GET", key);
        }
    }

    private void balance() {
        String dataset = dataset();
        run("MGET", dataset + ":left", dataset + ":right");
    }

    private void waitFor() {
        String regions = Integer.toString(1 + random.nextInt(stage.regions().size()));
        send(
                replies -> next(),
                List.of("SADD", dataset() + ":set" + few(2), unique()),
                List.of("WAIT", regions, "300"));
    }

    /** Keys that are set, deleted later, and never written again. */
    private void doom() {
        if (doomed.size() < 5 || random.nextBoolean()) {
            String key = dataset() + ":doomed" + unique();
            doomed.add(key);
            run("SET", key, "1");
        } else {
            run("DEL", doomed.remove(random.nextInt(doomed.size())));
        }
    }

    /** A key with an end, which some region moves far away about when it comes. */
    private void mortal() {
        String key = dataset() + ":mortal" + unique();
        send(
                replies -> later(500_000_000L + random.nextLong(1_000_000_000L), () -> prolong(key)),
                List.of("SET", key, "1", "PX", "1500"));
    }

    private void prolong(String key) {
        String elsewhere = stage.regions().get(random.nextInt(stage.regions().size()));
        List<String> words = List.of("PEXPIRE", key, "3600000");
        stage.send(new Action.Send(elsewhere, name, List.of(words)), replies -> next());
    }

    private void restricted() {
        String key = Watch.MARKED + ":" + Watch.CANARY + random.nextInt(5);
        if (random.nextBoolean()) {
            run("SET", key, Watch.CANARY + unique());
        } else {
            run("GET", key);
        }
    }

    private void anything(int number) {
        int form = swarm.commands().get(random.nextInt(swarm.commands().size()));
        String dataset = dataset();
        String[] words = FORMS.get(form).clone();
        for (int i = 1; i < words.length; i++) {
            words[i] = switch (words[i]) {
                case "KEY", "M" ->
                    dataset + ":k"
                            + (words[i].equals("KEY") ? number : swarm.keys().draw(random));
                case "V" -> unique();
                default ->
                    words[i].indexOf('N') < 0 ? words[i] : words[i].replace("N", Integer.toString(random.nextInt(5)));
            };
        }
        run(words);
    }
}
