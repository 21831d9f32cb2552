package io.millrace.gateway.identity;

import io.millrace.schemas.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Which device a client certificate is for: the first of its names, in the order asked for, that can be a device's. */
public final class CertificateNames {
    /** Where a certificate may name its device. */
    public enum Source {
        /** The subject's common name. */
        CN,
        /** A URI among the subject's other names; the part behind its last slash. */
        URI,
        /** A DNS name among the subject's other names. */
        DNS;

        /** @throws IllegalArgumentException saying what was expected */
        static Source of(String text) {
            for (Source source : values()) {
                if (source.text().equals(text)) {
                    return source;
                }
            }
            throw new IllegalArgumentException("expected cn, uri or dns");
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int GENERAL_NAME_DNS = 2;
    private static final int GENERAL_NAME_URI = 6;

    private final List<Source> order;

    public CertificateNames(List<Source> order) {
        this.order = List.copyOf(order);
    }

    Optional<DeviceId> device(X509Certificate certificate) {
        return order.stream()
                .flatMap(source -> names(certificate, source).stream())
                .filter(DeviceId::isValid)
                .map(DeviceId::new)
                .findFirst();
    }

    private static List<String> names(X509Certificate certificate, Source source) {
        return switch (source) {
            case CN -> commonNames(certificate);
            case URI ->
                alternatives(certificate, GENERAL_NAME_URI).stream()
                        .map(uri -> uri.substring(uri.lastIndexOf('/') + 1))
                        .toList();
            case DNS -> alternatives(certificate, GENERAL_NAME_DNS);
        };
    }

    /** The most specific first, as LDAP writes them. */
    private static List<String> commonNames(X509Certificate certificate) {
        try {
            List<String> names = new ArrayList<>();
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) {
                Rdn part = parts.get(i);
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    names.add(name);
                }
            }
            return names;
        } catch (InvalidNameException e) {
            return List.of();
        }
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) {
        try {
            @Nullable Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.get(0) instanceof Integer type && type == kind)
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
