/**
 * What clients did and were told, and checkers that judge it without knowing anything of the system that answered: for
 * the simulator's clients and for real ones on real processes.
 *
 * <p>The workloads write unique values, so that every read tells which writes it saw: sets that only grow (SADD, SMEMBERS), lists that
 * only grow (RPUSH, LRANGE 0 -1), counters (INCRBY, GET), registers (SET, GET), keys that are written, deleted and never used again (DEL,
 * EXISTS), and MULTI blocks over several keys of one group. Elle judges such histories too; it is not on Maven Central, so these are
 * checkers of equal power for these workloads.
 */
@NullMarked
package dev.meridian.simulator.history;

import org.jspecify.annotations.NullMarked;
