package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.ErrorCode;

/**
 * A server's word about a conv.
 *
 * @param conv the client's from now on, or {@link Conv#NONE} with a result that {@linkplain Result#isGranted grants} none
 */
public record ConvVerdict(Result result, int conv) {
    /** How it was decided. */
    public enum Result {
        /** Assigned, or as proposed. */
        ACCEPTED(0),
        /** As proposed; its holder is to be evicted first. */
        ACCEPTED_EVICTING(0),
        /** Another than the proposed one. */
        REASSIGNED(1),
        /** The proposed one is in use. */
        REFUSED(ErrorCode.CONV_IN_USE.code()),
        /** No conv is free. */
        FULL(ErrorCode.NO_CONV_FREE.code()),
        /** None was found at once; the same request again finds one. */
        SEARCHING(ErrorCode.RETRY_LATER.code());

        private final int code;

        Result(int code) {
            this.code = code;
        }

        /** The {@code result} of the bare answers: 0 accepted, 1 reassigned, else an {@link ErrorCode}. */
        public int code() {
            return code;
        }

        public boolean isGranted() {
            return this == ACCEPTED || this == ACCEPTED_EVICTING || this == REASSIGNED;
        }
    }

    static ConvVerdict of(Result whenTaken, Allocation allocation) {
        if (allocation instanceof Allocation.Taken taken) return new ConvVerdict(whenTaken, taken.conv());
        return new ConvVerdict(allocation == Allocation.Refusal.FULL ? Result.FULL : Result.SEARCHING, Conv.NONE);
    }

    @Override
    public String toString() {
        return "ConvVerdict(" + result + " " + Conv.toString(conv) + ")";
    }
}
