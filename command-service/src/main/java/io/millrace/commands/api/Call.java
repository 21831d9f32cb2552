package io.millrace.commands.api;

import io.millrace.commands.access.AuditLog.Origin;
import io.millrace.commands.access.Principal;
import io.millrace.schemas.DeviceId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request on its way, on an event loop. Every reading throws a {@link Problem} that names the parameter. */
final class Call {
    private final RoutingContext context;
    private final @Nullable Principal principal;

    Call(RoutingContext context, @Nullable Principal principal) {
        this.context = context;
        this.principal = principal;
    }

    /** Who asks; only for operations that need a role. */
    Principal principal() {
        if (principal == null) {
            throw new IllegalStateException("an operation for everybody asks who it is");
        }
        return principal;
    }

    Origin origin() {
        return Arrival.of(context);
    }

    /** Of the client, behind proxies that we trust. */
    String address() {
        return origin().address();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.request().getHeader(name));
    }

    String path(String name) {
        return String.valueOf(context.pathParam(name));
    }

    DeviceId device() {
        String id = path("id");
        if (!DeviceId.isValid(id)) {
            throw Problem.field("id", "\"" + id + "\"", "1 to 256 characters of letters, digits and . _ : -");
        }
        return new DeviceId(id);
    }

    Body body() {
        String type = header("Content-Type").orElse("application/json");
        if (!type.toLowerCase(java.util.Locale.ROOT).startsWith("application/json")) {
            throw Problem.of(415, "unsupported-media-type", "Content-Type: " + type + " (expected application/json)");
        }
        Buffer buffer = context.body().buffer();
        if (buffer == null || buffer.length() == 0) {
            throw Problem.of(400, "invalid-json", "the body is empty (expected a JSON object)");
        }
        return Body.parse(buffer.getBytes());
    }

    /** The body as it arrives, paused; only for an {@link Operation#upload}. */
    ReadStream<Buffer> stream(long maxBytes) {
        return new Upload(context.request(), maxBytes);
    }

    /** Runs once the connection is gone, or the answer is sent; for answers without an end. */
    void whenOver(Runnable action) {
        context.response().closeHandler(closed -> action.run());
    }

    /** The body as it is. */
    String text() {
        return context.body().asString(StandardCharsets.UTF_8.name());
    }

    /** Whether there is one at all; for operations that do without. */
    boolean hasBody() {
        Buffer buffer = context.body().buffer();
        return buffer != null && buffer.length() > 0;
    }

    /** Names the parameters that this operation knows; anything else is most often misspelt. */
    void knows(Set<String> names) {
        for (String name : context.queryParams().names()) {
            if (!names.contains(name)) {
                throw Problem.field(
                        name,
                        "unknown parameter",
                        names.isEmpty()
                                ? "none"
                                : "one of "
                                        + String.join(
                                                ", ", names.stream().sorted().toList()));
            }
        }
    }

    Optional<String> query(String name) {
        List<String> values = context.queryParam(name);
        if (values.size() > 1) {
            throw Problem.field(name, "given " + values.size() + " times", "at most once");
        }
        Optional<String> value = values.stream().filter(text -> !text.isEmpty()).findFirst();
        if (value.isPresent() && value.get().indexOf('\0') >= 0) {
            throw Problem.field(name, "a text with the character U+0000", "a text without it");
        }
        return value;
    }

    List<String> queries(String name) {
        return context.queryParam(name);
    }

    Optional<Boolean> flag(String name) {
        return query(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.field(name, "\"" + text + "\"", "true or false");
        });
    }

    Optional<Instant> time(String name) {
        return query(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw Problem.field(name, "\"" + text + "\"", "a time such as 2026-11-22T10:04:00Z");
            }
        });
    }

    int limit(int defaultValue, int max) {
        return query("limit")
                .map(text -> {
                    if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
                        throw Problem.field("limit", "\"" + text + "\"", "a whole number from 1 to " + max);
                    }
                    return Integer.parseInt(text);
                })
                .orElse(defaultValue);
    }

    /** What {@link #cursor(String...)} was made of, if the request goes on from there. */
    Optional<String[]> cursor(int parts) {
        return query("cursor").map(text -> {
            Problem wrong = Problem.field("cursor", "\"" + text + "\"", "nextCursor of the page before");
            try {
                String[] decoded =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
                if (decoded.length != parts || String.join("", decoded).indexOf('\0') >= 0) {
                    throw wrong;
                }
                return decoded;
            } catch (IllegalArgumentException e) {
                throw wrong;
            }
        });
    }

    static String cursor(String... parts) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }
}
