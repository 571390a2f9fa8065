package dev.convoy.node.session;

/** Where a shard's convs come from and go to. */
public interface ConvSource {
    int NONE = 0;

    /** A conv that nobody has or has had lately, or {@link #NONE}. */
    int take();

    /** The conv is not in use any more; nobody gets it for a while. */
    void release(int conv);
}
