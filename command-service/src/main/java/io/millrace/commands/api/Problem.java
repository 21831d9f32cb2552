package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * What is wrong with a request, as RFC 9457 has it: thrown anywhere on the way, sent as {@code application/problem+json}. The
 * code is stable, for programs; the detail names the field, its value and what was expected, for a person.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 80;

    private final int status;
    private final String code;
    private final transient Optional<Field> field;

    private final transient Optional<Duration> retryAfter;
    private final transient Optional<ArrayNode> problems;

    /** What cannot be used, and what could. */
    record Field(String name, String value, String expected) {}

    private Problem(
            int status,
            String code,
            String detail,
            Optional<Field> field,
            Optional<Duration> retryAfter,
            Optional<ArrayNode> problems) {
        super(detail, null, false, false);
        this.problems = problems;
        this.retryAfter = retryAfter;
        this.status = status;
        this.code = code;
        this.field = field;
    }

    static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What is sent has mistakes in places of its own, as a rule engine words them. */
    static Problem mistakes(String code, String detail, ArrayNode problems) {
        return new Problem(422, code, detail, Optional.empty(), Optional.empty(), Optional.of(problems));
    }

    /** A field of the body or a parameter of the query that cannot be used. */
    static Problem field(String field, String value, String expected) {
        return about(400, "invalid-field", field + ": " + shorten(value), new Field(field, shorten(value), expected));
    }

    /** A field that could be used, were it not for what is there already. */
    static Problem conflict(String code, String field, String value, String detail, String expected) {
        return about(409, code, detail, new Field(field, shorten(value), expected));
    }

    /** A field that is longer than this installation takes. */
    static Problem tooLarge(String field, int bytes, int most) {
        String length = bytes + " bytes";
        return about(413, "too-large", field + ": " + length, new Field(field, length, "at most " + most));
    }

    private static Problem about(int status, String code, String detail, Field field) {
        return new Problem(
                status,
                code,
                detail + " (expected " + field.expected() + ")",
                Optional.of(field),
                Optional.empty(),
                Optional.empty());
    }

    static Problem tooManyRequests(String detail, Duration retryAfter) {
        return new Problem(
                429, "too-many-requests", detail, Optional.empty(), Optional.of(retryAfter), Optional.empty());
    }

    static Problem notFound(String what, String id) {
        return of(404, "unknown-" + what, "no " + what + " \"" + shorten(id) + "\"");
    }

    private static String shorten(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    }

    int status() {
        return status;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    String code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    /** Of a problem with a field or a parameter. */
    Optional<Field> field() {
        return field;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("type", "urn:millrace:problem:" + code);
        json.put("title", code.replace('-', ' '));
        json.put("status", status);
        json.put("code", code);
        json.put("detail", detail());
        field.ifPresent(wrong -> json.put("field", wrong.name()));
        problems.ifPresent(places -> json.set("problems", places));
        return json;
    }
}
