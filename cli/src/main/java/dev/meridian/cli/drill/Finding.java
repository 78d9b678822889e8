package dev.meridian.cli.drill;

/**
 * A promise of the file, and whether it held.
 *
 * @param dataset whose, or all
 * @param why it is promised, or what broke it
 */
public record Finding(String dataset, String promise, boolean held, String measured, String why) {}
