package io.millrace.commands.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Holds parameters and body of a request against what the document says of its operation, before anybody else looks at them. What does not
 * fit fails the context with a {@link Problem} that names the parameter or field. On event loops; long bodies on worker threads.
 */
final class RequestCheck implements Handler<RoutingContext> {
    /** Bytes of a body that takes a loop no more than a millisecond or so. */
    private static final int SHORT_BODY = 16 * 1024;

    private final Vertx vertx;
    private final Map<Parameter, Schema> parameters = new LinkedHashMap<>();
    private final Set<String> queryNames = new TreeSet<>();
    private final Optional<Schema> body;

    RequestCheck(Vertx vertx, Contract contract, Endpoint endpoint) {
        this.vertx = vertx;
        JsonObject document = contract.openApi().getRawContract();
        for (Parameter parameter : endpoint.described().getParameters()) {
            parameters.put(parameter, Schema.of(document, parameter.getSchema()));
            if (parameter.getIn() == Location.QUERY) {
                queryNames.add(parameter.getName());
            }
        }
        RequestBody described = endpoint.described().getRequestBody();
        body = described == null
                ? Optional.empty()
                : Optional.of(Schema.of(
                        document,
                        described.determineContentType("application/json").getSchema()));
    }

    @Override
    public void handle(RoutingContext context) {
        for (String name : context.queryParams().names()) {
            if (!queryNames.contains(name)) {
                throw Problem.field(
                        name,
                        "unknown parameter",
                        queryNames.isEmpty() ? "none" : "one of " + String.join(", ", queryNames));
            }
        }
        parameters.forEach((parameter, schema) -> check(parameter, schema, given(parameter, context)));
        if (body.isPresent() && BodyCheck.body(context).isPresent()) {
            check(body.get(), context);
        } else {
            context.next();
        }
    }

    /** Without empty ones, which are as good as none. */
    private static List<String> given(Parameter parameter, RoutingContext context) {
        String name = parameter.getName();
        Stream<String> values =
                switch (parameter.getIn()) {
                    case PATH -> Stream.ofNullable(context.pathParam(name));
                    case HEADER -> context.request().headers().getAll(name).stream();
                    case QUERY -> context.queryParam(name).stream();
                    case COOKIE -> Stream.empty();
                };
        return values.filter(value -> !value.isEmpty()).toList();
    }

    private static void check(Parameter parameter, Schema schema, List<String> values) {
        String name = parameter.getName();
        if (!values.stream().allMatch(Unwritable::isWritable)) {
            throw Problem.field(name, "a text with " + Unwritable.WHAT, "characters that UTF-8 has, and not U+0000");
        }
        if (parameter.getSchemaType() == SchemaType.ARRAY) {
            check(name, schema, new JsonArray(values));
        } else if (values.size() > 1) {
            throw Problem.field(name, "given " + values.size() + " times", "at most once");
        } else if (values.size() == 1) {
            check(name, schema, value(parameter.getSchemaType(), values.get(0)));
        } else if (parameter.isRequired()) {
            throw Problem.field(name, "missing", Expected.of(schema.json()));
        }
    }

    private static void check(String name, Schema schema, Object value) {
        schema.violation(value).ifPresent(unit -> {
            throw Violation.ofParameter(name, schema, value, unit);
        });
    }

    /** What cannot be of the type stays a text, and is refused as one. */
    private static Object value(SchemaType type, String text) {
        if (type == SchemaType.INTEGER && text.matches("-?\\d{1,18}")) {
            return Long.valueOf(text);
        }
        if (type == SchemaType.BOOLEAN && (text.equals("true") || text.equals("false"))) {
            return Boolean.valueOf(text);
        }
        return text;
    }

    private void check(Schema schema, RoutingContext context) {
        Buffer given = context.body().buffer();
        if (given.length() <= SHORT_BODY) {
            wrong(schema, given).ifPresentOrElse(context::fail, context::next);
            return;
        }
        vertx.executeBlocking(() -> wrong(schema, given), false)
                .onSuccess(problem -> problem.ifPresentOrElse(context::fail, context::next))
                .onFailure(context::fail);
    }

    private static Optional<Problem> wrong(Schema schema, Buffer given) {
        JsonObject value = given.toJsonObject();
        return schema.violation(value).map(unit -> Violation.ofBody(schema, value, unit));
    }
}
