package io.millrace.gateway.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of {@link CertificateFiles} that cannot be used; the message names it and says why. */
final class BadCertificate extends Exception {
    BadCertificate(Path file, String reason, @Nullable Throwable cause) {
        super(file + ": " + reason, cause);
    }
}
