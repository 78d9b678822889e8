package dev.meridian.cli.up;

import dev.meridian.cli.Trouble;
import dev.meridian.cli.up.UpState.RegionPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a deployment: control at the base, region {@code i} in a block of ten at base + 10 + 10·i, of which +0
 * speaks RESP, +1 HTTP, +4 is the link and +6 the control group. The other ports of a block are kept for what comes.
 *
 * @param moved why the ports are not those by default, or null
 */
public record PortPlan(
        int control, List<RegionPorts> regions, @Nullable String moved) {
    public static final int BASE = 17000;
    static final int BLOCK = 10;
    private static final int USED = 7;
    private static final int STEP = 100;
    private static final int TRIES = 100;

    /** How ports are chosen: {@code auto}, {@code strict}, {@code random}, or the base itself. */
    public static PortPlan choose(String wish, List<String> regions) {
        return switch (wish) {
            case "auto" -> moving(BASE, regions);
            case "strict" -> strict(BASE, regions);
            case "random" -> random(regions);
            default -> strict(base(wish, regions.size()), regions);
        };
    }

    private static int base(String wish, int regions) {
        int last = 65535 - BLOCK * (regions + 1);
        if (!wish.matches("[0-9]{1,5}") || Integer.parseInt(wish) < 1024 || Integer.parseInt(wish) > last) {
            throw Trouble.USAGE.because(
                    "--ports " + wish + " is not auto, strict, random or a port from 1024 to " + last);
        }
        return Integer.parseInt(wish);
    }

    private static PortPlan strict(int base, List<String> regions) {
        PortPlan plan = at(base, regions, null);
        plan.firstTaken().ifPresent(port -> {
            throw Trouble.PORT_TAKEN.because(
                    taken(port), "stop what holds it, or let Meridian choose: leave --ports away, or --ports random");
        });
        return plan;
    }

    private static PortPlan moving(int base, List<String> regions) {
        PortPlan first = at(base, regions, null);
        Optional<Integer> taken = first.firstTaken();
        if (taken.isEmpty()) {
            return first;
        }
        int step = STEP * (1 + (BLOCK * (regions.size() + 1) - 1) / STEP);
        for (int i = 1; i < TRIES && base + i * step + step < 32768; i++) {
            int moved = base + i * step;
            PortPlan plan = at(
                    moved,
                    regions,
                    taken(taken.get()) + ": using " + moved + "-" + (moved + BLOCK * (regions.size() + 1) - 1)
                            + " instead");
            if (plan.firstTaken().isEmpty()) {
                return plan;
            }
        }
        throw Trouble.NO_FREE_PORTS.because(
                "no free block of " + BLOCK * (regions.size() + 1) + " ports between " + base + " and 32767",
                "--ports random takes any that are free");
    }

    private static PortPlan random(List<String> names) {
        try {
            var held = new ArrayList<ServerSocket>();
            var ports = new ArrayList<Integer>();
            for (int i = 0; i < 1 + 4 * names.size(); i++) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            var regions = new ArrayList<RegionPorts>();
            for (int i = 0; i < names.size(); i++) {
                regions.add(new RegionPorts(
                        names.get(i),
                        ports.get(4 * i + 1),
                        ports.get(4 * i + 2),
                        ports.get(4 * i + 3),
                        ports.get(4 * i + 4)));
            }
            return new PortPlan(ports.getFirst(), regions, null);
        } catch (IOException e) {
            throw Trouble.NO_FREE_PORTS.because("the system gives no free ports: " + e.getMessage());
        }
    }

    private static PortPlan at(int base, List<String> names, @Nullable String moved) {
        var regions = new ArrayList<RegionPorts>();
        for (int i = 0; i < names.size(); i++) {
            int block = base + BLOCK + BLOCK * i;
            regions.add(new RegionPorts(names.get(i), block, block + 1, block + 4, block + 6));
        }
        return new PortPlan(base, List.copyOf(regions), moved);
    }

    private Optional<Integer> firstTaken() {
        var wanted = new ArrayList<Integer>();
        wanted.add(control);
        for (RegionPorts region : regions) {
            for (int i = 0; i < USED; i++) {
                wanted.add(region.resp() + i);
            }
        }
        return wanted.stream().filter(port -> !isFree(port)).findFirst();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String taken(int port) {
        return "port " + port + " is taken"
                + PortHolder.of(port).map(holder -> " by " + holder).orElse("");
    }
}
