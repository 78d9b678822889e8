package dev.meridian.server.link;

/** The other side broke a rule of the link: the connection ends. */
final class LinkFaultException extends RuntimeException {
    private final transient LinkFault fault;

    LinkFaultException(LinkFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    LinkFault fault() {
        return fault;
    }
}
