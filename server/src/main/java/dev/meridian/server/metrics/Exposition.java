package dev.meridian.server.metrics;

/** The Prometheus text format, version 0.0.4. A metric's samples follow its head. Not thread-safe. */
final class Exposition {
    private final StringBuilder out = new StringBuilder(16 << 10);

    /** @param type counter, gauge or histogram */
    void metric(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** A metric with one sample. */
    void single(String name, String type, String help, double value) {
        metric(name, type, help);
        sample(name, value);
    }

    /** @param labels names and values in turn */
    void sample(String name, double value, String... labels) {
        out.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escaped(labels[i + 1]);
            out.append('"');
        }
        if (labels.length > 0) {
            out.append('}');
        }
        out.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append('\n');
    }

    private void escaped(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
    }

    String text() {
        return out.toString();
    }
}
