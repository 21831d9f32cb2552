package io.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.http.Route.Resource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    @Test
    void aPathNamesTheDeviceAndWhatIsAskedOfIt() {
        assertThat(Route.of("/devices/pump-1/telemetry")).contains(route(Resource.TELEMETRY, "pump-1"));
        assertThat(Route.of("/devices/pump-1/responses")).contains(route(Resource.RESPONSES, "pump-1"));
        assertThat(Route.of("/devices/pump-1/config")).contains(route(Resource.CONFIG, "pump-1"));
        assertThat(Route.of("/devices/pump-1/commands")).contains(route(Resource.COMMANDS, "pump-1"));
        assertThat(Route.of("/api/data")).contains(route(Resource.DATA, ""));
        assertThat(Route.of("/provision")).contains(route(Resource.PROVISION, ""));
    }

    @Test
    void aChannelMayHaveLevels() {
        assertThat(Route.of("/devices/d/telemetry/env/air"))
                .contains(new Route(Resource.TELEMETRY, "d", Optional.of("env/air")));
    }

    @Test
    void aMacAddressMayBeWrittenPlainOrEncoded() {
        assertThat(Route.of("/devices/AA:BB:CC/config")).contains(route(Resource.CONFIG, "AA:BB:CC"));
        assertThat(Route.of("/devices/AA%3ABB%3ACC/config")).contains(route(Resource.CONFIG, "AA:BB:CC"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "*",
                "/devices",
                "/devices/",
                "/devices/d",
                "/devices/d/",
                "/devices/d/telemetryx",
                "/devices/d/telemetry/",
                "/devices/d/telemetry/a%00",
                "/devices/d/telemetry/+",
                "/devices/d/telemetry/%ff",
                "/devices//telemetry",
                "/devices/a%2Fb/telemetry",
                "/devices/%zz/telemetry",
                "/api/data/",
                "/provision/"
            })
    void allElseIsNotThere(String path) {
        assertThat(Route.of(path)).isEmpty();
    }

    private static Route route(Resource resource, String device) {
        return new Route(resource, device, Optional.empty());
    }
}
