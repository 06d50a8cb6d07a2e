package io.tendril.core;

/**
 * A reactor's counters since it was made, and its gauges.
 *
 * @param turns turns run
 * @param connections stream connections open now
 * @param listeners listeners open now
 * @param delayedCalls delayed calls pending now
 * @param coroutines coroutines that have not ended now
 * @param accepted connections accepted
 * @param connected connections made as a client
 * @param refused connections that a factory or a policy refused
 * @param failedHandshakes TLS handshakes with clients that came to nothing
 * @param outboundBytes bytes written and not yet accepted by the kernel, over all connections
 * @param lateResults results of threads that arrived after the end
 * @param blockingCalls calls in threads of a pool, running or waiting, that have no result yet
 * @param refusedBlockingCalls such calls that a pool has not taken, since it was full
 */
public record ReactorStats(
    long turns,
    int connections,
    int listeners,
    int delayedCalls,
    int coroutines,
    long accepted,
    long connected,
    long refused,
    long failedHandshakes,
    long outboundBytes,
    long lateResults,
    int blockingCalls,
    long refusedBlockingCalls) {}
