package io.millrace.gateway.identity;

import io.millrace.gateway.identity.CertificateNames.Source;
import io.millrace.runtime.config.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * What client certificates say of devices.
 *
 * @param register whether a device that the registry does not know is entered there
 */
public record CertificateConfig(List<Source> names, boolean register) {
    public CertificateConfig {
        names = List.copyOf(names);
    }

    public static CertificateConfig of(Settings settings) {
        String path = "identity.certificate.names";
        List<Source> names = new ArrayList<>();
        for (String text : settings.list(
                path,
                List.of("cn", "uri", "dns"),
                "Where a client certificate names its device, first found: its CN, and of its other names URI (behind the last /) and DNS.")) {
            try {
                names.add(Source.of(text));
            } catch (IllegalArgumentException e) {
                settings.problem(path, "\"" + text + "\"", String.valueOf(e.getMessage()));
            }
        }
        return new CertificateConfig(
                names,
                settings.flag(
                        "identity.certificate.register",
                        false,
                        "Enter a device that shows a certificate of mqtt.tls.client-ca into the registry, if it is not there."));
    }
}
