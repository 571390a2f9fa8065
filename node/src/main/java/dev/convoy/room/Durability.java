package dev.convoy.room;

/** What a crash of its node may take from a room. A planned drain takes nothing from any. */
public enum Durability {
    /** Everything: the room lives in the node alone. Survives a changed address and a restarted client. */
    MEMORY,
    /**
     * What happened since the last checkpoint. Messages are answered at once and acknowledged at the next checkpoint;
     * after a crash clients send again what was not, and are told {@linkplain Room#stateFor what stands}.
     */
    CHECKPOINT,
    /** Nothing: no answer leaves and no message is acknowledged before it is in Redis. */
    STRICT
}
