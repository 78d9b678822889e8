package dev.meridian.kernel;

import dev.meridian.kernel.command.ClientCommands;
import dev.meridian.kernel.command.Command;
import dev.meridian.kernel.command.ConfigCommands;
import dev.meridian.kernel.command.ConflictCommands;
import dev.meridian.kernel.command.ConnectionCommands;
import dev.meridian.kernel.command.DataCommands;
import dev.meridian.kernel.command.IdempotentCommand;
import dev.meridian.kernel.command.Inspection;
import dev.meridian.kernel.command.LateCommands;
import dev.meridian.kernel.command.ReadLevelCommand;
import dev.meridian.kernel.command.ServerCommands;
import dev.meridian.kernel.command.TableCommands;
import dev.meridian.kernel.command.TokenCommand;
import dev.meridian.kernel.command.Verification;
import java.util.function.BiConsumer;

/** Every family of commands that the kernel serves. */
final class KernelCommands {
    private KernelCommands() {}

    static void bind(Kernel kernel) {
        BiConsumer<String, Command> table = kernel.table()::bind;
        DataCommands.bind(table);
        ConnectionCommands.bind(kernel, table);
        ClientCommands.bind(kernel, table);
        TableCommands.bind(kernel.table(), table);
        ServerCommands.bind(kernel, table);
        ConfigCommands.bind(kernel, table);
        ReadLevelCommand.bind(kernel, table);
        TokenCommand.bind(kernel, table);
        IdempotentCommand.bind(kernel, table);
        Inspection.bind(kernel, table);
        ConflictCommands.bind(kernel, table);
        LateCommands.bind(kernel, table);
        Verification.bind(kernel, table);
        TableCommands.bindHelp(kernel.table());
    }
}
