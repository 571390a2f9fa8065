package dev.convoy.tools.cluster;

/** Where a process of the cluster is in its life. */
public enum MemberState {
    STARTING,
    UP,
    /** We killed it with SIGKILL. */
    KILLED,
    /** We asked it to end. */
    STOPPED,
    /** It ended without being asked. */
    DIED
}
