package dev.meridian.kernel.command;

import java.util.function.BiConsumer;

/** The commands on keys and their values, all families. */
public final class DataCommands {
    private DataCommands() {}

    public static void bind(BiConsumer<String, Command> table) {
        StringCommands.bind(table);
        CounterCommands.bind(table);
        KeyCommands.bind(table);
        LifetimeCommands.bind(table);
        HashCommands.bind(table);
        SetCommands.bind(table);
        SetAlgebra.bind(table);
        SortedSetCommands.bind(table);
        SortedSetRanges.bind(table);
        SortedSetAlgebra.bind(table);
        SortedSetPops.bind(table);
        ListCommands.bind(table);
        ListMoves.bind(table);
        BitmapCommands.bind(table);
        BitFieldCommands.bind(table);
        HyperLogLogCommands.bind(table);
        LcsCommand.bind(table);
        ObjectCommands.bind(table);
    }
}
