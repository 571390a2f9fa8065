package dev.convoy.protocol.conv;

/** What {@link ConvAllocator#take} answers: a conv, or why there is none. */
public sealed interface Allocation {
    /** It is yours until it is released. */
    record Taken(int conv) implements Allocation {
        @Override
        public String toString() {
            return "Taken(" + Conv.toString(conv) + ")";
        }
    }

    /** There is none. */
    enum Refusal implements Allocation {
        /** As many are held as may be: come back when one has been released and has left its quarantine. */
        FULL,
        /** There are free ones, but not near: this call has looked at as many as a call may. The next goes on from there. */
        SEARCHING
    }

    /** The conv taken, or {@link Conv#NONE}. */
    default int convOrNone() {
        return this instanceof Taken taken ? taken.conv() : Conv.NONE;
    }
}
