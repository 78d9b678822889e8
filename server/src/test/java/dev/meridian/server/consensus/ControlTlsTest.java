package dev.meridian.server.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.meridian.config.Configuration;
import dev.meridian.config.ConfigurationFile;
import dev.meridian.config.LoadResult;
import dev.meridian.server.certificate.StagedCertificates;
import dev.meridian.server.link.LinkTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control group's connections are as well protected as the links (X5, X6). */
class ControlTlsTest {
    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void stage() throws Exception {
        new StagedCertificates(directory, "shop", REGIONS.toArray(String[]::new));
        file = Files.writeString(
                directory.resolve("shop.yaml"),
                "multi_region:\n  name: shop\n  regions:\n    - name: us-east-1\n    - name: eu-west-1\n"
                        + StagedCertificates.YAML + "    key_exchange: hybrid_required\n");
    }

    private LinkTls links(String region) {
        try {
            Configuration configuration = ((LoadResult.Loaded) ConfigurationFile.load(file)).configuration();
            return LinkTls.of(configuration, region);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private StagedControl secured() throws Exception {
        return new StagedControl(directory.resolve("data"), "shop", REGIONS, region -> {
            LinkTls links = links(region);
            return new ControlTls(links::credentials, links.keyExchange());
        });
    }

    @Test
    void regionsDecideOverMutualTlsWithAHybridKeyExchange_X5() throws Exception {
        try (StagedControl staged = secured()) {
            REGIONS.forEach(staged::start);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> REGIONS.stream()
                            .allMatch(region -> staged.host(region).group.view().isReachable()));
            InetSocketAddress door = staged.address("us-east-1");
            SslContextBuilder region = SslContextBuilder.forClient()
                    .keyManager(
                            links("eu-west-1").credentials().key(),
                            links("eu-west-1").credentials().chain());
            assertThat(exchange(door, region, "X25519MLKEM768")).isEqualTo("X25519MLKEM768");
            assertThatThrownBy(() -> exchange(door, region, "X25519")).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void whoShowsNoCertificateOfThisDeploymentIsNotHeard_X6() throws Exception {
        try (StagedControl staged = secured()) {
            REGIONS.forEach(staged::start);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> staged.host("us-east-1").group.view().isReachable());
            InetSocketAddress door = staged.address("us-east-1");
            assertThatThrownBy(() -> exchange(door, SslContextBuilder.forClient(), "X25519MLKEM768"))
                    .hasMessageContaining("CERTIFICATE_REQUIRED");
            var stranger = StagedCertificates.anAuthority("shop")
                    .issue(
                            new StagedCertificates(directory.resolve("other"), "shop").names("eu-west-1"),
                            Duration.ofDays(1));
            assertThatThrownBy(() -> exchange(
                            door,
                            SslContextBuilder.forClient().keyManager(stranger.key(), stranger.certificate()),
                            "X25519MLKEM768"))
                    .hasMessageContaining("ALERT");
        }
    }

    /** How keys were agreed on with what listens there; fails as the other side refuses. */
    private static String exchange(InetSocketAddress door, SslContextBuilder shown, String group) throws Exception {
        SslContext context = shown.sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, new String[] {group})
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            var handlers = new Answer[1];
            new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            handlers[0] = new Answer(context.newHandler(channel.alloc()));
                            channel.pipeline().addLast(handlers[0].tls, handlers[0]);
                        }
                    })
                    .connect(door)
                    .sync();
            // In TLS 1.3 a client is done before the server has judged its certificate: only what the server says then
            // tells.
            handlers[0].first.get(10, TimeUnit.SECONDS);
            return ((OpenSslSession) handlers[0].tls.engine().getSession()).getNamedGroup();
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** The first that comes back: the server's settings, or why it refuses. */
    private static final class Answer extends ChannelInboundHandlerAdapter {
        final SslHandler tls;
        final CompletableFuture<Object> first = new CompletableFuture<>();

        Answer(SslHandler tls) {
            this.tls = tls;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            first.complete(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            first.completeExceptionally(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            first.completeExceptionally(new IOException("ended without a word"));
        }
    }
}
