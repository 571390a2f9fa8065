package dev.convoy.protocol.kcp;

/** The kinds of congestion control that come with the core. */
public final class Congestion {
    /** Only the two ends' windows limit what is in flight ({@code nc=1}): right for games, which send little and at once. */
    public static final CongestionControl.Factory NONE = settings -> Unlimited.INSTANCE;

    /** The reference's slow start and congestion avoidance ({@code nc=0}). */
    public static final CongestionControl.Factory REFERENCE =
            settings -> new ReferenceCongestionControl(true, settings.fastResendAfter());

    /** Paces by the rate at which the path was seen to deliver, after BBR: for large transfers, also where losses come by chance. */
    public static final CongestionControl.Factory PACED = settings -> new PacedCongestionControl();

    private Congestion() {}

    /** Without state, so that all conversations share it. */
    private static final class Unlimited implements CongestionControl {
        static final CongestionControl INSTANCE = new Unlimited();
    }
}
