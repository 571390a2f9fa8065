package dev.convoy.client;

/** No server gave an answer in time; stored credentials are kept, so joining may be tried again. */
public final class ServiceUnreachableException extends RuntimeException {
    ServiceUnreachableException(String message) {
        super(message);
    }
}
