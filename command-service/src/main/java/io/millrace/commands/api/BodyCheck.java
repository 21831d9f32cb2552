package io.millrace.commands.api;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a request has a body of a type that its operation takes; JSON is read here, once, for all who look at it later. */
final class BodyCheck implements Handler<RoutingContext> {
    private static final String BODY = Body.class.getName();
    private static final String JSON = "application/json";
    private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\\s\";]*)", Pattern.CASE_INSENSITIVE);

    private final Set<String> types;
    private final boolean required;
    private final boolean upload;

    BodyCheck(Endpoint endpoint) {
        types = new TreeSet<>(endpoint.bodyTypes());
        required = endpoint.bodyRequired();
        upload = endpoint.operation().upload();
    }

    /** Of a request that has been here; empty if it has no body of JSON. */
    static Optional<Body> body(RoutingContext context) {
        return Optional.ofNullable(context.get(BODY));
    }

    @Override
    public void handle(RoutingContext context) {
        if (!types.isEmpty()) {
            check(context);
        }
        context.next();
    }

    private void check(RoutingContext context) {
        Buffer buffer = upload ? null : context.body().buffer();
        boolean empty = !upload && (buffer == null || buffer.length() == 0);
        if (empty && !required) {
            return;
        }
        String type = mediaType(context.request().getHeader("Content-Type"));
        String coding = context.request().getHeader("Content-Encoding");
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            context.response().putHeader("Accept-Encoding", "identity");
            throw unsupported("Content-Encoding: " + coding + " (expected none)");
        }
        if (empty) {
            throw Problem.of(
                    400,
                    type.equals(JSON) ? "invalid-json" : "invalid-body",
                    "the body is empty (expected " + (type.equals(JSON) ? "a JSON object" : type) + ")");
        }
        if (type.equals(JSON) && buffer != null) {
            context.put(BODY, Body.parse(buffer.getBytes()));
        }
    }

    private String mediaType(@Nullable String header) {
        String text = header == null && types.contains(JSON) ? JSON : String.valueOf(header);
        String type = text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean utf8 = CHARSET.matcher(text)
                .results()
                .allMatch(charset -> charset.group(1).equalsIgnoreCase("utf-8")
                        || charset.group(1).equalsIgnoreCase("us-ascii"));
        if (!types.contains(type) || !utf8) {
            throw unsupported("Content-Type: " + (header == null ? "missing" : header) + " (expected "
                    + String.join(" or ", types) + ", in UTF-8)");
        }
        return type;
    }

    private static Problem unsupported(String detail) {
        return Problem.of(415, "unsupported-media-type", detail);
    }
}
