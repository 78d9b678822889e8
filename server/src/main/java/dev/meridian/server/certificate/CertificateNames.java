package dev.meridian.server.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * For whom a certificate speaks. Its subject alternative names hold {@code meridian://CLUSTER/region/REGION}, once, and
 * {@code meridian://CLUSTER/dataset/NAME} for each dataset that the region may hold; without any it may hold all.
 */
public record CertificateNames(String cluster, String region, SortedSet<String> datasets) {
    private static final int URI = 6;
    private static final String SCHEME = "meridian://";

    public CertificateNames {
        datasets = Collections.unmodifiableSortedSet(new TreeSet<>(datasets));
    }

    /** Whether the region may hold all of these. */
    public boolean mayHold(Collection<String> names) {
        return datasets.isEmpty() || datasets.containsAll(names);
    }

    /** Null when the certificate names no region, or several, or those of several clusters. */
    public static @Nullable CertificateNames of(X509Certificate certificate) {
        List<String[]> parts = new ArrayList<>();
        for (String name : names(certificate)) {
            if (name.startsWith(SCHEME)) {
                parts.add(name.substring(SCHEME.length()).split("/", -1));
            }
        }
        String cluster = null;
        String region = null;
        SortedSet<String> datasets = new TreeSet<>();
        for (String[] part : parts) {
            boolean other = cluster != null && !cluster.equals(part[0]);
            if (part.length != 3 || other || part[2].isEmpty()) {
                return null;
            }
            cluster = part[0];
            if (part[1].equals("dataset")) {
                datasets.add(part[2]);
            } else if (part[1].equals("region") && region == null) {
                region = part[2];
            } else {
                return null;
            }
        }
        return cluster == null || region == null ? null : new CertificateNames(cluster, region, datasets);
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            List<String> uris = new ArrayList<>();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.get(0).equals(URI) && each.get(1) instanceof String uri) {
                    uris.add(uri);
                }
            }
            return uris;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** As a certificate holds them. */
    List<String> uris() {
        List<String> uris = new ArrayList<>();
        uris.add(SCHEME + cluster + "/region/" + region);
        datasets.forEach(dataset -> uris.add(SCHEME + cluster + "/dataset/" + dataset));
        return uris;
    }
}
