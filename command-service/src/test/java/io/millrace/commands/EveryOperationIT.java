package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.Documented.Operation;
import io.millrace.commands.Fleet.Reply;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What must be so for every operation of the API, also those of tomorrow: taken from the document, tried on the service. */
@Timeout(180)
class EveryOperationIT {
    private static final Set<String> OF_COLLECTIONS = Set.of("limit", "cursor");
    private static Fleet fleet;
    private static Documented documented;
    private static List<Operation> operations;
    private static String viewer;
    private static String operator;
    private static String provisioning;

    @BeforeAll
    static void start() throws SQLException {
        fleet = Fleet.start(Neighbours.get().newFleet().override("identity.psk.master-key", "5a".repeat(32)));
        documented = new Documented(fleet);
        operations = documented.operations();
        viewer = key("looks", Role.VIEWER);
        operator = key("acts", Role.OPERATOR);
        provisioning = key("provisions", Role.PROVISIONING);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static String key(String name, Role role) {
        return "Bearer "
                + fleet.service().firstAccess().createApiKeyIfAbsent(name, role).orElseThrow();
    }

    private static void each(
            java.util.function.Predicate<Operation> which,
            java.util.function.BiConsumer<Operation, SoftAssertions> check) {
        List<Operation> chosen = operations.stream().filter(which).toList();
        assertThat(chosen).isNotEmpty();
        SoftAssertions soft = new SoftAssertions();
        chosen.forEach(operation -> check.accept(operation, soft));
        soft.assertAll();
    }

    private static Consumer<Reply> problem(int status, String code) {
        return reply -> {
            assertThat(reply.status()).as(reply.json().toString()).isEqualTo(status);
            assertThat(reply.http().headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(reply.json().path("code").asText()).isEqualTo(code);
            assertThat(reply.json().path("type").asText()).isEqualTo("urn:millrace:problem:" + code);
            assertThat(reply.json().path("detail").asText()).isNotEmpty();
        };
    }

    @Test
    void nobodyGetsPastTheDoorWithoutAKeyOrWithAWrongOne() {
        each(operation -> operation.role().isPresent(), (operation, soft) -> {
            for (String wrong : List.of("", "Bearer", "Bearer nonsense", "Bearer mr_nobody_nothing", "Basic YTpi")) {
                soft.assertThat(fleet.callWith(wrong, operation.method(), operation.concrete("x"), ""))
                        .as(operation + " with \"" + wrong + "\"")
                        .satisfies(problem(401, "unauthenticated"));
            }
        });
    }

    @Test
    void aRoleBelowTheNeededOneIsRefusedWhateverElseIsWrong() {
        each(operation -> operation.role().isPresent(), (operation, soft) -> {
            soft.assertThat(fleet.callWith(provisioning, operation.method(), operation.concrete("x"), "{"))
                    .as(operation + " by provisioning")
                    .satisfies(problem(403, "forbidden"));
            Role needed = operation.role().orElseThrow();
            if (needed != Role.VIEWER) {
                String below = needed == Role.ADMIN ? operator : viewer;
                soft.assertThat(fleet.callWith(below, operation.method(), operation.concrete("x"), "{"))
                        .as(operation + " by one below " + needed)
                        .satisfies(problem(403, "forbidden"));
            }
        });
    }

    @Test
    void anUnknownParameterIsNamed() {
        each(
                operation -> operation.bodyTypes().isEmpty() && operation.role().isPresent(),
                (operation, soft) -> soft.assertThat(
                                fleet.call(operation.method(), operation.concrete("x") + "?nobodyKnows=1"))
                        .as(operation.toString())
                        .satisfies(problem(400, "invalid-field"))
                        .satisfies(reply ->
                                assertThat(reply.json().path("field").asText()).isEqualTo("nobodyKnows")));
    }

    @Test
    void aBodyThatIsNoJsonObjectOrTooLargeIsRefused() {
        each(operation -> operation.body().isPresent(), (operation, soft) -> {
            for (String body : List.of("{", "[1]", "7", "nonsense")) {
                soft.assertThat(fleet.call(operation.method(), operation.concrete("x"), body))
                        .as(operation + " with " + body)
                        .satisfies(problem(400, "invalid-json"));
            }
            soft.assertThat(fleet.call(
                            operation.method(), operation.concrete("x"), "{\"a\":\"" + "x".repeat(2 << 20) + "\"}"))
                    .as(operation + " with too much")
                    .satisfies(problem(413, "too-large"));
            soft.assertThat(fleet.callWith(
                            "Bearer " + fleet.key(),
                            operation.method(),
                            operation.concrete("x"),
                            "",
                            "Content-Type",
                            "text/plain"))
                    .as(operation + " of another type")
                    .satisfies(reply -> assertThat(reply.status()).isIn(400, 415, 404, 503, 200));
        });
    }

    @Test
    void aFieldThatNobodyKnowsOrOfAnotherTypeIsNamed() {
        each(operation -> operation.body().isPresent() && !operation.id().equals("putConfig"), (operation, soft) -> {
            JsonNode schema = operation.body().orElseThrow();
            ObjectNode unknown = documented.smallest(schema).put("nobodyKnows", 1);
            soft.assertThat(fleet.call(operation.method(), operation.concrete("x"), unknown.toString()))
                    .as(operation + " with " + unknown)
                    .satisfies(problem(400, "invalid-field"))
                    .satisfies(reply ->
                            assertThat(reply.json().path("field").asText()).isEqualTo("nobodyKnows"));
            documented.properties(schema).forEach((name, property) -> {
                JsonNode wrong = ofAnotherType(property);
                if (!wrong.isMissingNode()) {
                    ObjectNode body = documented.smallest(schema);
                    body.set(name, wrong);
                    soft.assertThat(fleet.call(operation.method(), operation.concrete("x"), body.toString()))
                            .as(operation + " with " + body)
                            .satisfies(problem(400, "invalid-field"))
                            .satisfies(reply -> assertThat(
                                            reply.json().path("field").asText())
                                    .startsWith(name))
                            .satisfies(reply -> assertThat(
                                            reply.json().path("detail").asText())
                                    .contains("expected"));
                }
            });
        });
    }

    private static JsonNode ofAnotherType(JsonNode property) {
        return switch (Documented.type(property)) {
            case "string" -> Json.mapper().createArrayNode().add(7);
            case "integer", "number", "boolean", "array", "object" ->
                Json.mapper().getNodeFactory().textNode("text");
            default -> Json.mapper().missingNode();
        };
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        each(
                operation -> operation.path().contains("{")
                        && !operation.path().startsWith("/rules")
                        && !operation.path().contains("/rules")
                        && operation.bodyTypes().isEmpty(),
                (operation, soft) -> soft.assertThat(fleet.call(operation.method(), operation.concrete("nobody")))
                        .as(operation.toString())
                        .satisfies(reply -> assertThat(reply.status())
                                .as(reply.json().toString())
                                .isEqualTo(404))
                        .satisfies(reply ->
                                assertThat(reply.json().path("code").asText()).startsWith("unknown-")));
    }

    @Test
    void anIdThatCannotBeIsRefused() {
        each(
                operation -> operation.path().contains("{") && !operation.path().startsWith("/rules"),
                (operation, soft) -> {
                    for (String id : List.of("a%00b", "a%20b", "%27%20or%201%3D1--", "x".repeat(2_000))) {
                        soft.assertThat(fleet.call(operation.method(), operation.concrete(id)))
                                .as(operation + " of " + id)
                                .satisfies(reply -> assertThat(reply.status())
                                        .as(reply.json().toString())
                                        .isIn(400, 404, 414));
                    }
                });
    }

    @Test
    void everyTextIsOnlyText() {
        fleet.device("still-there");
        each(operation -> operation.body().isPresent(), (operation, soft) -> {
            JsonNode schema = operation.body().orElseThrow();
            documented.properties(schema).forEach((name, property) -> {
                if (Documented.type(property).equals("string") && !property.has("enum")) {
                    for (String text : List.of(
                            "'; drop table devices; --",
                            "<script>alert(1)</script>",
                            "\u202e\ud83d\ude00",
                            "a\u0000b",
                            "\\\"")) {
                        ObjectNode body = documented.smallest(schema).put(name, text);
                        soft.assertThat(fleet.call(operation.method(), operation.concrete("x"), body.toString()))
                                .as(operation + " with " + body)
                                .satisfies(reply -> assertThat(reply.status())
                                        .as(reply.json().toString())
                                        .isNotEqualTo(500));
                    }
                }
            });
        });
        assertThat(fleet.call("GET", "/devices/still-there").status()).isEqualTo(200);
    }

    @Test
    void listsTakeLimitsAndCursors() {
        assertThat(operations)
                .filteredOn(operation -> operation.id().startsWith("list"))
                .isNotEmpty();
        each(
                operation ->
                        operation.id().equals("listDevices") || operation.id().equals("listAlerts"),
                (operation, soft) -> {
                    for (String parameter : OF_COLLECTIONS) {
                        for (String wrong : List.of("0", "-1", "%27", "1e9", "%00")) {
                            soft.assertThat(fleet.call("GET", operation.path() + "?" + parameter + "=" + wrong))
                                    .as(operation + " with " + parameter + "=" + wrong)
                                    .satisfies(problem(400, "invalid-field"))
                                    .satisfies(reply -> assertThat(
                                                    reply.json().path("field").asText())
                                            .isEqualTo(parameter));
                        }
                    }
                });
    }
}
