package dev.meridian.kernel.command;

import dev.meridian.kernel.data.Cell;
import dev.meridian.kernel.data.Collection;
import dev.meridian.kernel.data.Key;
import dev.meridian.kernel.data.Type;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** PFADD, PFCOUNT and PFMERGE. A register is a row; what regions add meets by maximum. */
final class HyperLogLogCommands {
    private static final String NOT_ONE = "WRONGTYPE Key is not a valid HyperLogLog string value.";

    /** Stands in a HyperLogLog that has no element, since a key without rows would not exist. */
    private static final int EMPTY_REGISTER = 0;

    private HyperLogLogCommands() {}

    static void bind(BiConsumer<String, Command> table) {
        table.accept("PFADD", HyperLogLogCommands::add);
        table.accept("PFCOUNT", HyperLogLogCommands::count);
        table.accept("PFMERGE", HyperLogLogCommands::merge);
    }

    /** Whether the key holds something else; the error is then written. */
    private static boolean wrongType(Execution x, @Nullable Key key) {
        if (key != null && key.type() == Type.STRING) {
            x.reply().error(NOT_ONE);
            return true;
        }
        return x.wrongType(key, Type.HYPERLOGLOG);
    }

    private static void add(Execution x) {
        Args args = x.args();
        Key found = x.find(1);
        if (wrongType(x, found)) {
            return;
        }
        Key key = StringCommands.writable(x, 1, found);
        boolean changed = found == null;
        if (found == null && args.count() == 2) {
            put(x, key, EMPTY_REGISTER, 0);
        }
        for (int i = 2; i < args.count(); i++) {
            long hash = HyperLogLog.hash(args.buffer(), args.offset(i), args.length(i));
            changed |= raise(x, key, HyperLogLog.register(hash), HyperLogLog.rank(hash));
        }
        if (changed) {
            x.event('$', "pfadd", args.copy(1));
        }
        x.reply().integer(changed ? 1 : 0);
    }

    /** Writes the register if it holds less. */
    private static boolean raise(Execution x, Key key, int register, int rank) {
        Collection registers = key.collection();
        Cell cell = registers == null ? null : registers.find(element(register));
        if (cell != null && value(cell) >= rank) {
            return false;
        }
        put(x, key, register, rank);
        return true;
    }

    private static void put(Execution x, Key key, int register, int rank) {
        x.mutation().put(key, Type.HYPERLOGLOG, element(register), new byte[] {(byte) rank});
    }

    private static byte[] element(int register) {
        return new byte[] {(byte) (register >>> 8), (byte) register};
    }

    private static int value(Cell cell) {
        byte[] value = cell.register();
        return value == null ? 0 : value[0];
    }

    private static void count(Execution x) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        if (collect(x, 1, registers)) {
            x.reply().integer(HyperLogLog.count(registers));
        }
    }

    /** Takes the greatest of each register over the keys from argument {@code first} on; false when one is of another type. */
    private static boolean collect(Execution x, int first, byte[] into) {
        for (int i = first; i < x.args().count(); i++) {
            Key key = x.find(i);
            if (wrongType(x, key)) {
                return false;
            }
            Collection registers = key == null ? null : key.collection();
            if (registers != null) {
                registers.forEach(cell -> {
                    int register = (cell.id()[0] & 0xFF) << 8 | cell.id()[1] & 0xFF;
                    into[register] = (byte) Math.max(into[register], value(cell));
                });
            }
        }
        return true;
    }

    private static void merge(Execution x) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        if (!collect(x, 1, registers)) {
            return;
        }
        Key found = x.find(1);
        Key key = StringCommands.writable(x, 1, found);
        boolean written = found != null;
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] > 0) {
                written |= raise(x, key, i, registers[i]);
            }
        }
        if (!written) {
            put(x, key, EMPTY_REGISTER, 0);
        }
        x.event('$', "pfadd", x.args().copy(1));
        x.reply().ok();
    }
}
