package io.millrace.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code openapi.yaml}, as a service serves it, says of its operations. */
final class Documented {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode root;

    Documented(Fleet fleet) {
        byte[] yaml = fleet.callWith("", "GET", "/openapi.yaml", "").http().body();
        Object document =
                new Load(LoadSettings.builder().build()).loadFromString(new String(yaml, StandardCharsets.UTF_8));
        root = Json.mapper().valueToTree(document);
    }

    /**
     * An operation.
     *
     * @param role the least; empty for everybody
     * @param body the schema of a JSON body; empty where none or another is taken
     */
    record Operation(
            String id,
            String method,
            String path,
            Optional<Role> role,
            Optional<JsonNode> body,
            Set<String> bodyTypes) {
        /** With something in the place of every parameter. */
        String concrete(String value) {
            return path.replaceAll("\\{\\w+}", value);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        List<Operation> found = new ArrayList<>();
        root.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (METHODS.contains(method.getKey())) {
                        found.add(operation(path.getKey(), method.getKey(), method.getValue()));
                    }
                }));
        return found;
    }

    private Operation operation(String path, String method, JsonNode described) {
        Set<String> types = new HashSet<>();
        described.at("/requestBody/content").fieldNames().forEachRemaining(types::add);
        JsonNode roles = described.at("/security/0/bearer");
        return new Operation(
                described.get("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                roles.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(Role.parse(roles.get(0).asText())),
                types.equals(Set.of("application/json"))
                        ? Optional.of(resolve(described.at("/requestBody/content/application~1json/schema")))
                        : Optional.empty(),
                types);
    }

    JsonNode resolve(JsonNode schema) {
        JsonNode found = schema;
        while (found.has("$ref")) {
            found = root.at(found.get("$ref").asText().substring(1));
        }
        return found;
    }

    Map<String, JsonNode> properties(JsonNode schema) {
        return schema.path("properties").properties().stream()
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, entry -> resolve(entry.getValue())));
    }

    /** The smallest body that the schema takes. */
    ObjectNode smallest(JsonNode schema) {
        ObjectNode body = Json.mapper().createObjectNode();
        schema.path("required")
                .forEach(name -> body.set(
                        name.asText(), example(resolve(schema.path("properties").path(name.asText())))));
        return body;
    }

    private JsonNode example(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        if (schema.has("examples")) {
            return schema.get("examples").get(0);
        }
        return switch (type(schema)) {
            case "integer", "number" ->
                Json.mapper().getNodeFactory().numberNode(schema.path("minimum").asInt(1));
            case "boolean" -> Json.mapper().getNodeFactory().booleanNode(true);
            case "array" -> Json.mapper().createArrayNode().add(example(resolve(schema.path("items"))));
            case "object" -> smallest(schema);
            default -> Json.mapper().getNodeFactory().textNode("xxxxxxxxxxxx");
        };
    }

    /** The first that is not null; empty if any will do. */
    static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isArray()) {
            return type.asText();
        }
        return StreamSupport.stream(type.spliterator(), false)
                .map(JsonNode::asText)
                .filter(name -> !name.equals("null"))
                .findFirst()
                .orElse("");
    }
}
