package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** CLIENT: what is known of connections, and what can be done to them. */
public final class ClientCommands {
    static final String BAD_NAME = "ERR Client names cannot contain spaces, newlines or special characters.";

    private final Kernel kernel;

    private ClientCommands(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        ClientCommands commands = new ClientCommands(kernel);
        table.accept("CLIENT|ID", x -> x.reply().integer(x.client().id));
        table.accept("CLIENT|INFO", x -> x.reply().verbatim(commands.line(x.client())));
        table.accept("CLIENT|LIST", commands::list);
        table.accept("CLIENT|KILL", commands::kill);
        table.accept("CLIENT|SETNAME", ClientCommands::setName);
        table.accept("CLIENT|GETNAME", ClientCommands::getName);
        table.accept("CLIENT|SETINFO", ClientCommands::setInfo);
        table.accept("CLIENT|NO-EVICT", x -> onOff(x, on -> x.client().noEvict = on));
        table.accept("CLIENT|NO-TOUCH", x -> onOff(x, on -> x.client().noTouch = on));
        table.accept("CLIENT|REPLY", ClientCommands::reply);
        table.accept("CLIENT|UNBLOCK", commands::unblock);
        table.accept("CLIENT|TRACKING", ClientCommands::tracking);
        table.accept("CLIENT|TRACKINGINFO", ClientCommands::trackingInfo);
        table.accept("CLIENT|GETREDIR", x -> x.reply().integer(-1));
        table.accept(
                "CLIENT|CACHING",
                x -> x.reply()
                        .error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
                                + " OPTOUT mode enabled"));
    }

    /** Whether the argument has printable ASCII only and no space: what names are made of. */
    static boolean plain(Args args, int i) {
        byte[] buffer = args.buffer();
        for (int at = args.offset(i), end = at + args.length(i); at < end; at++) {
            if (buffer[at] < '!' || buffer[at] > '~') {
                return false;
            }
        }
        return true;
    }

    private static void setName(Execution x) {
        if (!plain(x.args(), 2)) {
            x.reply().error(BAD_NAME);
            return;
        }
        x.client().name = x.args().latin1(2);
        x.reply().ok();
    }

    private static void getName(Execution x) {
        if (x.client().name.isEmpty()) {
            x.reply().nil();
        } else {
            x.reply().bulk(x.client().name);
        }
    }

    private static void setInfo(Execution x) {
        Args args = x.args();
        boolean name = args.is(2, "LIB-NAME");
        if (!name && !args.is(2, "LIB-VER")) {
            x.reply().error(latin1("ERR Unrecognized option '" + args.latin1(2) + "'"));
        } else if (!plain(args, 3)) {
            x.reply()
                    .error(latin1("ERR " + args.latin1(2) + " cannot contain spaces, newlines or special characters."));
        } else {
            if (name) {
                x.client().libraryName = args.latin1(3);
            } else {
                x.client().libraryVersion = args.latin1(3);
            }
            x.reply().ok();
        }
    }

    private interface Switch {
        void set(boolean on);
    }

    private static void onOff(Execution x, Switch target) {
        boolean on = x.args().is(2, "ON");
        if (!on && !x.args().is(2, "OFF")) {
            x.reply().error("ERR syntax error");
            return;
        }
        target.set(on);
        x.reply().ok();
    }

    private static void reply(Execution x) {
        Client client = x.client();
        Args args = x.args();
        if (args.is(2, "ON")) {
            client.silent = false;
            client.skipNextReply = false;
            x.reply().ok();
        } else if (args.is(2, "OFF")) {
            client.silent = true;
        } else if (args.is(2, "SKIP")) {
            client.skipNextReply = !client.silent;
        } else {
            x.reply().error("ERR syntax error");
        }
    }

    private static void tracking(Execution x) {
        if (x.args().is(2, "OFF") && x.args().count() == 3) {
            x.reply().ok();
        } else if (x.args().is(2, "ON")) {
            x.reply().error("ERR CLIENT TRACKING is not supported: changes are not told to clients that cache");
        } else {
            x.reply().error("ERR syntax error");
        }
    }

    private static void trackingInfo(Execution x) {
        ReplyWriter reply = x.reply();
        reply.map(3);
        reply.bulk("flags");
        reply.set(1);
        reply.bulk("off");
        reply.bulk("redirect");
        reply.integer(-1);
        reply.bulk("prefixes");
        reply.array(0);
    }

    // ---- the list ----

    private void list(Execution x) {
        Args args = x.args();
        Predicate<Client> wanted = client -> true;
        if (args.count() == 4 && args.is(2, "TYPE")) {
            wanted = ofType(x, 3);
        } else if (args.count() > 3 && args.is(2, "ID")) {
            List<Long> ids = new ArrayList<>();
            for (int i = 3; i < args.count(); i++) {
                ids.add(args.longAt(i));
                if (!args.ok()) {
                    x.reply().error("ERR Invalid client ID");
                    return;
                }
            }
            wanted = client -> ids.contains(client.id);
        } else if (args.count() != 2) {
            x.reply().error("ERR syntax error");
            return;
        }
        if (wanted == null) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (Client client : kernel.clients()) {
            if (wanted.test(client)) {
                lines.append(line(client));
            }
        }
        x.reply().verbatim(lines.toString());
    }

    private static @Nullable Predicate<Client> ofType(Execution x, int i) {
        Args args = x.args();
        if (args.is(i, "NORMAL")) {
            return client -> client.subscriptions() == 0;
        }
        if (args.is(i, "PUBSUB")) {
            return client -> client.subscriptions() > 0;
        }
        if (args.is(i, "MASTER") || args.is(i, "REPLICA") || args.is(i, "SLAVE")) {
            return client -> false;
        }
        x.reply().error(latin1("ERR Unknown client type '" + args.latin1(i) + "'"));
        return null;
    }

    private String line(Client client) {
        long nowMs = kernel.dispatcher().nowMs();
        return "id=" + client.id
                + " addr=" + client.address
                + " laddr=" + client.localAddress
                + " fd=-1"
                + " name=" + client.name
                + " age=" + Math.max(0, nowMs - client.createdMs) / 1000
                + " idle=" + Math.max(0, nowMs - client.lastCommandMs) / 1000
                + " flags=" + flags(client)
                + " db=0"
                + " sub=" + client.channels.size()
                + " psub=" + client.patterns.size()
                + " ssub=" + client.shardChannels.size()
                + " multi=" + (client.inMulti ? client.queue.size() : -1)
                + " qbuf=0 qbuf-free=0 argv-mem=0"
                + " multi-mem=" + client.queueBytes
                + " rbs=" + client.out.buffer().length
                + " rbp=" + client.out.sizeMax()
                + " obl=" + client.out.size()
                + " oll=0"
                + " omem=" + client.bytesUnsent
                + " tot-mem=" + (client.queueBytes + client.out.buffer().length + client.bytesUnsent)
                + " events=r"
                + " cmd=" + client.lastCommand
                + " user=" + (client.authenticated ? ConnectionCommands.DEFAULT_USER : "(superuser)")
                + " redir=-1"
                + " resp=" + client.out.protocol()
                + " lib-name=" + client.libraryName
                + " lib-ver=" + client.libraryVersion
                + "\n";
    }

    private static String flags(Client client) {
        StringBuilder flags = new StringBuilder();
        if (client.subscriptions() > 0) {
            flags.append('P');
        }
        if (client.inMulti) {
            flags.append('x');
        }
        if (client.blocked) {
            flags.append('b');
        }
        if (client.dirtyCas) {
            flags.append('d');
        }
        if (client.closing) {
            flags.append('c');
        }
        if (client.noEvict) {
            flags.append('e');
        }
        if (client.noTouch) {
            flags.append('T');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }

    // ---- ending and waking others ----

    private void kill(Execution x) {
        Args args = x.args();
        if (args.count() == 3) {
            String address = args.latin1(2);
            if (end(x, client -> client.address.equals(address)) == 0) {
                x.reply().error("ERR No such client");
            } else {
                x.reply().ok();
            }
            return;
        }
        Predicate<Client> wanted = client -> true;
        boolean skipSelf = true;
        for (int i = 2; i < args.count(); i += 2) {
            Predicate<Client> next;
            if (i + 1 == args.count()) {
                x.reply().error("ERR syntax error");
                return;
            }
            if (args.is(i, "ID")) {
                long id = args.longAt(i + 1);
                if (!args.ok() || id < 1) {
                    x.reply().error("ERR client-id should be greater than 0");
                    return;
                }
                next = client -> client.id == id;
            } else if (args.is(i, "TYPE")) {
                next = ofType(x, i + 1);
                if (next == null) {
                    return;
                }
            } else if (args.is(i, "ADDR")) {
                String address = args.latin1(i + 1);
                next = client -> client.address.equals(address);
            } else if (args.is(i, "LADDR")) {
                String address = args.latin1(i + 1);
                next = client -> client.localAddress.equals(address);
            } else if (args.is(i, "USER")) {
                if (!args.latin1(i + 1).equals(ConnectionCommands.DEFAULT_USER)) {
                    x.reply().error(latin1("ERR No such user '" + args.latin1(i + 1) + "'"));
                    return;
                }
                next = client -> client.authenticated;
            } else if (args.is(i, "SKIPME") && (args.is(i + 1, "YES") || args.is(i + 1, "NO"))) {
                skipSelf = args.is(i + 1, "YES");
                continue;
            } else {
                x.reply().error("ERR syntax error");
                return;
            }
            wanted = wanted.and(next);
        }
        Client self = skipSelf ? x.client() : null;
        x.reply().integer(end(x, wanted.and(client -> client != self)));
    }

    private int end(Execution x, Predicate<Client> wanted) {
        int ended = 0;
        for (Client client : kernel.clients()) {
            if (wanted.test(client)) {
                if (client == x.client()) {
                    client.closing = true;
                } else {
                    kernel.effects().close(client);
                }
                ended++;
            }
        }
        return ended;
    }

    private void unblock(Execution x) {
        Args args = x.args();
        boolean error = args.count() == 4 && args.is(3, "ERROR");
        if (args.count() > 4) {
            Operands.subcommandSyntax(x);
            return;
        }
        if (args.count() == 4 && !error && !args.is(3, "TIMEOUT")) {
            x.reply().error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
            return;
        }
        long id = args.longAt(2);
        if (!args.ok()) {
            x.reply().error("ERR value is not an integer or out of range");
            return;
        }
        ReplyWriter reply = x.reply();
        for (Client client : kernel.clients()) {
            if (client.id == id && kernel.dispatcher().waiting().unblock(client, error)) {
                reply.integer(1);
                return;
            }
        }
        reply.integer(0);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
