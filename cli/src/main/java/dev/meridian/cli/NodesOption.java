package dev.meridian.cli;

import dev.meridian.cli.status.NodeStatuses;
import dev.meridian.cli.up.UpState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which nodes a command asks, and how it is let in: those of a running {@code up}, or those that are named. */
final class NodesOption {
    @Mixin
    private RunningOption running = new RunningOption();

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "HTTP address of a node, such as http://127.0.0.1:17011.")
    private List<String> nodes = new ArrayList<>();

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private @Nullable Path passwordFile;

    private @Nullable String password;

    /** The name of the deployment; empty where nodes are named. */
    String deployment(Meridian meridian) {
        return nodes.isEmpty() ? running.state(meridian).name() : "";
    }

    /** Base URLs, by region where that is known. */
    Map<String, String> urls(Meridian meridian) {
        var urls = new LinkedHashMap<String, String>();
        for (String node : nodes) {
            if (!node.matches("https?://[^\\s/]+/?")) {
                throw Trouble.USAGE.because("--node " + node + " is no address", "such as http://127.0.0.1:17011");
            }
            urls.put(node, node.replaceAll("/$", ""));
        }
        if (nodes.isEmpty()) {
            for (UpState.RegionPorts region : running.state(meridian).regions()) {
                urls.put(region.name(), region.httpUrl());
            }
        }
        return urls;
    }

    NodeStatuses ask(Meridian meridian, Map<String, String> urls) {
        if (password == null) {
            password = Passwords.find(meridian.terminal(), passwordFile);
        }
        NodeStatuses statuses = NodeStatuses.ask(urls, password);
        if (password == null && nodes.isEmpty() && statuses.passwordWanted()) {
            password = Passwords.ofRunning(running.state(meridian));
            statuses = NodeStatuses.ask(urls, password);
        }
        return statuses;
    }

    /** What let this program in at the last {@link #ask}; null where nothing was wanted. */
    @Nullable
    String password() {
        return password;
    }

    /** Fails where no node answered. */
    void wantAnswer(Map<String, String> urls, NodeStatuses statuses) {
        if (statuses.anyAnswered()) {
            return;
        }
        if (statuses.passwordWanted()) {
            throw Trouble.PASSWORD_WANTED.because(
                    "the nodes want a password" + (password == null ? "" : ", and not this one"), Passwords.MEND);
        }
        var silences = new ArrayList<String>();
        statuses.byRegion().forEach((region, answer) -> silences.add(urls.get(region) + ": " + answer.silence()));
        throw Trouble.NO_NODE_ANSWERED.because(
                "no status to be had of any node (" + String.join(", ", silences) + ")",
                nodes.isEmpty() ? "`meridian start REGION` starts one that was killed" : "check the addresses");
    }
}
