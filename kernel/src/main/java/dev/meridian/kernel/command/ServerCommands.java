package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What a client may ask about the node as such. */
public final class ServerCommands {
    private static final String NO_CLUSTER = "ERR This instance has cluster support disabled";

    private final Kernel kernel;

    private ServerCommands(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        ServerCommands commands = new ServerCommands(kernel);
        table.accept("INFO", commands::info);
        table.accept("ROLE", commands::role);
        table.accept("TIME", commands::time);
        table.accept("WAIT", commands::await);
        table.accept("LATENCY|LATEST", x -> x.reply().array(0));
        table.accept("LATENCY|HISTORY", x -> x.reply().array(0));
        table.accept("LATENCY|RESET", x -> x.reply().integer(0));
        table.accept("SLOWLOG|GET", x -> x.reply().array(0));
        table.accept("SLOWLOG|LEN", x -> x.reply().integer(0));
        table.accept("SLOWLOG|RESET", x -> x.reply().ok());
        table.accept("MODULE|LIST", x -> x.reply().array(0));
        table.accept("ACL|WHOAMI", x -> x.reply().bulk(ConnectionCommands.DEFAULT_USER));
        table.accept("ACL|USERS", x -> {
            x.reply().array(1);
            x.reply().bulk(ConnectionCommands.DEFAULT_USER);
        });
        for (String sub :
                List.of("COUNTKEYSINSLOT", "GETKEYSINSLOT", "INFO", "KEYSLOT", "LINKS", "MYID", "MYSHARDID")) {
            table.accept("CLUSTER|" + sub, x -> x.reply().error(NO_CLUSTER));
        }
        for (String sub : List.of("NODES", "REPLICAS", "SHARDS", "SLOTS")) {
            table.accept("CLUSTER|" + sub, x -> x.reply().error(NO_CLUSTER));
        }
    }

    private void info(Execution x) {
        List<String> sections = new ArrayList<>();
        for (int i = 1; i < x.args().count(); i++) {
            sections.add(x.args().latin1(i));
        }
        x.reply().verbatim(new InfoReport(kernel).text(sections));
    }

    private void role(Execution x) {
        ReplyWriter reply = x.reply();
        reply.array(3);
        reply.bulk("master");
        reply.integer(kernel.log().end());
        reply.array(0);
    }

    private void time(Execution x) {
        long ms = kernel.wallMs();
        x.reply().array(2);
        x.reply().bulk(ms / 1000);
        x.reply().bulk(ms % 1000 * 1000);
    }

    private void await(Execution x) {
        Args args = x.args();
        long wanted = args.longAt(1);
        if (!args.ok()) {
            x.reply().error("ERR value is not an integer or out of range");
            return;
        }
        long timeoutMs = args.longAt(2);
        if (!args.ok()) {
            x.reply().error("ERR timeout is not an integer or out of range");
        } else if (timeoutMs < 0) {
            x.reply().error("ERR timeout is negative");
        } else {
            int others = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, wanted));
            kernel.dispatcher().waiting().forAcknowledgements(x.client(), args, others, timeoutMs, x.inMulti());
        }
    }
}
