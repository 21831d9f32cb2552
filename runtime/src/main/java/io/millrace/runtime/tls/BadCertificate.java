package io.millrace.runtime.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of {@link CertificateFiles} that cannot be used; the message names it and says why. */
public final class BadCertificate extends Exception {
    public BadCertificate(Path file, String reason, @Nullable Throwable cause) {
        super(file + ": " + reason, cause);
    }
}
