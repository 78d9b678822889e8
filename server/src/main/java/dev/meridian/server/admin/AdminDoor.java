package dev.meridian.server.admin;

import dev.meridian.kernel.Kernel;
import dev.meridian.server.link.Links;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node's HTTP door: probes, status, events, configuration. Open before the node has recovered, so that probes have
 * somebody to ask. Thread-safe.
 */
public final class AdminDoor implements AutoCloseable {
    private static final long TURN_AGE_NS_MAX = 5_000_000_000L;

    private final NodeFacts facts;
    private final NodeView view;
    private final EventLog events;
    private final Watch watch;
    private final StatusReport status;
    private final OperatorPaths operators;
    private final ConflictPaths conflicts;
    private final LateWritePaths lateWrites;
    private final Function<Kernel, String> metrics;
    private final HttpServer server;

    /**
     * @param metrics answers {@code GET /metrics}, on the kernel's thread
     * @param password what clients must present; null: only this machine's own are let in
     */
    public AdminDoor(
            NodeFacts facts,
            NodeView view,
            Links links,
            Watch watch,
            EventLog events,
            Function<Kernel, String> metrics,
            @Nullable String password,
            HttpLimits limits) {
        this.facts = facts;
        this.view = view;
        this.events = events;
        this.watch = watch;
        this.status = new StatusReport(facts, view, links, watch);
        this.operators = new OperatorPaths(facts, view);
        this.conflicts = new ConflictPaths(view);
        this.lateWrites = new LateWritePaths(view);
        this.metrics = metrics;
        this.server = new HttpServer(new Paths(), password, limits);
    }

    /**
     * Listens; answers the address, with the port that was found where 0 was asked for.
     *
     * @throws IOException if the address cannot be had
     */
    public InetSocketAddress start(InetSocketAddress address) throws IOException {
        return server.start(address);
    }

    private final class Paths implements Routes {
        @Override
        public boolean open(String path) {
            return path.equals("/livez") || path.equals("/readyz") || path.equals("/startupz");
        }

        @Override
        public boolean posts(String path) {
            return OperatorPaths.posts(path) || ConflictPaths.posts(path) || LateWritePaths.posts(path);
        }

        @Override
        public @Nullable CompletionStage<Answer> answer(Request request) {
            return switch (request.path()) {
                case "/livez" -> probe(request, live());
                case "/readyz" -> probe(request, ready());
                case "/startupz" -> probe(request, started());
                case "/v1/status" -> status();
                case "/metrics" -> metrics();
                case "/v1/config" ->
                    CompletableFuture.completedFuture(Answer.json(EffectiveConfiguration.of(facts.configuration())));
                default -> {
                    CompletionStage<Answer> answer = operators.answer(request);
                    answer = answer == null ? conflicts.answer(request) : answer;
                    yield answer == null ? lateWrites.answer(request) : answer;
                }
            };
        }

        @Override
        public @Nullable EventLog events(Request request) {
            return request.path().equals("/v1/events") ? events : null;
        }
    }

    // ---- probes: name of each check, and what is wrong; null where nothing is ----

    /** The process can do its work: its loop turns. Other regions, disks and data have no say in it. */
    private Map<String, @Nullable String> live() {
        Map<String, @Nullable String> checks = new LinkedHashMap<>();
        checks.put("kernel", view.phase() == NodeView.Phase.SERVING ? turns() : null);
        return checks;
    }

    /** Reads at level eventual can be served. Links have no say in it. */
    private Map<String, @Nullable String> ready() {
        Map<String, @Nullable String> checks = started();
        checks.put("rows", watch.filling());
        checks.put("kernel", view.phase() == NodeView.Phase.SERVING ? turns() : "it makes no turns");
        return checks;
    }

    private Map<String, @Nullable String> started() {
        Map<String, @Nullable String> checks = new LinkedHashMap<>();
        checks.put(
                "recovery",
                switch (view.phase()) {
                    case STARTING -> "what is stored is still being read";
                    case SERVING -> null;
                    case STOPPING -> "the node is stopping";
                });
        return checks;
    }

    private @Nullable String turns() {
        long ageNs = System.nanoTime() - view.lastTurnNs();
        return ageNs < TURN_AGE_NS_MAX ? null : "no turn for " + ageNs / 1_000_000 + " ms";
    }

    private static CompletionStage<Answer> probe(Request request, Map<String, @Nullable String> checks) {
        boolean fine = checks.values().stream().allMatch(java.util.Objects::isNull);
        StringBuilder text = new StringBuilder();
        if (request.asks("verbose") || !fine) {
            checks.forEach((check, wrong) -> text.append(wrong == null ? "[+] " : "[-] ")
                    .append(check)
                    .append(wrong == null ? ": ok" : ": " + wrong)
                    .append('\n'));
        }
        text.append(fine ? "ok\n" : "failed\n");
        return CompletableFuture.completedFuture(
                Answer.text(fine ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, text.toString()));
    }

    private CompletionStage<Answer> metrics() {
        return view.phase() == NodeView.Phase.SERVING
                ? view.ask(metrics).thenApply(text -> Answer.text("text/plain; version=0.0.4; charset=utf-8", text))
                : CompletableFuture.completedFuture(Answer.problem(HttpTrouble.NOT_SERVING));
    }

    private CompletionStage<Answer> status() {
        return view.phase() == NodeView.Phase.SERVING
                ? view.ask(status::of).thenApply(Answer::json)
                : CompletableFuture.completedFuture(Answer.json(status.withoutKernel()));
    }

    @Override
    public void close() {
        server.close();
    }
}
