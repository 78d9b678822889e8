package dev.meridian.server.clients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Commands at random from the lines of grammar.txt: most as they should be, some with words left out, doubled or exchanged. */
final class CommandGrammar {
    private static final Map<String, String[]> POOLS = new TreeMap<>(Map.of(
            "v", words("1|2|x|10|-3|3.5||abc|a longer value with spaces|ÿ\0\r\n|0|9223372036854775807"),
            "f", words("x|y|z|10|-3||A|ÿ|3.5|xx|7"),
            "float", words("1|0.5|-1.5|3e2|2|inf|nan|x||1e400|1e17"),
            "score", words("1|2|0|-1|1.5|0.25|3|1e3|inf|-inf|+inf|nan|x||1e400"),
            "min", words("-inf|0|1|(1|-1|2|(0.5|x|nan|(|3"),
            "max", words("+inf|3|2|(2|1|inf|(3|x||-inf"),
            "lex", words("-|+|[a|(a|[x|(y|[|(|x||[z|[A"),
            "pat", words("*|x*|?|s*|[a-y]*|\\*|[|*1|none"),
            "enc", words("u8|i8|u1|i64|u63|u4|i5|u64|i65|x|u0|8")));

    static {
        POOLS.put(
                "i",
                words(
                        "1|0|2|-1|3|-2|5|-4|100|-100|x||1.5|9223372036854775807|-9223372036854775808|9223372036854775808"));
        POOLS.put("count", words("1|2|3|0|-1|-3|10|x||9223372036854775807|-9223372036854775808|9223372036854775808"));
        POOLS.put("off", words("0|1|5|10|30|-1|x|536870912"));
        POOLS.put("bit", words("0|1|7|8|33|100|-1|x|#1|4294967296|#2"));
        POOLS.put(
                "sec",
                words("100000|200000|50000|300000|0|-1|x||9223372036854775807|-9223372036854775808|9223372036854775"));
        POOLS.put("ms", words("100000000|200000000|50000000|0|-1|x||9223372036854775807|-9223372036854775808"));
        POOLS.put("at", words("9999999999|19999999999|5000000000|1|0|-1|x||9223372036854775807|-9223372036854775808"));
        POOLS.put("atms", words("9999999999000|19999999999999|5000000000001|1|0|-1|x||9223372036854775807"));
        POOLS.put("badtime", words("-1|x||nan|1e400|inf|-0.1|9223372036854775807"));
        for (String type : new String[] {"str", "hash", "list", "set", "zset", "lexset", "hll", "bits"}) {
            POOLS.put(type, words("%s:1|%<s:2|%<s:3".formatted(type)));
        }
    }

    private static final String[] KEYS =
            words("str:1|hash:1|list:1|set:1|zset:1|bits:1|str:2|hash:2|list:2|set:2|zset:2|str:3|none|");
    private static final Set<String> ENDING = Set.of("SET", "SETEX", "PSETEX", "GETEX", "EXPIRE", "PEXPIRE");
    private static final Pattern LONG_WAIT = Pattern.compile("0|[0-9]{1,15}|[0-9]{1,9}\\.[0-9]+|[0-9]e[0-9]{1,2}");
    private static final Pattern SOON = Pattern.compile("[1-9][0-9]{0,3}");

    private final List<String[]> lines;
    private final SplittableRandom random;
    private final String prefix;
    private String[] line = {};
    private int at;

