package dev.meridian.server.fuzz;

import java.util.List;

/** A session of two regions in which every kind of frame, of operation and of row occurs. */
public final class Sessions {
    /** Keys of every type; read back by {@link #QUESTIONS}. */
    public static final List<String> WRITES = List.of(
            "SET text hello",
            "SET lived 1 PX 500",
            "SET lives 1 EXAT 1900000000",
            "SET gone 1",
            "DEL gone",
            "SET crdt:n 40",
            "INCRBY crdt:n 2",
            "INCRBYFLOAT crdt:d 1.25",
            "HSET crdt:h f v g w",
            "HINCRBY crdt:h n 7",
            "HINCRBYFLOAT crdt:h d 0.5",
            "HDEL crdt:h g",
            "SADD crdt:s a b c",
            "SREM crdt:s b",
            "ZADD crdt:z 1 one 2 two 3 three",
            "ZINCRBY crdt:z 1.5 one",
            "ZREM crdt:z three",
            "RPUSH crdt:l 1 2 3 4",
            "LPOP crdt:l",
            "PFADD crdt:hll a b c",
            "SETBIT crdt:bits 70 1",
            "SADD s x y",
            "DEL s",
            "SET led:k v",
            "SET near:k v");

    public static final List<String> QUESTIONS = List.of(
            "GET text",
            "GET lived",
            "EXPIRETIME lives",
            "GET gone",
            "GET crdt:n",
            "GET crdt:d",
            "HGET crdt:h f",
            "HGET crdt:h g",
            "HGET crdt:h n",
            "HGET crdt:h d",
            "SISMEMBER crdt:s a",
            "SCARD crdt:s",
            "ZSCORE crdt:z one",
            "ZRANGE crdt:z 0 -1 WITHSCORES",
            "LRANGE crdt:l 0 -1",
            "PFCOUNT crdt:hll",
            "BITCOUNT crdt:bits",
            "GETBIT crdt:bits 70",
            "EXISTS s",
            "GET led:k");

    private Sessions() {}

    /** What a region answers to {@link #QUESTIONS}. */
    public static List<String> answers(KernelPair.Host host) {
        return QUESTIONS.stream()
                .map(question -> question + " " + host.ask(question))
                .toList();
    }

    /**
     * The second region writes, loses its disk and is sent rows, since the log of the first no longer has all of it; then both
     * write, forward and publish, and again after a cut.
     */
    public static KernelPair recorded() {
        KernelPair pair = new KernelPair();
        pair.join();
        pair.rounds(1_000);
        WRITES.forEach(pair.eu::ask);
        pair.rounds(6_000);
        pair.part();
        pair.loseDisk();
        pair.join();
        pair.rounds(2_000);
        pair.eu.ask("SET led:k forwarded");
        pair.eu.ask("GET near:k");
        pair.eu.ask("SUBSCRIBE news");
        pair.us.ask("PUBLISH news hello");
        pair.rounds(10);
        pair.eu.ask("UNSUBSCRIBE news");
        WRITES.forEach(pair.eu::ask);
        pair.rounds(100);
        WRITES.forEach(pair.us::ask);
        pair.eu.ask("INCRBY crdt:n 5");
        pair.rounds(2_000);
        pair.part();
        pair.us.ask("MULTI");
        pair.us.ask("SADD crdt:s apart");
        pair.us.ask("INCR crdt:n");
        pair.us.ask("EXEC");
        pair.join();
        pair.rounds(1_000);
        pair.part();
        // What is deleted while the other does not see it stays in the rows.
        for (KernelPair.Host host : List.of(pair.us, pair.eu)) {
            host.ask("SADD s x y");
            host.ask("DEL s");
            host.ask("DEL text");
        }
        pair.rounds(2_000);
        return pair;
    }
}
