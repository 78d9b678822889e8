package dev.meridian.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Everything that the HTTP door refuses: a stable code, which {@code meridian explain} knows, and its status. */
public enum HttpTrouble {
    BAD_REQUEST("MRD-4201", HttpResponseStatus.BAD_REQUEST, "not HTTP as this node reads it: mend the client"),
    URI_TOO_LONG("MRD-4202", HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request line is longer than 8 KiB"),
    HEADERS_TOO_LONG(
            "MRD-4203", HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are longer than 16 KiB"),
    UNEXPECTED_HOST(
            "MRD-4204",
            HttpResponseStatus.MISDIRECTED_REQUEST,
            "without a password this node answers to localhost and to IP addresses only, so that no web page can reach"
                    + " it by a name of its own"),
    BODY_REFUSED("MRD-4205", HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no request takes a body: send none"),
    METHOD_REFUSED(
            "MRD-4206",
            HttpResponseStatus.METHOD_NOT_ALLOWED,
            "what is read takes GET or HEAD, and what changes something POST"),
    NOT_FOUND("MRD-4207", HttpResponseStatus.NOT_FOUND, "nothing is served there; docs/http.md lists what is"),
    UNAUTHORIZED(
            "MRD-4208",
            HttpResponseStatus.UNAUTHORIZED,
            "this node has a password: send it as `Authorization: Bearer PASSWORD`, or as the password of Basic"),
    PROTECTED(
            "MRD-4209",
            HttpResponseStatus.FORBIDDEN,
            "this node has no password and answers only to its own machine: set one to ask from elsewhere"),
    CROWDED("MRD-4210", HttpResponseStatus.SERVICE_UNAVAILABLE, "too many connections or streams: ask again later"),
    FAILED("MRD-4211", HttpResponseStatus.INTERNAL_SERVER_ERROR, "the question could not be answered: see the log"),
    NOT_SERVING(
            "MRD-4212", HttpResponseStatus.SERVICE_UNAVAILABLE, "the node is starting or stopping: ask again later"),
    BAD_QUESTION(
            "MRD-4213",
            HttpResponseStatus.BAD_REQUEST,
            "a part of the query is missing or wrong; docs/http.md has them"),
    CONFLICT_CHANGED(
            "MRD-4214",
            HttpResponseStatus.CONFLICT,
            "the siblings are others by now: look at the conflict again and give its token"),
    NO_CONFLICT(
            "MRD-4215",
            HttpResponseStatus.NOT_FOUND,
            "nothing waits at this key: it was resolved, or never in conflict"),
    REFUSED("MRD-4216", HttpResponseStatus.SERVICE_UNAVAILABLE, "the node refuses this as it refuses it to any client"),
    FOREIGN_PAGE("MRD-4217", HttpResponseStatus.FORBIDDEN, "a web page may not change anything here");

    private final String code;
    private final HttpResponseStatus status;
    private final String detail;

    HttpTrouble(String code, HttpResponseStatus status, String detail) {
        this.code = code;
        this.status = status;
        this.detail = detail;
    }

    public String code() {
        return code;
    }

    HttpResponseStatus status() {
        return status;
    }

    String title() {
        return status.reasonPhrase();
    }

    String detail() {
        return detail;
    }
}
