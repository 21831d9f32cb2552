package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedDevicesTest {
    private static NamedDevices in(String body) {
        return NamedDevices.in(body.getBytes(UTF_8));
    }

    @Test
    void theSeedFirmwareNamesItselfInItsReading() {
        assertThat(in("{\"sensor\":\"temp\",\"value\":25.5,\"deviceId\":\"esp32-1\"}"))
                .isEqualTo(new NamedDevices(Set.of("esp32-1"), true));
    }

    @Test
    void allReadingsOfABatchAreLookedAt() {
        assertThat(in("[{\"deviceId\":\"a\"},{\"deviceId\":\"b\"}]"))
                .isEqualTo(new NamedDevices(Set.of("a", "b"), true));
        assertThat(in("{\"deviceId\":\"a\"}\n{\"deviceId\":\"a\"}\n")).isEqualTo(new NamedDevices(Set.of("a"), true));
        assertThat(in("[{\"deviceId\":\"a\"},{}]").inAll()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "", "7", "{\"deviceId\":7}", "{\"at\":{\"deviceId\":\"a\"}}", "{\"x\":\"deviceId\"}"
            })
    void onlyATextAtTheTopCounts(String body) {
        assertThat(in(body).inAll()).isFalse();
        assertThat(in(body).ids()).isEmpty();
    }

    @Test
    void whatIsNotJsonIsSaidWithThePlace() {
        assertThatThrownBy(() -> in("{\"deviceId\":"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON from byte");
    }
}
