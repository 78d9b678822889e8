package dev.meridian.server.redis;

import dev.meridian.kernel.command.Args;
import dev.meridian.kernel.command.Client;
import dev.meridian.kernel.command.CommandSpec;
import dev.meridian.kernel.command.CommandTable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small real handler: enough commands to use every duty of the door. */
final class SmallKernel implements RespHandler {
    private final String password;
    private final Map<String, byte[]> values = new HashMap<>();
    final Map<Long, Client> clients = new TreeMap<>();
    final List<Replies> heldTurns = new ArrayList<>();
    boolean holdTurns;
    int turns;
    private long nextId = 1;
    RespServer server;

    private final CommandTable<Boolean> table = new CommandTable<>();

    SmallKernel(String password) {
        this.password = password;
        List.of("GET", "SET", "PING", "ECHO", "QUIT", "AUTH", "HELLO", "CLIENT|SETNAME", "OBJECT|ENCODING")
                .forEach(name -> table.bind(name, true));
    }

    @Override
    public Client connected(InetSocketAddress remote, InetSocketAddress local) {
        Client client = new Client(nextId++, remote.toString(), local.toString());
        client.authenticated = password.isEmpty();
        clients.put(client.id, client);
        return client;
    }

    @Override
    public void command(Client client, Args args) {
        if (args.is(0, "AUTH")) {
            if (args.count() == 2 && args.text(1).equals(password)) {
                client.authenticated = true;
                client.out.ok();
            } else {
                client.passwordsRefused++;
                client.out.error("WRONGPASS invalid username-password pair or user is disabled.");
            }
        } else if (!client.authenticated) {
            client.out.error("NOAUTH Authentication required.");
        } else if (args.is(0, "GET") && args.count() == 2) {
            byte[] value = values.get(args.latin1(1));
            if (value == null) {
                client.out.nil();
            } else {
                client.out.bulk(value);
            }
        } else if (args.is(0, "SET") && args.count() == 3) {
            values.put(args.latin1(1), args.copy(2));
            client.out.ok();
        } else {
            other(client, args);
        }
    }

    private void other(Client client, Args args) {
        if (args.is(0, "PING") && args.count() == 1) {
            client.out.simple("PONG");
        } else if (args.is(0, "ECHO") && args.count() == 2) {
            client.out.bulk(args, 1);
        } else if (args.is(0, "QUIT")) {
            client.out.ok();
            client.closing = true;
        } else if (args.is(0, "BIG")) {
            client.out.bulk(new byte[(int) args.longAt(1)]);
        } else if (args.is(0, "SUBSCRIBE")) {
            client.channels.add(args.latin1(1));
            client.out.ok();
        } else if (args.is(0, "PUBLISH")) {
            int receivers = 0;
            for (Client receiver : clients.values()) {
                if (receiver.channels.contains(args.latin1(1))) {
                    receiver.out.push(3);
                    receiver.out.bulk("message");
                    receiver.out.bulk(args, 1);
                    receiver.out.bulk(args, 2);
                    server.touch(receiver);
                    receivers++;
                }
            }
            client.out.integer(receivers);
        } else if (args.is(0, "WAITFOR")) {
            client.blocked = true;
        } else if (args.is(0, "WAKE")) {
            Client sleeper = clients.get(args.longAt(1));
            sleeper.out.simple("AWAKE");
            server.resume(sleeper);
            client.out.ok();
        } else if (args.is(0, "KILL")) {
            Client victim = clients.get(args.longAt(1));
            victim.closing = true;
            server.touch(victim);
            client.out.ok();
        } else if (args.is(0, "ID")) {
            client.out.integer(client.id);
        } else if (args.is(0, "FAULT")) {
            throw new IllegalStateException("a fault on purpose");
        } else {
            CommandSpec spec = table.find(args);
            if (spec == null) {
                client.out.error(table.unknown(args));
            } else {
                client.out.error(spec.wrongArity());
            }
        }
    }

    @Override
    public void disconnected(Client client) {
        clients.remove(client.id);
    }

    @Override
    public void turnEnd(Replies replies) {
        turns++;
        if (holdTurns) {
            heldTurns.add(replies);
        } else {
            replies.flush();
        }
    }
}
