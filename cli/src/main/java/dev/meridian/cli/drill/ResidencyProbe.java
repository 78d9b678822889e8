package dev.meridian.cli.drill;

import dev.meridian.cli.blackbox.Place;
import dev.meridian.cli.resp.RedisConnection;
import dev.meridian.cli.resp.Reply;
import dev.meridian.cli.up.UpState;
import dev.meridian.config.Dataset;
import dev.meridian.config.RemoteAccess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks regions for what they may not have: each must refuse, in the fault as before it, and not tell the key. */
final class ResidencyProbe {
    private static final int TIMEOUT_MS = 3_000;
    private static final String SECRET = "whereabouts";

    private final List<Place> places;
    private final UpState state;
    private final List<String> breaches = new ArrayList<>();
    private final Map<String, Integer> refused = new HashMap<>();

    ResidencyProbe(List<Place> places, UpState state) {
        this.places = places;
        this.state = state;
    }

    static boolean concerns(Dataset dataset) {
        return dataset.restricted() && dataset.remoteAccess() == RemoteAccess.NONE;
    }

    /** How often a region was asked for a dataset and said no. */
    int refused(Dataset dataset) {
        return refused.getOrDefault(dataset.name(), 0);
    }

    /** What should have been refused and was not, of one dataset. */
    List<String> breaches(Dataset dataset) {
        return breaches.stream()
                .filter(breach -> breach.startsWith(dataset.name() + " "))
                .toList();
    }

    void ask() {
        for (Place place : places) {
            for (UpState.RegionPorts region : state.regions()) {
                if (concerns(place.policy()) && !place.policy().isPlacedIn(region.name())) {
                    ask(place, region);
                }
            }
        }
    }

    private void ask(Place place, UpState.RegionPorts region) {
        String key = place.keyspace() + ":" + SECRET;
        try (var connection = new RedisConnection(region.respAddress(), TIMEOUT_MS)) {
            for (List<String> command : List.of(List.of("GET", key), List.of("SET", key, "1"))) {
                if (connection.call(command) instanceof Reply.Error(String text) && !text.contains(SECRET)) {
                    refused.merge(place.dataset(), 1, Integer::sum);
                } else {
                    breaches.add(place.dataset() + " in " + region.name() + " answers " + command.getFirst());
                }
            }
        } catch (IOException e) {
            // A region that is down or stands still tells nothing, which is all that is asked here.
            refused.merge(place.dataset(), 0, Integer::sum);
        }
    }
}
