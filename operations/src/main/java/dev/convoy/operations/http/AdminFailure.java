package dev.convoy.operations.http;

/** Ends an admin call with a status of HTTP and one sentence for whoever made it. */
public final class AdminFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    private AdminFailure(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    /** 400: what was asked for is not understood. */
    public static AdminFailure badRequest(String sentence) {
        return new AdminFailure(400, sentence);
    }

    /** 404: there is no such thing. */
    public static AdminFailure notFound(String sentence) {
        return new AdminFailure(404, sentence);
    }

    /** 409: not in the state that it is in. */
    public static AdminFailure conflict(String sentence) {
        return new AdminFailure(409, sentence);
    }

    /** 503: not now; worth trying again. */
    public static AdminFailure unavailable(String sentence) {
        return new AdminFailure(503, sentence);
    }

    static AdminFailure of(int status, String sentence) {
        return new AdminFailure(status, sentence);
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }
}
