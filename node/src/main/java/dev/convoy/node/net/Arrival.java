package dev.convoy.node.net;

/**
 * How a request for a conv came in.
 *
 * @param attempt the client's nonce: a repeated request has the same
 * @param path where it came from first
 * @param suite that it was made in, and that the conv will have
 * @param proposal the conv that the client would like, or the low 24 bits of it; 0 = any
 */
public record Arrival(long attempt, ClientPath path, Suite suite, int proposal) {
    /** One without a wish. */
    public Arrival(long attempt, ClientPath path, Suite suite) {
        this(attempt, path, suite, 0);
    }

    /** The same with a wish. */
    public Arrival proposing(int conv) {
        return new Arrival(attempt, path, suite, conv);
    }
}
