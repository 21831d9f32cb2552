package io.millrace.commands.api;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.RequestValidator;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.ValidatorException;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request against what the document says of its operation, before anybody else looks at it. What does not fit fails the context
 * with a {@link Problem} that names the parameter or field.
 */
final class RequestCheck implements Handler<RoutingContext> {
    private static final RequestParameter NONE = new RequestParameterImpl(null);

    private final Contract contract;
    private final Operation operation;
    private final RequestValidator validator;
    private final Set<String> queryNames;

    RequestCheck(Vertx vertx, Contract contract, Operation operation) {
        this.contract = contract;
        this.operation = operation;
        validator = RequestValidator.create(vertx, contract.openApi());
        queryNames = operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == Location.QUERY)
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void handle(RoutingContext context) {
        MultiMap query = context.queryParams();
        for (String name : query.names()) {
            if (!queryNames.contains(name)) {
                context.fail(Problem.field(
                        name,
                        "unknown parameter",
                        queryNames.isEmpty() ? "none" : "one of " + String.join(", ", queryNames)));
                return;
            }
        }
        Buffer body = operation.getRequestBody() == null ? null : context.body().buffer();
        String type =
                Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("application/json");
        validator
                .validate(request(context, query, body, type), operation.getOperationId())
                .recover(failure -> Future.failedFuture(
                        failure instanceof ValidatorException invalid
                                ? Violation.problem(
                                        contract, operation, name -> shown(context, name), body, type, invalid)
                                : failure))
                .onSuccess(valid -> context.next())
                .onFailure(context::fail);
    }

    private static String shown(RoutingContext context, String parameter) {
        return Stream.of(
                        context.queryParams().get(parameter),
                        context.pathParam(parameter),
                        context.request().getHeader(parameter))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    /**
     * The library's own way of taking a request apart decodes the values of a query twice, and takes a text that looks like a number for
     * one (a device may be called 1.5); so texts are given to it as JSON.
     */
    private ValidatableRequest request(RoutingContext context, MultiMap query, @Nullable Buffer body, String type) {
        Map<Location, Map<String, RequestParameter>> values = new EnumMap<>(Location.class);
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            RequestParameter value =
                    switch (parameter.getIn()) {
                        case PATH -> value(parameter, context.pathParam(name));
                        case HEADER -> value(parameter, context.request().getHeader(name));
                        case QUERY -> value(parameter, query.getAll(name));
                        case COOKIE -> NONE;
                    };
            values.computeIfAbsent(parameter.getIn(), in -> new HashMap<>()).put(name, value);
        }
        return new ValidatableRequestImpl(
                Map.of(),
                values.getOrDefault(Location.HEADER, Map.of()),
                values.getOrDefault(Location.PATH, Map.of()),
                values.getOrDefault(Location.QUERY, Map.of()),
                new RequestParameterImpl(body),
                type);
    }

    /** Of an array each value is one parameter, which the operation reads itself: the library would split them at every ampersand. */
    private static RequestParameter value(Parameter parameter, List<String> values) {
        if (values.isEmpty() || parameter.getSchemaType() == SchemaType.ARRAY) {
            return NONE;
        }
        if (values.size() > 1) {
            throw Problem.field(parameter.getName(), "given " + values.size() + " times", "at most once");
        }
        return value(parameter, values.get(0));
    }

    private static RequestParameter value(Parameter parameter, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return NONE;
        }
        return new RequestParameterImpl(parameter.getSchemaType() == SchemaType.STRING ? Json.encode(value) : value);
    }
}
