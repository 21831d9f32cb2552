package io.millrace.runtime.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The files that a server's certificate comes from. They are told apart by what is in them, not by their times: so a mounted
 * secret, whose directory is a link that is turned to another, is noticed like a file written over.
 */
public record CertificateFiles(Path certificate, Path key, Optional<Path> clientCa) {
    /** What was in them at one time. */
    public record Content(byte[] certificate, byte[] key, byte[] clientCa) {
        boolean isSameAs(Content other) {
            return Arrays.equals(certificate, other.certificate)
                    && Arrays.equals(key, other.key)
                    && Arrays.equals(clientCa, other.clientCa);
        }
    }

    public Content read() throws BadCertificate {
        return new Content(read(certificate), read(key), clientCa.isPresent() ? read(clientCa.get()) : new byte[0]);
    }

    private static byte[] read(Path file) throws BadCertificate {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadCertificate(file, "cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }
}
