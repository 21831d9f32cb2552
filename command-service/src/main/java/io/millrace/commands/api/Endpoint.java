package io.millrace.commands.api;

import io.millrace.schemas.Role;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * An operation as it is served: what the document says of it, and who answers it.
 *
 * @param described with its parameters and, if it takes nothing but JSON, its body
 * @param needed the least role; empty for everybody
 * @param bodyTypes media types of the body; none if it takes no body
 * @param bodyRequired whether it cannot do without
 */
record Endpoint(
        Operation operation,
        io.vertx.openapi.contract.Operation described,
        Optional<Role> needed,
        Set<String> bodyTypes,
        boolean bodyRequired) {

    /** @param said all that the document says of it */
    static Endpoint of(Operation operation, io.vertx.openapi.contract.Operation described, JsonObject said) {
        JsonObject body = said.getJsonObject("requestBody", new JsonObject());
        return new Endpoint(
                operation,
                described,
                needed(operation.id(), said),
                Set.copyOf(body.getJsonObject("content", new JsonObject()).fieldNames()),
                body.getBoolean("required", false));
    }

    /** {@code security: [{bearer: [operator]}]}, or {@code []} for everybody: that nothing is said is a mistake. */
    private static Optional<Role> needed(String id, JsonObject said) {
        JsonArray security = said.getJsonArray("security");
        if (security != null && security.isEmpty()) {
            return Optional.empty();
        }
        if (security != null
                && security.size() == 1
                && security.getJsonObject(0).getValue("bearer") instanceof JsonArray roles
                && roles.size() == 1) {
            return Optional.of(Role.parse(roles.getString(0)));
        }
        throw new IllegalStateException(
                "openapi.yaml: " + id + ": security: " + security + " (expected bearer with one role, or [])");
    }

    String id() {
        return operation.id();
    }

    HttpMethod method() {
        return described.getHttpMethod();
    }
}
