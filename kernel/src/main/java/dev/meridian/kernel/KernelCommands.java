package dev.meridian.kernel;

import dev.meridian.kernel.command.Command;
import dev.meridian.kernel.command.DataCommands;
import java.util.function.BiConsumer;

/** Every family of commands that the kernel serves. */
final class KernelCommands {
    private KernelCommands() {}

    static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        DataCommands.bind(table);
        table.accept("PING", x -> {
            if (x.args().count() > 1) {
                x.reply().bulk(x.args(), 1);
            } else {
                x.reply().simple("PONG");
            }
        });
        table.accept("ECHO", x -> x.reply().bulk(x.args(), 1));
    }
}
