package dev.meridian.server.consensus;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.thirdparty.io.grpc.EquivalentAddressGroup;
import org.apache.ratis.thirdparty.io.grpc.NameResolver;
import org.apache.ratis.thirdparty.io.grpc.NameResolverProvider;
import org.apache.ratis.thirdparty.io.grpc.NameResolverRegistry;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusOr;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that every region writes the same way and each resolves by its own view: {@code meridian:///DEPLOYMENT/VIEWER/REGION}. So what
 * one region decides about members holds in another, which may reach them elsewhere.
 */
final class RegionAddresses extends NameResolverProvider {
    private static final String SCHEME = "meridian";
    private static final Map<String, Map<String, InetSocketAddress>> VIEWS = new ConcurrentHashMap<>();

    static {
        NameResolverRegistry.getDefaultRegistry().register(new RegionAddresses());
    }

    private RegionAddresses() {}

    /** From now on this region of the deployment reaches others there. */
    static void see(String deployment, String viewer, Map<String, InetSocketAddress> addresses) {
        VIEWS.put(view(deployment, viewer), Map.copyOf(addresses));
    }

    static void forget(String deployment, String viewer) {
        VIEWS.remove(view(deployment, viewer));
    }

    static String of(String deployment, String viewer, String region) {
        return SCHEME + "://" + view(deployment, viewer) + "/" + word(region);
    }

    private static String view(String deployment, String viewer) {
        return "/" + word(deployment) + "/" + word(viewer);
    }

    private static String word(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /** Another region's view is as good as ours where it came with a decision: a process has one, tests have several. */
    private static @Nullable InetSocketAddress find(String path) {
        int slash = path.lastIndexOf('/');
        String view = path.substring(0, slash);
        Map<String, InetSocketAddress> addresses = VIEWS.get(view);
        if (addresses == null) {
            String deployment = view.substring(0, view.lastIndexOf('/') + 1);
            addresses = VIEWS.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(deployment))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(Map.of());
        }
        return addresses.get(path.substring(slash + 1));
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return SCHEME.equals(target.getScheme()) ? new Resolver(target.getRawPath()) : null;
    }

    private static final class Resolver extends NameResolver {
        private final String path;

        Resolver(String path) {
            this.path = path;
        }

        @Override
        public String getServiceAuthority() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        @Override
        public void start(Listener2 listener) {
            InetSocketAddress address = find(path);
            if (address == null) {
                listener.onError(Status.UNAVAILABLE.withDescription("no address of " + path));
                return;
            }
            // By its name each time, since what a name stands for may change.
            InetSocketAddress now = new InetSocketAddress(address.getHostString(), address.getPort());
            listener.onResult(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(List.of(new EquivalentAddressGroup(now))))
                    .build());
        }

        @Override
        public void shutdown() {}
    }
}
