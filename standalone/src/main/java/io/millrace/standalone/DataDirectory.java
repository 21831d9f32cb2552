package io.millrace.standalone;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything between starts: this user's alone, for digests and readings lie in it, and this
 * process's alone while it runs, for two brokers on one log would ruin it. The lock goes with the process, however it ends.
 */
final class DataDirectory implements AutoCloseable {
    private final FileChannel channel;

    private DataDirectory(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartException if it cannot be used, or another process uses it */
    static DataDirectory open(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Files.createDirectories(directory);
                restrict(directory);
            }
            Path file = directory.resolve("lock");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartException(
                        "--data " + directory + " is in use by another Millrace (pid "
                                + Files.readString(file).strip() + ")",
                        null);
            }
            var unused = channel.truncate(0)
                    .write(StandardCharsets.US_ASCII.encode(
                            Long.toString(ProcessHandle.current().pid())));
            return new DataDirectory(channel);
        } catch (IOException e) {
            throw new StartException("--data " + directory + " cannot be used (" + e + ")", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this JVM already, as in a test that starts twice.
            return null;
        }
    }

    private static void restrict(Path directory) throws IOException {
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            var unused = Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the data directory's lock was not given back", e);
        }
    }
}
