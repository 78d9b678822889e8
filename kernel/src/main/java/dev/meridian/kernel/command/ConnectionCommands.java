package dev.meridian.kernel.command;

import dev.meridian.kernel.Kernel;
import dev.meridian.kernel.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How a connection begins, introduces itself and ends. There is one user, {@code default}, and one database, 0. */
public final class ConnectionCommands {
    static final String DEFAULT_USER = "default";
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";

    private final Kernel kernel;

    private ConnectionCommands(Kernel kernel) {
        this.kernel = kernel;
    }

    public static void bind(Kernel kernel, BiConsumer<String, Command> table) {
        ConnectionCommands commands = new ConnectionCommands(kernel);
        table.accept("PING", ConnectionCommands::ping);
        table.accept("ECHO", x -> x.reply().bulk(x.args(), 1));
        table.accept("HELLO", commands::hello);
        table.accept("AUTH", commands::auth);
        table.accept("SELECT", ConnectionCommands::select);
        table.accept("QUIT", ConnectionCommands::quit);
        table.accept("RESET", commands::reset);
        table.accept("READONLY", x -> x.reply().ok());
        table.accept("READWRITE", x -> x.reply().ok());
    }

    private static void ping(Execution x) {
        Args args = x.args();
        ReplyWriter reply = x.reply();
        if (args.count() > 2) {
            reply.error("ERR wrong number of arguments for 'ping' command");
        } else if (x.client().limitedToSubscriptions()) {
            reply.array(2);
            reply.bulk("pong");
            if (args.count() == 2) {
                reply.bulk(args, 1);
            } else {
                reply.bulk("");
            }
        } else if (args.count() == 2) {
            reply.bulk(args, 1);
        } else {
            reply.simple("PONG");
        }
    }

    private void hello(Execution x) {
        Args args = x.args();
        Client client = x.client();
        ReplyWriter reply = x.reply();
        long version = client.out.protocol();
        if (args.count() > 1) {
            version = args.longAt(1);
            if (!args.ok()) {
                reply.error("ERR Protocol version is not an integer or out of range");
                return;
            }
            if (version != 2 && version != 3) {
                reply.error("NOPROTO unsupported protocol version");
                return;
            }
        }
        int user = 0;
        int name = 0;
        for (int i = 2; i < args.count(); i++) {
            int more = args.count() - 1 - i;
            if (args.is(i, "AUTH") && more >= 2) {
                user = i + 1;
                i += 2;
            } else if (args.is(i, "SETNAME") && more >= 1) {
                name = ++i;
                if (!ClientCommands.plain(args, name)) {
                    reply.error(ClientCommands.BAD_NAME);
                    return;
                }
            } else {
                reply.error(("ERR Syntax error in HELLO option '" + args.latin1(i) + "'")
                        .getBytes(StandardCharsets.ISO_8859_1));
                return;
            }
        }
        if (user > 0 && !login(x, user, user + 1)) {
            return;
        }
        if (!client.authenticated) {
            reply.error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto>"
                    + " AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol"
                    + " version at the same time");
            return;
        }
        if (name > 0) {
            client.name = args.latin1(name);
        }
        client.out.protocol((int) version);
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(InfoReport.REDIS_VERSION);
        reply.bulk("proto");
        reply.integer(version);
        reply.bulk("id");
        reply.integer(client.id);
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.array(0);
    }

    private void auth(Execution x) {
        int count = x.args().count();
        if (count > 3) {
            x.reply().error("ERR syntax error");
        } else if (count == 2 && kernel.options().password() == null) {
            x.reply()
                    .error("ERR AUTH <password> called without any password configured for the default user. Are you"
                            + " sure your configuration is correct?");
        } else if (login(x, count == 3 ? 1 : 0, count - 1)) {
            x.reply().ok();
        }
    }

    /** Logs the client in, or writes the error. {@code user} 0: the default user. */
    private boolean login(Execution x, int user, int password) {
        Args args = x.args();
        Client client = x.client();
        boolean known = user == 0 || args.equals(user, DEFAULT_USER.getBytes(StandardCharsets.US_ASCII));
        boolean right = matches(kernel.options().password(), args.copy(password));
        if (known && right) {
            client.authenticated = true;
            return true;
        }
        client.passwordsRefused++;
        x.reply().error(WRONG_PASSWORD);
        return false;
    }

    /** Without a password any is right. Takes as long whatever the bytes are. */
    private static boolean matches(@Nullable String expected, byte[] given) {
        return expected == null || Sha256.same(given, expected.getBytes(StandardCharsets.UTF_8));
    }

    private static void select(Execution x) {
        long database = x.args().longAt(1);
        if (!x.args().ok() || database != (int) database) {
            x.reply().error("ERR value is not an integer or out of range");
        } else if (database != 0) {
            x.reply().error("ERR DB index is out of range");
        } else {
            x.reply().ok();
        }
    }

    private static void quit(Execution x) {
        x.reply().ok();
        x.client().closing = true;
    }

    private void reset(Execution x) {
        Client client = x.client();
        kernel.dispatcher().transactions().forget(client);
        client.discardMulti();
        kernel.pubSub().forget(client);
        client.session.reset();
        client.name = "";
        client.silent = false;
        client.skipNextReply = false;
        client.noEvict = false;
        client.noTouch = false;
        client.out.protocol(2);
        client.authenticated = kernel.options().password() == null;
        x.reply().simple("RESET");
    }
}
