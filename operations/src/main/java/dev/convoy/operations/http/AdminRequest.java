package dev.convoy.operations.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** One admin call: what its address and its body say, checked as it is read. */
public final class AdminRequest {
    private final RoutingContext context;

    AdminRequest(RoutingContext context) {
        this.context = context;
    }

    /** A part of the path, decoded, e.g. {@code id} of {@code /v1/sessions/:id/kick}. */
    public String path(String name) {
        String value = context.pathParam(name);
        if (value == null) throw new IllegalArgumentException("no part of the path is called " + name);
        return value;
    }

    /** What stands behind the question mark, e.g. {@code room} of {@code ?room=lobby}. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(context.request().getParam(name)).filter(text -> !text.isEmpty());
    }

    /** A number behind the question mark; refused when it is none or out of these bounds. */
    public int query(String name, int otherwise, int min, int max) {
        Optional<String> text = query(name);
        if (text.isEmpty()) return otherwise;
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) return value;
        } catch (NumberFormatException noNumber) {
            // Told below, as a number out of bounds is.
        }
        throw AdminFailure.badRequest("'" + name + "' must be a whole number from " + min + " to " + max + ".");
    }

    /** {@code true} or {@code false} behind the question mark; false when nothing is said. */
    public boolean flag(String name) {
        String text = query(name).orElse("false");
        if (text.equals("true") || text.equals("false")) return text.equals("true");
        throw AdminFailure.badRequest("'" + name + "' must be true or false.");
    }

    /** The body, a JSON object; an empty one when there is none. */
    public JsonObject body() {
        Buffer bytes = context.body().buffer();
        if (bytes == null || bytes.length() == 0) return new JsonObject();
        try {
            return new JsonObject(bytes);
        } catch (DecodeException | ClassCastException noObject) {
            throw AdminFailure.badRequest("The body must be a JSON object.");
        }
    }

    /** A text of the body; refused when it is something else or too long. */
    public Optional<String> text(String name, int charactersMax) {
        Object value = body().getValue(name);
        if (value == null) return Optional.empty();
        if (value instanceof String text && text.length() <= charactersMax) return Optional.of(text);
        throw AdminFailure.badRequest("'" + name + "' must be text of at most " + charactersMax + " characters.");
    }

    /** A whole number of the body; refused when it is something else or out of these bounds. */
    public Optional<Long> number(String name, long min, long max) {
        Object value = body().getValue(name);
        if (value == null) return Optional.empty();
        boolean isWhole = value instanceof Integer || value instanceof Long;
        if (isWhole && ((Number) value).longValue() >= min && ((Number) value).longValue() <= max) {
            return Optional.of(((Number) value).longValue());
        }
        throw AdminFailure.badRequest("'" + name + "' must be a whole number from " + min + " to " + max + ".");
    }

    /** What the caller presented, to present it to another process of the cluster in the caller's name. */
    public String authorization() {
        return context.request().getHeader("Authorization");
    }
}
