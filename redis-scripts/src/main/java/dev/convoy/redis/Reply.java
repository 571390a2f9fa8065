package dev.convoy.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Lua step answered: a code, then values by position from 1 on. A value of an unexpected shape is a fault of ours and
 * throws.
 */
final class Reply {
    private final List<?> values;

    Reply(List<?> values) {
        this.values = values;
    }

    String code() {
        return text(0);
    }

    int size() {
        return values.size();
    }

    String text(int index) {
        return new String(bytes(index), StandardCharsets.UTF_8);
    }

    byte[] bytes(int index) {
        byte @Nullable [] bytes = bytesOrNull(index);
        if (bytes == null) {
            throw new IllegalStateException("no value at " + index + " of " + this);
        }
        return bytes;
    }

    byte @Nullable [] bytesOrNull(int index) {
        Object value = values.get(index);
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        throw new IllegalStateException("not a string at " + index + " of " + this);
    }

    /** An integer reply, or a string of decimal digits. */
    long number(int index) {
        Object value = values.get(index);
        return value instanceof Long number ? number : Long.parseLong(text(index));
    }

    Reply list(int index) {
        if (values.get(index) instanceof List<?> list) {
            return new Reply(list);
        }
        throw new IllegalStateException("not a list at " + index + " of " + this);
    }

    List<String> texts() {
        List<String> texts = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            texts.add(text(i));
        }
        return texts;
    }

    /** The fence at three positions from {@code index} on. */
    Fence fence(int index) {
        return new Fence((int) number(index), number(index + 1), number(index + 2));
    }

    IllegalStateException unexpected() {
        return new IllegalStateException("not a reply of this step: " + code());
    }

    @Override
    public String toString() {
        return "a reply of " + values.size() + " values";
    }
}
