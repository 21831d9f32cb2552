package io.millrace.rules.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files of one directory so that nobody, and no crash, ever sees half of one: beside it, to the disk, then in its place. */
final class RuleFileWriter {

    private final Path directory;

    RuleFileWriter(Path directory) {
        this.directory = directory;
    }

    void write(String name, String text) throws IOException {
        // Hidden: whoever reads rule files passes it over.
        Path beside = directory.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
        Path file = directory.resolve(name);
        try {
            try (FileChannel out = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    var unused = out.write(bytes);
                }
                out.force(true);
            }
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(file));
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
        sync();
    }

    void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
        sync();
    }

    /** The names too. */
    private void sync() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
