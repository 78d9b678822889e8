/** What an operator asks of running nodes: the state it is judged by, the plan of what moves, and the requests themselves. */
@org.jspecify.annotations.NullMarked
package dev.meridian.cli.operator;
