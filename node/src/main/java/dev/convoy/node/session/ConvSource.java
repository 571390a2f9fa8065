package dev.convoy.node.session;

import io.vertx.core.Future;

/** Where a shard's convs come from and go to. */
public interface ConvSource {
    int NONE = 0;

    /** A conv that nobody has or has had lately, or {@link #NONE}. */
    int take();

    /** This conv, as a client proposed it: true when it is the caller's now, false when somebody has it or has had it lately. */
    Future<Boolean> claim(int conv);

    /** The conv is not in use any more; nobody gets it for a while. */
    void release(int conv);
}
