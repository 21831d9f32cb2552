package io.millrace.commands.api;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request against what the document says of its operation, before anybody else looks at it. What does not fit fails the context
 * with a {@link Problem} that names the parameter or field. On event loops; long bodies on worker threads.
 */
final class RequestCheck implements Handler<RoutingContext> {
    private static final String JSON = "application/json";
    /** Bytes of a body that takes a loop no more than a millisecond or so. */
    private static final int SHORT_BODY = 16 * 1024;

    private final Vertx vertx;
    private final List<Checked> parameters;
    private final String queryNames;
    private final @Nullable RequestBody body;
    private final @Nullable Schema bodySchema;

    RequestCheck(Vertx vertx, Contract contract, Operation operation) {
        this.vertx = vertx;
        JsonObject document = contract.openApi().getRawContract();
        parameters = operation.getParameters().stream()
                .map(parameter -> new Checked(parameter, Schema.of(document, parameter.getSchema())))
                .toList();
        queryNames = operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == Location.QUERY)
                .map(Parameter::getName)
                .sorted()
                .collect(Collectors.joining(", "));
        body = operation.getRequestBody();
        bodySchema = body == null
                ? null
                : Schema.of(document, body.determineContentType(JSON).getSchema());
    }

    private record Checked(Parameter parameter, Schema schema) {
        String name() {
            return parameter.getName();
        }
    }

    @Override
    public void handle(RoutingContext context) {
        Optional<Problem> wrong = Stream.concat(
                        context.queryParams().names().stream()
                                .filter(name -> parameters.stream()
                                        .noneMatch(one -> one.parameter.getIn() == Location.QUERY
                                                && one.name().equals(name)))
                                .map(this::unknown),
                        parameters.stream().map(one -> wrong(one, context)).flatMap(Optional::stream))
                .findFirst();
        if (wrong.isPresent()) {
            context.fail(wrong.get());
        } else if (body == null || bodySchema == null) {
            context.next();
        } else {
            check(context, body, bodySchema);
        }
    }

    private Problem unknown(String name) {
        return Problem.field(name, "unknown parameter", queryNames.isEmpty() ? "none" : "one of " + queryNames);
    }

    private static Optional<Problem> wrong(Checked checked, RoutingContext context) {
        String name = checked.name();
        List<String> values = Stream.of(
                        switch (checked.parameter.getIn()) {
                            case PATH -> Stream.ofNullable(context.pathParam(name));
                            case HEADER -> Stream.ofNullable(context.request().getHeader(name));
                            case QUERY -> context.queryParams().getAll(name).stream();
                            case COOKIE -> Stream.<String>empty();
                        })
                .flatMap(stream -> stream)
                .filter(Objects::nonNull)
                .toList();
        SchemaType type = checked.parameter.getSchemaType();
        if (type == SchemaType.ARRAY) {
            // Each value is one element, which the operation reads itself.
            return Optional.empty();
        }
        if (values.size() > 1) {
            return Optional.of(Problem.field(name, "given " + values.size() + " times", "at most once"));
        }
        if (values.isEmpty() || values.get(0).isEmpty()) {
            return checked.parameter.isRequired()
                    ? Optional.of(Problem.field(name, "missing", Expected.of(checked.schema.json())))
                    : Optional.empty();
        }
        String text = values.get(0);
        return violation(checked.schema, type, text).map(expected -> Problem.field(name, "\"" + text + "\"", expected));
    }

    /** What had been expected; empty if it is that. */
    private static Optional<String> violation(Schema schema, SchemaType type, String text) {
        Object value;
        try {
            value = type == SchemaType.STRING ? text : Json.decodeValue(text);
        } catch (DecodeException e) {
            return Optional.of(Expected.of(schema.json()));
        }
        return schema.violation(value).map(unit -> Violation.expected(schema, unit));
    }

    private void check(RoutingContext context, RequestBody expected, Schema schema) {
        Buffer given = context.body().buffer();
        if (given == null || given.length() == 0) {
            if (expected.isRequired()) {
                context.fail(Problem.of(400, "invalid-json", "the body is empty (expected a JSON object)"));
            } else {
                context.next();
            }
            return;
        }
        String type =
                Optional.ofNullable(context.request().getHeader("Content-Type")).orElse(JSON);
        if (!type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals(JSON)) {
            context.fail(Problem.of(
                    415, "unsupported-media-type", "Content-Type: " + type + " (expected application/json)"));
            return;
        }
        Future<Optional<Problem>> found = given.length() <= SHORT_BODY
                ? Future.succeededFuture(wrong(schema, given))
                : vertx.executeBlocking(() -> wrong(schema, given), false);
        found.onSuccess(problem -> problem.ifPresentOrElse(context::fail, context::next))
                .onFailure(context::fail);
    }

    private static Optional<Problem> wrong(Schema schema, Buffer given) {
        Object value;
        try {
            value = Json.decodeValue(given);
        } catch (DecodeException e) {
            return Optional.of(Problem.of(
                    400,
                    "invalid-json",
                    "the body is not JSON: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
        return schema.violation(value).map(unit -> Violation.problem(schema, value, unit));
    }
}
