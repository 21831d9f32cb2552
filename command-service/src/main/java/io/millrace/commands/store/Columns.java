package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Between our values and what the driver takes: columns of a batch as arrays for {@code unnest}, and cells of a row. */
final class Columns {
    private Columns() {}

    static <T> String[] texts(Collection<T> rows, Function<T, @Nullable String> value) {
        return rows.stream().map(value).toArray(String[]::new);
    }

    static String[] texts(Collection<String> values) {
        return values.toArray(String[]::new);
    }

    static <T> Buffer[] bytes(Collection<T> rows, Function<T, byte[]> value) {
        return rows.stream().map(row -> Buffer.buffer(value.apply(row))).toArray(Buffer[]::new);
    }

    static <T> OffsetDateTime[] times(Collection<T> rows, Function<T, @Nullable Instant> value) {
        return rows.stream()
                .map(row -> time(Optional.ofNullable(value.apply(row))))
                .toArray(OffsetDateTime[]::new);
    }

    static <T> Integer[] ints(Collection<T> rows, ToIntFunction<T> value) {
        return rows.stream().map(value::applyAsInt).toArray(Integer[]::new);
    }

    static <T> Long[] longs(Collection<T> rows, ToLongFunction<T> value) {
        return rows.stream().map(value::applyAsLong).toArray(Long[]::new);
    }

    static <T> Boolean[] flags(Collection<T> rows, Function<T, @Nullable Boolean> value) {
        return rows.stream().map(value).toArray(Boolean[]::new);
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static @Nullable OffsetDateTime time(Optional<Instant> instant) {
        return instant.map(Columns::time).orElse(null);
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static Optional<Instant> maybeInstant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    static Optional<String> maybeText(Row row, String column) {
        return Optional.ofNullable(row.getString(column));
    }

    /** Of a json column selected as text. */
    static JsonNode json(Row row, String column) {
        return parse(row.getString(column));
    }

    static Optional<JsonNode> maybeJson(Row row, String column) {
        return maybeText(row, column).map(Columns::parse);
    }

    static JsonNode parse(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    static String text(Object json) {
        return new String(Json.write(json), StandardCharsets.UTF_8);
    }

    static <T> List<T> mapped(Iterable<Row> rows, Function<Row, T> value) {
        var list = new ArrayList<T>();
        rows.forEach(row -> list.add(value.apply(row)));
        return List.copyOf(list);
    }
}
