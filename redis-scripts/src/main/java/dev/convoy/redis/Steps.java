package dev.convoy.redis;

import dev.convoy.redis.StepObserver.Trouble;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Runs Lua steps: EVALSHA, and EVAL when the server does not know the script (it forgets them all at every failover).
 *
 * <p>Thread-safe, as the connection below it is.
 */
final class Steps {
    private final RedisClusterAsyncCommands<String, byte[]> commands;
    private volatile StepObserver observer = StepObserver.NONE;

    Steps(RedisClusterAsyncCommands<String, byte[]> commands) {
        this.commands = commands;
    }

    /** Runs a step. The stage fails with {@link RedisUnavailable}, or with an {@link IllegalStateException} if the fault is ours. */
    CompletionStage<Reply> run(Script script, List<String> keys, Args args) {
        String[] keyArray = keys.toArray(String[]::new);
        byte[][] argArray = args.toArray();
        long askedNanos = System.nanoTime();
        try {
            CompletionStage<List<Object>> bySha =
                    commands.evalsha(script.sha1(), ScriptOutputType.MULTI, keyArray, argArray);
            return bySha.handle((values, failure) -> {
                        if (failure == null) {
                            observer.onAnswer(System.nanoTime() - askedNanos);
                            return CompletableFuture.completedStage(new Reply(values));
                        }
                        if (cause(failure) instanceof RedisNoScriptException) {
                            observer.onTrouble(Trouble.NOSCRIPT);
                            return bySource(script, keyArray, argArray);
                        }
                        return CompletableFuture.<Reply>failedStage(told(script, failure));
                    })
                    .thenCompose(stage -> stage);
        } catch (RedisException e) {
            return CompletableFuture.failedStage(told(script, e));
        }
    }

    private CompletionStage<Reply> bySource(Script script, String[] keys, byte[][] args) {
        CompletionStage<List<Object>> answer = commands.eval(script.source(), ScriptOutputType.MULTI, keys, args);
        return answer.handle((values, failure) -> failure == null
                        ? CompletableFuture.completedStage(new Reply(values))
                        : CompletableFuture.<Reply>failedStage(told(script, failure)))
                .thenCompose(stage -> stage);
    }

    /** From now on. */
    void observe(StepObserver newObserver) {
        observer = newObserver;
    }

    private RuntimeException told(Script script, Throwable failure) {
        RuntimeException translated = translate(script, failure);
        if (cause(failure) instanceof RedisCommandTimeoutException) observer.onTrouble(Trouble.TIMEOUT);
        else if (translated instanceof RedisUnavailable) observer.onTrouble(Trouble.UNAVAILABLE);
        else observer.onTrouble(Trouble.FAULT);
        return translated;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static RuntimeException translate(Script script, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof RedisCommandTimeoutException) {
            return new RedisUnavailable("Redis did not answer " + script.name() + " in time", cause);
        }
        if (cause instanceof RedisCommandExecutionException && !isPassing(String.valueOf(cause.getMessage()))) {
            return new IllegalStateException("the step " + script.name() + " failed: " + cause.getMessage(), cause);
        }
        return new RedisUnavailable("Redis is not available: " + cause.getMessage(), cause);
    }

    /** Errors of a server that is starting, failing over, full or being reshaped; all others mean that the step is wrong. */
    private static boolean isPassing(String message) {
        int from = message.startsWith("ERR Error running script") ? message.indexOf(": -") + 3 : 0; // before Redis 7
        String code = message.substring(from, Math.max(from, message.indexOf(' ', from)));
        return switch (code) {
            case "LOADING",
                    "BUSY",
                    "READONLY",
                    "MASTERDOWN",
                    "CLUSTERDOWN",
                    "TRYAGAIN",
                    "MOVED",
                    "ASK",
                    "OOM",
                    "MISCONF",
                    "NOREPLICAS",
                    "UNBLOCKED",
                    "NOAUTH",
                    "WRONGPASS" -> true;
            default -> message.startsWith("ERR max number of clients");
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
