package dev.convoy.redis;

/** Is told how the steps fare, on whatever thread; must be quick and must not throw. */
public interface StepObserver {
    /** Nobody looks. */
    StepObserver NONE = new StepObserver() {
        @Override
        public void onAnswer(long nanos) {}

        @Override
        public void onTrouble(Trouble trouble) {}
    };

    /** What may go wrong with a step. */
    enum Trouble {
        /** No answer in time. */
        TIMEOUT,
        /** The server did not know the script (it forgets them at a failover) and was sent its source. Not an error. */
        NOSCRIPT,
        /** Redis is away, full, loading or failing over. */
        UNAVAILABLE,
        /** The step is wrong: a fault of ours. */
        FAULT
    }

    /** A step was answered, so long after it was asked for: its time in queues included. */
    void onAnswer(long nanos);

    void onTrouble(Trouble trouble);
}
