package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The document that is served says what is there: every operation, under its id, and no other method on its path. */
@Timeout(60)
class OpenApiIT {
    /** For whom it is nothing wrong to have none. */
    private static final Set<String> WITHOUT_A_SESSION = Set.of("refreshSession", "endSession");

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static Fleet fleet;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start();
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void everyDocumentedOperationIsServedUnderItsIdAndNothingElseOnItsPath() {
        Map<String, Map<String, Object>> paths = paths();
        assertThat(paths).hasSizeGreaterThan(10);

        paths.forEach((path, item) -> {
            String concrete = path.replaceAll("\\{\\w+}", "x");
            Map<String, String> idsByMethod = new TreeMap<>();
            item.forEach((method, operation) -> {
                if (METHODS.contains(method)) {
                    idsByMethod.put(method.toUpperCase(Locale.ROOT), id(operation));
                }
            });
            idsByMethod.forEach((method, id) -> {
                var reply = fleet.callWith("", method, concrete, "");
                if (WITHOUT_A_SESSION.contains(id)) {
                    assertThat(reply.status()).as(method + " " + path).isEqualTo(204);
                } else {
                    assertThat(reply.status()).as(method + " " + path).isIn(400, 401);
                }
                assertThat(fleet.meters
                                .get("http.requests")
                                .tag("operation", id)
                                .timers())
                        .as(id)
                        .isNotEmpty();
            });
            var refused = fleet.callWith("", "TRACE", concrete, "");
            assertThat(refused.status()).isEqualTo(405);
            Set<String> allowed = new TreeSet<>(idsByMethod.keySet());
            allowed.add("OPTIONS");
            assertThat(allowed(refused)).as(path).isEqualTo(allowed);
        });
    }

    private static Set<String> allowed(Fleet.Reply reply) {
        return Arrays.stream(
                        reply.http().headers().firstValue("Allow").orElse("").split(", "))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String id(Object operation) {
        return operation instanceof Map<?, ?> map ? String.valueOf(map.get("operationId")) : "";
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> paths() {
        var reply = fleet.callWith("", "GET", "/openapi.yaml", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.http().headers().firstValue("Content-Type")).contains("application/yaml");
        Object document = new Load(LoadSettings.builder().build())
                .loadFromString(new String(reply.http().body(), StandardCharsets.UTF_8));
        Map<String, Object> root = (Map<String, Object>) document;
        assertThat(List.of("3.1.0")).contains(String.valueOf(root.get("openapi")));
        return (Map<String, Map<String, Object>>) root.getOrDefault("paths", Map.of());
    }
}
