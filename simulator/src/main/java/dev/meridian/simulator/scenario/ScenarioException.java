package dev.meridian.simulator.scenario;

/** A scenario file asks for something that is not there, or got another answer than it expects. */
public final class ScenarioException extends RuntimeException {
    ScenarioException(String message) {
        super(message);
    }
}
