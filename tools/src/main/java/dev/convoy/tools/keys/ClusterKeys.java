package dev.convoy.tools.keys;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * All secrets of a cluster, and the public key that follows from one of them. They leave this class for files that only their
 * owner may read, and for the environment of processes that we start; never for a log.
 *
 * @param pair with which the cluster proves itself to clients
 * @param tokenKey of nodes, 64 hex digits
 * @param resetKey of nodes and routers, 64 hex digits
 * @param adminToken of nodes, routers and operators
 */
public record ClusterKeys(ClusterKeyPair pair, String tokenKey, String resetKey, String adminToken) {
    /** Where keys are looked for unless one says otherwise: beside where one is. */
    public static final Path FOLDER = Path.of(".convoy");

    public static final String PUBLIC_FILE = "cluster.pub";
    private static final String PRIVATE_FILE = "cluster.key";
    private static final String TOKEN_FILE = "token.key";
    private static final String RESET_FILE = "reset.key";
    private static final String ADMIN_FILE = "admin.token";

    private static final int KEY_BYTES = 32;
    private static final int ADMIN_TOKEN_BYTES = 24;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Fresh ones. */
    public static ClusterKeys random() {
        SecureRandom random = new SecureRandom();
        byte[] pair = new byte[KEY_BYTES];
        random.nextBytes(pair);
        return new ClusterKeys(
                ClusterKeyPair.of(pair),
                hex(random, KEY_BYTES),
                hex(random, KEY_BYTES),
                hex(random, ADMIN_TOKEN_BYTES));
    }

    /** Those in a folder; when there are none, fresh ones that are in it from now on. */
    public static ClusterKeys openOrMake(Path folder) {
        if (Files.exists(folder.resolve(PRIVATE_FILE))) return open(folder);
        ClusterKeys made = random();
        made.writeNew(folder);
        return made;
    }

    private static ClusterKeys open(Path folder) {
        try {
            return new ClusterKeys(
                    ClusterKeyPair.parse(Files.readString(folder.resolve(PRIVATE_FILE))),
                    Files.readString(folder.resolve(TOKEN_FILE)).strip(),
                    Files.readString(folder.resolve(RESET_FILE)).strip(),
                    Files.readString(folder.resolve(ADMIN_FILE)).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.failed("The keys in " + folder + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Writes a file for each, which only the owner may read, and one that everybody may.
     *
     * @throws CommandFailure when one of them is there already: nothing has been written then
     */
    public void writeNew(Path folder) {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put(PRIVATE_FILE, pair.privateHex());
        secrets.put(TOKEN_FILE, tokenKey);
        secrets.put(RESET_FILE, resetKey);
        secrets.put(ADMIN_FILE, adminToken);
        try {
            Files.createDirectories(folder, OWNER_ONLY_FOLDER);
            for (String name : secrets.keySet()) requireNew(folder.resolve(name));
            requireNew(folder.resolve(PUBLIC_FILE));
            for (Map.Entry<String, String> secret : secrets.entrySet()) {
                Path file = Files.createFile(folder.resolve(secret.getKey()), OWNER_ONLY);
                Files.writeString(file, secret.getValue() + "\n");
            }
            String publicKey = pair.publicKey().toHex() + "\n";
            Files.writeString(folder.resolve(PUBLIC_FILE), publicKey, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.failed(e.getFile() + " is there already, and keys are not overwritten: without them"
                    + " every session is lost. Choose another folder with --dir, or remove it yourself.");
        } catch (IOException | UnsupportedOperationException e) {
            throw CommandFailure.failed("The keys could not be written to " + folder + ": " + e.getMessage() + ".", e);
        }
    }

    private static void requireNew(Path file) throws FileAlreadyExistsException {
        if (Files.exists(file)) throw new FileAlreadyExistsException(file.toString());
    }

    private static String hex(SecureRandom random, int bytes) {
        byte[] chance = new byte[bytes];
        random.nextBytes(chance);
        return HexFormat.of().formatHex(chance);
    }

    /** Only what is public. */
    @Override
    public String toString() {
        return "ClusterKeys(" + pair.publicKey().toHex() + ")";
    }
}
