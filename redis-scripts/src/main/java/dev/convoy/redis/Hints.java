package dev.convoy.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.redisson.api.RTopic;

/**
 * Messages from node to node that make things faster, and that may be lost: nothing may hang on one. What a hint announces is also found
 * by looking regularly.
 *
 * <p>Listeners are called on a thread of Redisson's and must not block.
 */
public final class Hints {
    private static final String PREFIX = "hint:";
    private static final String DIRECTORY = PREFIX + "directory";
    private static final String KICK = PREFIX + "kick";
    private static final String DRAIN = PREFIX + "drain";

    private final Coordination coordination;

    Hints(Coordination coordination) {
        this.coordination = coordination;
    }

    /** Ends a subscription. */
    public interface Subscription {
        CompletionStage<Void> end();
    }

    /** Tells everybody that the directory is worth reading. */
    public CompletionStage<Void> directoryChanged() {
        return publish(DIRECTORY, "");
    }

    /** Calls back whenever somebody says that the directory is worth reading. */
    public CompletionStage<Subscription> onDirectoryChanged(Runnable listener) {
        return subscribe(DIRECTORY, message -> listener.run());
    }

    /** Tells whoever holds sessions of a user to end them; their tokens have been revoked before. */
    public CompletionStage<Void> kick(String user) {
        return publish(KICK, Keys.name(user));
    }

    /** Calls back with the name of a user whose sessions are to end. */
    public CompletionStage<Subscription> onKick(Consumer<String> listener) {
        return subscribe(KICK, listener);
    }

    /** Asks an instance to drain. */
    public CompletionStage<Void> drain(String instance) {
        return publish(DRAIN, Keys.name(instance));
    }

    /** Calls back with the name of an instance that is to drain. */
    public CompletionStage<Subscription> onDrain(Consumer<String> listener) {
        return subscribe(DRAIN, listener);
    }

    private CompletionStage<Void> publish(String topic, String message) {
        return coordination
                .client()
                .thenCompose(client -> client.getTopic(topic).publishAsync(message))
                .thenAccept(receivers -> {});
    }

    private CompletionStage<Subscription> subscribe(String name, Consumer<String> listener) {
        return coordination.client().thenCompose(client -> {
            RTopic topic = client.getTopic(name);
            return topic.addListenerAsync(String.class, (channel, message) -> listener.accept(message))
                    .thenApply(id -> () -> topic.removeListenerAsync(id));
        });
    }
}
