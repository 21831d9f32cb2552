package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {
    private static final Set<String> KNOWN = Set.of("AA:BB:CC", "pump");

    private static String header(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void thePasswordBeginsBehindTheFirstColon() {
        assertThat(BasicCredentials.of(header("nobody:a:b"), KNOWN::contains))
                .contains(new BasicCredentials("nobody", "a:b"));
        assertThat(BasicCredentials.of(header("pump:a:b"), KNOWN::contains))
                .contains(new BasicCredentials("pump", "a:b"));
        assertThat(BasicCredentials.of(header("pump:"), KNOWN::contains)).contains(new BasicCredentials("pump", ""));
    }

    @Test
    void aKnownMacAddressKeepsItsColons() {
        assertThat(BasicCredentials.of(header("AA:BB:CC:secret"), KNOWN::contains))
                .contains(new BasicCredentials("AA:BB:CC", "secret"));
    }

    @Test
    void theSchemeIsReadInAnyCase() {
        assertThat(BasicCredentials.of(header("pump:x").replace("Basic", "bAsIc"), KNOWN::contains))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic !!!", "Basic cHVtcA==", "Bearer cHVtcDp4"})
    void allElseIsNoCredentials(String header) {
        assertThat(BasicCredentials.of(header, KNOWN::contains)).isEmpty();
    }

    @Test
    void thePasswordIsNotShown() {
        assertThat(new BasicCredentials("pump", "secret").toString()).doesNotContain("secret");
    }
}