    /** Keys begin with the prefix; the same seed draws the same commands. */
    CommandGrammar(List<String> text, String prefix, long seed) {
        lines = text.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line ->
                        line.replaceAll("([\\[(|)\\]])(\\+?)", " $1$2 ").strip().split(" +"))
                .toList();
        this.prefix = prefix;
        random = new SplittableRandom(seed);
    }

    private static String[] words(String joined) {
        return joined.split("\\|", -1);
    }

    /** The first word, and for containers the first two joined by a bar, of every line; in lower case. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (String[] words : lines) {
            String name = words[0].replace("!", "").toLowerCase(Locale.ROOT);
            names.add(name);
            if (words.length > 1) {
                names.add(name + "|" + words[1].toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    List<String> next() {
        line = lines.get(random.nextInt(lines.size()));
        at = 0;
        List<String> command = new ArrayList<>();
        sequence(command, true);
        if (command.get(0).startsWith("!")) {
            command.set(0, command.get(0).substring(1));
        } else if (random.nextInt(6) == 0) {
            change(command);
        }
        if (random.nextInt(10) == 0) {
            command.set(0, command.get(0).toLowerCase(Locale.ROOT));
        }
        String name = command.get(0).toUpperCase(Locale.ROOT);
        if (ENDING.contains(name)) {
            // What ends within the test would end here and there at different commands.
            for (int i = 2; i < command.size(); i++) {
                command.set(i, SOON.matcher(command.get(i)).matches() ? command.get(i) + "000000" : command.get(i));
            }
        }
        if (name.matches("B[LRZ].*")) {
            // Nobody waits for long here.
            int timeout = name.endsWith("MPOP") ? 1 : command.size() - 1;
            if (timeout < command.size()
                    && LONG_WAIT.matcher(command.get(timeout)).matches()) {
                command.set(timeout, "0.001");
            }
        }
        return command;
    }

    private void change(List<String> command) {
        int place = random.nextInt(command.size());
        if (!prefix.isEmpty()) {
            // Any other word may be a key of another group, which Redis knows nothing of.
            if (random.nextBoolean() && !command.get(0).startsWith("B")) {
                command.add(drawn("key"));
            } else if (command.size() > 2) {
                command.removeLast();
            }
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> command.remove(Math.max(place, command.size() == 1 ? 0 : 1));
            case 1 -> command.add(command.get(place));
            case 2 -> command.add(drawn(skewed(POOLS.keySet().toArray(String[]::new))));
            case 3 -> command.set(place == 0 ? command.size() - 1 : place, drawn("i"));
            default -> command.set(place == 0 ? command.size() - 1 : place, drawn("key"));
        }
        if (command.isEmpty()) {
            command.add("PING");
        }
    }

    /** Draws up to a bar or a closing bracket; with {@code wanted} false only passes over it. */
    private void sequence(List<String> into, boolean wanted) {
        while (at < line.length && !line[at].equals("|") && !line[at].startsWith("]") && !line[at].startsWith(")")) {
            String word = line[at++];
            if (word.equals("[") || word.equals("(")) {
                group(into, wanted, word.equals("["));
            } else if (wanted) {
                into.add(word.startsWith("$") ? drawn(word.substring(1)) : word);
            }
        }
    }

    private void group(List<String> into, boolean wanted, boolean optional) {
        int begin = at;
        int choices = 1;
        for (int depth = 0; depth > 0 || !(line[at].startsWith("]") || line[at].startsWith(")")); at++) {
            depth += line[at].equals("[") || line[at].equals("(")
                    ? 1
                    : line[at].startsWith("]") || line[at].startsWith(")") ? -1 : 0;
            choices += depth == 0 && line[at].equals("|") ? 1 : 0;
        }
        int end = at + 1;
        boolean repeated = line[at].endsWith("+");
        int times = optional && random.nextInt(5) < 3 ? 0 : repeated ? 1 + random.nextInt(3) : 1;
        for (int time = 0; time < times && wanted; time++) {
            at = begin;
            int choice = random.nextInt(choices);
            for (int i = 0; i < choices; i++) {
                sequence(into, i == choice);
                at++;
            }
        }
        at = end;
    }

    private String drawn(String pool) {
        if (pool.equals("key")) {
            return prefix + KEYS[random.nextInt(KEYS.length)];
        }
        String[] words = POOLS.get(pool);
        if (words == null) {
            throw new IllegalArgumentException("no pool is named " + pool + " in " + Arrays.toString(line));
        }
        return Set.of("hll", "lexset").contains(pool)
                ? prefix + words[random.nextInt(words.length)]
                : words[0].endsWith(":1")
                        ? prefix
                                + (random.nextInt(12) == 0
                                        ? KEYS[random.nextInt(KEYS.length)]
                                        : words[random.nextInt(words.length)])
                        : skewed(words);
    }

    /** One of the words, mostly the first of them. */
    private String skewed(String[] of) {
        return of[random.nextInt(1 + random.nextInt(of.length))];
    }
}
