package io.millrace.commands.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the validator says, as a {@link Problem} with the field, its value and what the document expects there. */
final class Violation {
    private static final Pattern PARAMETER = Pattern.compile("^The value of \\w+ parameter (\\S+) ");
    private static final Pattern MISSING = Pattern.compile("required property \"(.*)\"$", Pattern.DOTALL);
    /** Keywords that are violated only because something below them is. */
    private static final Set<String> CONTAINERS =
            Set.of("properties", "$ref", "items", "additionalProperties", "allOf", "anyOf", "oneOf");

    private final JsonObject document;
    private final JsonObject schema;
    private final @Nullable Object instance;

    private Violation(JsonObject document, JsonObject schema, @Nullable Object instance) {
        this.document = document;
        this.schema = schema;
        this.instance = instance;
    }

    /**
     * @param values those of the parameters, by name
     * @param invalid what the validator fails with
     */
    static Problem problem(
            Contract contract,
            Operation operation,
            UnaryOperator<String> values,
            @Nullable Buffer body,
            String contentType,
            ValidatorException invalid) {
        boolean empty = body == null || body.length() == 0;
        Matcher parameter = PARAMETER.matcher(String.valueOf(invalid.getMessage()));
        if (parameter.find()) {
            String name = parameter.group(1);
            return Problem.field(name, "\"" + values.apply(name) + "\"", expected(contract, operation, name, invalid));
        }
        if (invalid instanceof SchemaValidationException violated) {
            return ofBody(contract, operation, empty ? null : Json.decodeValue(body), violated);
        }
        if (invalid.type() == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT) {
            return Problem.of(
                    415, "unsupported-media-type", "Content-Type: " + contentType + " (expected application/json)");
        }
        if (invalid.type() == ValidatorErrorType.MISSING_REQUIRED_PARAMETER && empty) {
            return Problem.of(400, "invalid-json", "the body is empty (expected a JSON object)");
        }
        if (invalid.type() == ValidatorErrorType.ILLEGAL_VALUE && body != null && !empty) {
            return Problem.of(400, "invalid-json", "the body is not JSON: " + whyNotJson(body));
        }
        return Problem.of(400, "bad-request", String.valueOf(invalid.getMessage()));
    }

    private static String whyNotJson(Buffer body) {
        try {
            Object unused = Json.decodeValue(body);
            return "something follows its end";
        } catch (DecodeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    private static String expected(Contract contract, Operation operation, String name, ValidatorException invalid) {
        Parameter parameter = operation.getParameters().stream()
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
        JsonObject schema = json(parameter.getSchema());
        return Expected.of(
                invalid instanceof SchemaValidationException violated
                        ? new Violation(contract.openApi().getRawContract(), schema, null)
                                .schemaAt(deepest(violated.getOutputUnit()))
                        : schema);
    }

    private static Problem ofBody(
            Contract contract, Operation operation, @Nullable Object body, SchemaValidationException violated) {
        JsonObject root = contract.openApi().getRawContract();
        JsonSchema schema = operation
                .getRequestBody()
                .determineContentType("application/json")
                .getSchema();
        return new Violation(root, json(schema), body).problem(deepest(violated.getOutputUnit()));
    }

    private static JsonObject json(JsonSchema schema) {
        return (JsonObject) schema;
    }

    private static OutputUnit deepest(OutputUnit unit) {
        List<OutputUnit> errors = unit.getErrors();
        return errors.stream()
                .filter(error -> !CONTAINERS.contains(keyword(error)))
                .findFirst()
                .orElseGet(() -> errors.get(0));
    }

    private static String keyword(OutputUnit unit) {
        String location = unit.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private Problem problem(OutputUnit unit) {
        String field = field(unit.getInstanceLocation());
        Matcher missing = MISSING.matcher(unit.getError());
        JsonObject violated = schemaAt(unit);
        if (keyword(unit).equals("required") && missing.find()) {
            String name = missing.group(1);
            return Problem.field(
                    Stream.of(field, name)
                            .filter(part -> !part.isEmpty())
                            .reduce((a, b) -> a + "." + b)
                            .orElse(name),
                    "missing",
                    Expected.of(violated.getJsonObject("properties", new JsonObject())
                            .getJsonObject(name, new JsonObject())));
        }
        if (keyword(unit).equals("additionalProperties")) {
            Set<String> known = new TreeSet<>(
                    violated.getJsonObject("properties", new JsonObject()).fieldNames());
            return Problem.field(field, "unknown", known.isEmpty() ? "nothing" : "one of " + String.join(", ", known));
        }
        if (field.isEmpty()) {
            return Problem.of(
                    400,
                    "invalid-json",
                    "the body is " + shown(instance) + " (expected " + Expected.of(violated) + ")");
        }
        Object value = pointer(unit.getInstanceLocation()).queryJson(instance);
        return Problem.field(field, shown(value), Expected.of(violated));
    }

    private static String shown(@Nullable Object value) {
        return Json.encode(value);
    }

    /** The schema that holds the violated keyword: below the operation's own, or among the components. */
    private JsonObject schemaAt(OutputUnit unit) {
        // A parameter's own schema has no address.
        String location = Optional.ofNullable(unit.getAbsoluteKeywordLocation()).orElse(unit.getKeywordLocation());
        JsonPointer holder = pointer(location.substring(0, location.lastIndexOf('/')));
        return Stream.of(schema, document)
                .map(holder::queryJson)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    /** {@code #/labels/floor}, perhaps after an address. */
    private static JsonPointer pointer(String location) {
        return JsonPointer.from(location.substring(location.indexOf('#') + 1));
    }

    /** {@code #/jwtKeys/0/algorithm} is {@code jwtKeys[0].algorithm}. */
    private static String field(String location) {
        StringBuilder field = new StringBuilder();
        for (String part : location.substring(location.indexOf('#') + 1).split("/", -1)) {
            String name = part.replace("~1", "/").replace("~0", "~");
            if (name.matches("\\d{1,9}")) {
                field.append('[').append(name).append(']');
            } else if (!name.isEmpty()) {
                field.append(field.isEmpty() ? "" : ".").append(name);
            }
        }
        return field.toString();
    }
}
