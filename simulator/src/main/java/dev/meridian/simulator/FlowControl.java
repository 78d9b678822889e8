package dev.meridian.simulator;

import dev.meridian.kernel.bytes.ByteReader;
import dev.meridian.kernel.replication.LinkPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a node treats its links: it sends no more records on one that has said that it takes none for now, so that what waits for a slow
 * link is bounded (B3); it sends a forwarded command once; and what cannot be had is not asked for over and over (B4).
 */
final class FlowControl {
    private static final int SUBSCRIBE = 3;
    private static final int FORWARD = 6;

    /** The mark that ends rows may follow the frame that filled the link. */
    private static final int OVERSHOOT_BYTES = 256;

    /** In so long a node may ask the same question so often, with nothing else asked between; a clock that jumps shortens its seconds. */
    private static final long WINDOW_NS = 5_000_000_000L;

    private static final int AGAIN_MAX = 12;

    /** What a node last asked of a peer for a group, and when it did so again. */
    private static final class Question {
        String asked = "";
        final ArrayDeque<Long> againNs = new ArrayDeque<>();
    }

    private static final class Link {
        boolean full;
        int pressedBytes;
        final Map<Integer, Question> questions = new TreeMap<>();
    }

    private final World world;
    private final String region;
    private final List<Link> links = new ArrayList<>();
    private final @Nullable SplittableRandom noise;
    private final IntConsumer later;
    private long lastRequest;

    /**
     * Of one run of a node.
     *
     * @param noise lets links hesitate now and then; null for links that take everything
     * @param later is told of a link that hesitates, and lets it take records again
     */
    FlowControl(World world, String region, int peers, @Nullable SplittableRandom noise, IntConsumer later) {
        this.noise = noise;
        this.later = later;
        this.world = world;
        this.region = region;
        for (int i = 0; i < peers; i++) {
            links.add(new Link());
        }
    }

    /** A new connection takes everything. */
    void connected(int peer) {
        links.set(peer, new Link());
    }

    /** What a link answers that has just been sent records. */
    boolean takesMore(int peer, boolean writable) {
        Link link = links.get(peer);
        boolean open = writable && !link.full;
        if (open && (noise == null || noise.nextInt(10) != 0)) {
            return true;
        }
        if (open) {
            later.accept(peer);
        }
        link.full = true;
        return false;
    }

    /** It takes them again. */
    void writable(int peer) {
        links.get(peer).full = false;
        links.get(peer).pressedBytes = 0;
    }

    void sends(int peer, int urgency, byte[] frame) {
        Link link = links.get(peer);
        if (link.full && urgency >= LinkPort.RECORDS) {
            link.pressedBytes += frame.length;
            if (link.pressedBytes > OVERSHOOT_BYTES) {
                throw new World.Violation(
                        "B3", "region " + region + " sends " + frame.length + " bytes more on a link that is full");
            }
        }
        ByteReader in = new ByteReader().wrap(frame, 0, frame.length);
        switch (in.u8()) {
            case FORWARD -> {
                long request = in.i64();
                if (request <= lastRequest) {
                    throw new World.Violation("B4", "region " + region + " sends a forwarded command again");
                }
                lastRequest = request;
            }
            case SUBSCRIBE -> asks(link.questions.computeIfAbsent(in.i32(), group -> new Question()), in);
            default -> {}
        }
    }

    private void asks(Question question, ByteReader in) {
        in.varint();
        StringBuilder wanted = new StringBuilder().append(in.u8());
        for (int n = in.count(); n > 0; n--) {
            wanted.append(' ').append(in.text());
        }
        if (!wanted.toString().equals(question.asked)) {
            question.asked = wanted.toString();
            question.againNs.clear();
        }
        question.againNs.add(world.nowNs());
        while (question.againNs.getFirst() < world.nowNs() - WINDOW_NS) {
            question.againNs.poll();
        }
        if (question.againNs.size() > AGAIN_MAX) {
            throw new World.Violation(
                    "B4",
                    "region " + region + " asks for the same " + question.againNs.size() + " times within "
                            + WINDOW_NS / 1_000_000_000 + " s");
        }
    }
}
