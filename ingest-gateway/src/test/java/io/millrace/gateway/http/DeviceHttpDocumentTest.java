package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.gateway.http.Route.Resource;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The OpenAPI document of device HTTP says what is there: every path with its method, and no other. */
class DeviceHttpDocumentTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    @Test
    void everyPathIsThereWithItsMethodAndNothingElseIs() throws IOException {
        Set<Resource> documented = EnumSet.noneOf(Resource.class);
        Set<Object> ids = new HashSet<>();
        paths().forEach((path, item) -> {
            Route route = Route.of(path.replaceAll("\\{\\w+}", "x")).orElseThrow(() -> new AssertionError(path));
            documented.add(route.resource());
            Set<String> methods = new HashSet<>(item.keySet());
            methods.retainAll(METHODS);
            assertThat(methods)
                    .as(path)
                    .containsExactly(route.resource().method().name().toLowerCase(Locale.ROOT));
            Object operation = item.get(methods.iterator().next());
            assertThat(operation).isInstanceOfSatisfying(Map.class, o -> assertThat(ids.add(o.get("operationId")))
                    .as(path)
                    .isTrue());
        });
        assertThat(documented).containsExactlyInAnyOrder(Resource.values());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> paths() throws IOException {
        try (InputStream in = Topics.class.getResourceAsStream("device-http.yaml")) {
            assertThat(in).isNotNull();
            Map<String, Object> root = (Map<String, Object>)
                    new Load(LoadSettings.builder().build()).loadFromString(new String(in.readAllBytes(), UTF_8));
            assertThat(root.get("openapi")).isEqualTo("3.1.0");
            return (Map<String, Map<String, Object>>) root.getOrDefault("paths", Map.of());
        }
    }
}
