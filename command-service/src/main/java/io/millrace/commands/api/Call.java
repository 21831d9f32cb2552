package io.millrace.commands.api;

import io.millrace.commands.access.AuditLog.Origin;
import io.millrace.commands.access.Principal;
import io.millrace.schemas.DeviceId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, on an event loop. The document has been asked before what may be in it; a reading that finds what a schema cannot
 * say throws a {@link Problem} that names the parameter.
 */
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

    Optional<String> cookie(String name) {
        return Optional.ofNullable(context.request().getCookie(name))
                .map(Cookie::getValue)
                .filter(value -> !value.isEmpty());
    }

    String path(String name) {
        return String.valueOf(context.pathParam(name));
    }

    DeviceId device() {
        return new DeviceId(path("id"));
    }

    /** Of JSON; only for operations that require one. */
    Body body() {
        return maybeBody().orElseThrow(() -> new IllegalStateException("openapi.yaml does not require this body"));
    }

    /** If there is one, and it is JSON. */
    Optional<Body> maybeBody() {
        return BodyCheck.body(context);
    }

    /** The body as it arrives, paused; only for an {@link Operation#upload}. */
    ReadStream<Buffer> stream(long maxBytes) {
        return new Upload(context.request(), maxBytes);
    }

    /** Runs once the connection is gone, or the answer is sent; for answers without an end. */
    void whenOver(Runnable action) {
        context.response().closeHandler(closed -> action.run());
    }

    /** The body as it is; none if there is none. */
    byte[] bytes() {
        Buffer body = context.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /** The body as it is. */
    String text() {
        return context.body().asString(StandardCharsets.UTF_8.name());
    }

    Optional<String> query(String name) {
        return queries(name).stream().findFirst();
    }

    /** One that may be given several times, without empty ones. */
    List<String> queries(String name) {
        return context.queryParam(name).stream().filter(text -> !text.isEmpty()).toList();
    }

    Optional<Boolean> flag(String name) {
        return query(name).map(text -> text.equals("true"));
    }

    /** One of an enum's names in small letters, as the document lists them. */
    <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
        return query(name).map(text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
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

    /** {@code label=site:berlin}, any number of them, each name once. */
    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String text : queries("label")) {
            int colon = text.indexOf(':');
            if (labels.put(text.substring(0, colon), text.substring(colon + 1)) != null) {
                throw Problem.field("label", "\"" + text + "\"", "each name once");
            }
        }
        return labels;
    }

    int limit(int defaultValue) {
        return query("limit").map(Integer::valueOf).orElse(defaultValue);
    }

    /** In lists whose cursor is a number. */
    Optional<Long> position() {
        return cursor(1).map(parts -> {
            if (!parts[0].matches("\\d{1,18}")) {
                throw wrongCursor(parts);
            }
            return Long.parseLong(parts[0]);
        });
    }

    /** What {@link #cursor(String...)} was made of, if the request goes on from there. */
    Optional<String[]> cursor(int count) {
        return query("cursor").map(text -> {
            String[] parts;
            try {
                parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            } catch (IllegalArgumentException e) {
                throw wrongCursor(text);
            }
            if (parts.length != count || String.join("", parts).indexOf('\0') >= 0) {
                throw wrongCursor(text);
            }
            return parts;
        });
    }

    static Problem wrongCursor(String... parts) {
        return Problem.field("cursor", "\"" + String.join(" ", parts) + "\"", "nextCursor of the page before");
    }

    static String cursor(String... parts) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }
}
