package dev.convoy.redis;

import java.util.ArrayList;
import java.util.List;

/** The arguments of a step, in its order. Numbers are written in decimal: a Lua number loses what is beyond 2⁵³. */
final class Args {
    private final List<byte[]> values = new ArrayList<>();

    static Args of(Fence fence) {
        return new Args().add(fence.serverId()).add(fence.epoch()).add(fence.generation());
    }

    Args add(String text) {
        values.add(Steps.utf8(text));
        return this;
    }

    Args add(byte[] bytes) {
        values.add(bytes);
        return this;
    }

    Args add(long number) {
        return add(Long.toString(number));
    }

    Args addUnsigned(long number) {
        return add(Long.toUnsignedString(number));
    }

    Args add(boolean flag) {
        return add(flag ? "1" : "0");
    }

    byte[][] toArray() {
        return values.toArray(byte[][]::new);
    }
}
