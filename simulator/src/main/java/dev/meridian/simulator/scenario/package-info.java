/** Scenario files: commands with their expected output, played in simulated time. */
package dev.meridian.simulator.scenario;
