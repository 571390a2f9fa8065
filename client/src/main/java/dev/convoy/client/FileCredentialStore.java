package dev.convoy.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Credentials in a file: mode 0600, and at every moment either the old ones or the new ones, because they are
 * written beside it, forced to the disk and renamed over it. Work on the file is done on a worker thread.
 */
final class FileCredentialStore implements CredentialStore {
    private static final int BYTES_MAX = 4_096;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /**
     * By file, what was asked for last: a client that was abandoned may still be writing when its successor in this process
     * begins, and what was asked for first is done first.
     */
    private static final Map<Path, Future<?>> LAST = new ConcurrentHashMap<>();

    private final Path file;
    private final Path fresh;
    private final boolean posix;

    FileCredentialStore(Path path) {
        this.file = path.toAbsolutePath();
        this.fresh = file.resolveSibling(file.getFileName() + ".new");
        this.posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public Future<Optional<byte[]>> load() {
        return onWorker(this::read);
    }

    @Override
    public Future<Void> save(byte[] credentials) {
        return onWorker(() -> {
            write(credentials);
            return null;
        });
    }

    @Override
    public Future<Void> clear() {
        return onWorker(() -> {
            Files.deleteIfExists(file);
            return null;
        });
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private Optional<byte[]> read() throws IOException {
        try {
            if (posix) refuseWhenOthersCanRead();
            if (Files.size(file) > BYTES_MAX) throw damaged("it is larger than credentials can be", null);
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw damaged("it cannot be read", e);
        }
    }

    private void refuseWhenOthersCanRead() throws IOException {
        if (OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) return;
        throw new CredentialsUnreadableException("The credentials in " + file
                + " can be read by other users of this machine; run chmod 600 on the file.");
    }

    private CredentialsUnreadableException damaged(String why, @Nullable Exception cause) {
        String sentence = "The credentials in " + file + " are unusable (" + why + "); remove the file to join anew.";
        return cause == null
                ? new CredentialsUnreadableException(sentence)
                : new CredentialsUnreadableException(sentence, cause);
    }

    private void write(byte[] credentials) throws IOException {
        Files.deleteIfExists(fresh); // of a process that was killed in the middle
        Set<StandardOpenOption> create = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(fresh, create, ownerOnly())) {
            ByteBuffer bytes = ByteBuffer.wrap(credentials);
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    private FileAttribute<?>[] ownerOnly() {
        if (!posix) return new FileAttribute<?>[0];
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)};
    }

    /** So that the rename survives a loss of power; where directories cannot be opened it is as good as it gets. */
    private void forceDirectory() throws IOException {
        Path directory = file.getParent();
        if (!posix || directory == null) return;
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private <T> Future<T> onWorker(Callable<T> work) {
        Promise<T> done = Promise.promise();
        Context context = Vertx.currentContext();
        Future<?> before = LAST.put(file, done.future());
        done.future().onComplete(over -> LAST.remove(file, done.future()));
        if (before == null) {
            work(context, work).onComplete(done);
        } else {
            before.onComplete(over -> work(context, work).onComplete(done));
        }
        return done.future();
    }

    /** Outside of Vert.x on the caller's thread, which may block. */
    private static <T> Future<T> work(@Nullable Context context, Callable<T> work) {
        if (context != null) return context.executeBlocking(work, true);
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
