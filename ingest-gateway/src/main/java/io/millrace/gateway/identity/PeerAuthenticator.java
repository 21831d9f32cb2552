package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Decides which device a client is that TLS has already made prove something, and whether it may. A certificate of the CA needs
 * nothing more, unless the registry knows the device: then it must be enabled, and the certificate one of those it may show.
 * Any thread.
 */
public final class PeerAuthenticator {
    private final DeviceTable devices;
    private final CertificateNames names;
    private final Consumer<DeviceId> newcomer;
    private final Clock clock;

    /** @param newcomer told of each device that is let in and not in the registry */
    public PeerAuthenticator(DeviceTable devices, CertificateNames names, Consumer<DeviceId> newcomer, Clock clock) {
        this.devices = devices;
        this.names = names;
        this.newcomer = newcomer;
        this.clock = clock;
    }

    /** @param clientId empty if the client gave none */
    public Identity byCertificate(X509Certificate certificate, String clientId) {
        Date now = Date.from(clock.instant());
        if (now.before(certificate.getNotBefore()) || now.after(certificate.getNotAfter())) {
            return new Identity.BadCredentials();
        }
        DeviceId id = names.device(certificate).orElse(null);
        if (id == null) {
            return new Identity.NotAuthorized();
        }
        Credential.Certificate credential = new Credential.Certificate(
                fingerprint(certificate), certificate.getNotAfter().toInstant());
        if (!devices.admits(id, credential)) {
            return new Identity.NotAuthorized();
        }
        if (!clientId.isEmpty() && !clientId.equals(id.value())) {
            return new Identity.BadClientId();
        }
        if (devices.find(id.value()).isEmpty()) {
            newcomer.accept(id);
        }
        return new Identity.Device(id, credential);
    }

    /**
     * @param device that has proven to have its key for TLS-PSK
     * @param generation of the key
     * @param clientId empty if the client gave none
     */
    public Identity byPsk(DeviceId device, int generation, String clientId) {
        Credential.Psk credential = new Credential.Psk(generation);
        if (!devices.admits(device, credential)) {
            return new Identity.NotAuthorized();
        }
        return clientId.isEmpty() || clientId.equals(device.value())
                ? new Identity.Device(device, credential)
                : new Identity.BadClientId();
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that TLS has taken", e);
        }
    }
}
