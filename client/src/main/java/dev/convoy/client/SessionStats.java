package dev.convoy.client;

/**
 * Figures of a session, from its beginning in this process and over all its convs.
 *
 * @param rttMs smoothed round-trip time of the present conv; 0 while nothing has been measured
 * @param resumes how often the session has come back, a return from stored credentials included
 * @param datagramsIn taken from the server
 * @param datagramsOut sent, repeated ones included
 * @param datagramsDropped that arrived and were nobody's: late, foreign or damaged
 * @param unacknowledged messages that the service has not yet confirmed
 * @param confirmed the number of the last message that the service has, durably, counted from the beginning of the
 *     session, other processes of this player included
 */
public record SessionStats(
        long rttMs,
        long resumes,
        long datagramsIn,
        long datagramsOut,
        long datagramsDropped,
        int unacknowledged,
        long confirmed) {}
