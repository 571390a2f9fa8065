package dev.convoy.tools.cluster;

/** Where a process of the cluster is in its life. */
public enum MemberState {
    STARTING,
    UP,
    /** We asked it to hand over what it has and to end. */
    DRAINING,
    /** We stopped it with SIGSTOP; it lives, but cannot do anything. */
    PAUSED,
    /** We killed it with SIGKILL. */
    KILLED,
    /** We asked it to end, and if it was drained it has ended with 0. */
    STOPPED,
    /** It ended without being asked, or otherwise than it was asked. */
    DIED
}
