package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.BucketStore.Aggregate;
import io.millrace.commands.store.BucketStore.Bucket;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Buckets as somebody asks for them, and as they are sent. */
record Buckets(Duration every, Set<Aggregate> aggregates) {
    private static final int MOST = 10_000;
    private static final int MOST_CELLS = 100_000;
    private static final String KNOWN =
            Arrays.stream(Aggregate.values()).map(Aggregate::text).collect(Collectors.joining(", "));

    /** Empty if the readings themselves are asked for. */
    static Optional<Buckets> of(Call call, TimeRange range) {
        Optional<String> every = call.query("every");
        if (every.isEmpty()) {
            call.query("aggregate").ifPresent(text -> {
                throw Problem.field("aggregate", "\"" + text + "\"", "every=1m or another length beside it");
            });
            return Optional.empty();
        }
        Duration length = Durations.parse(every.get())
                .filter(parsed -> !parsed.isZero())
                .orElseThrow(
                        () -> Problem.field("every", "\"" + every.get() + "\"", "a length such as 10s, 1m, 1h, 1d"));
        if (range.length().dividedBy(length) >= MOST) {
            throw Problem.field(
                    "every",
                    "\"" + every.get() + "\"",
                    "at least " + Durations.text(shortest(range, MOST)) + " from " + range.from() + " to " + range.to()
                            + ": at most " + MOST + " buckets");
        }
        return Optional.of(new Buckets(length, aggregates(call)));
    }

    private static Set<Aggregate> aggregates(Call call) {
        Set<Aggregate> found = EnumSet.noneOf(Aggregate.class);
        for (String name : call.query("aggregate").orElse("avg").split(",", -1)) {
            found.add(Arrays.stream(Aggregate.values())
                    .filter(one -> one.text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Problem.field("aggregate", "\"" + name + "\"", "some of " + KNOWN)));
        }
        return found;
    }

    private static Duration shortest(TimeRange range, int buckets) {
        return Duration.ofSeconds(range.length().toSeconds() / buckets + 1);
    }

    /** That many fields are not too many. */
    void check(List<FieldPath> fields, TimeRange range) {
        long cells = (range.length().dividedBy(every) + 1) * fields.size() * aggregates.size();
        if (cells > MOST_CELLS) {
            throw Problem.field(
                    "fields",
                    fields.size() + " fields with " + aggregates.size() + " aggregates every " + Durations.text(every),
                    "fewer of them, a longer every or a shorter range: at most " + MOST_CELLS + " numbers");
        }
    }

    ObjectNode json(Bucket bucket) {
        ObjectNode json = Answer.object().put("time", bucket.time().toString());
        ObjectNode values = json.putObject("values");
        bucket.values().forEach((field, numbers) -> {
            ObjectNode one = values.putObject(field);
            numbers.forEach((aggregate, number) -> {
                if (aggregate == Aggregate.COUNT) {
                    one.put(aggregate.text(), number.longValue());
                } else {
                    one.put(aggregate.text(), number);
                }
            });
        });
        return json;
    }

    /** A column for each field and aggregate. */
    Buffer csv(List<Bucket> buckets, List<FieldPath> fields) {
        StringBuilder lines = new StringBuilder();
        List<String> head = new ArrayList<>(List.of("time"));
        fields.forEach(
                field -> aggregates.forEach(aggregate -> head.add(Csv.text(field.name() + "." + aggregate.text()))));
        lines.append(Csv.line(head));
        for (Bucket bucket : buckets) {
            List<String> cells = new ArrayList<>(List.of(bucket.time().toString()));
            ObjectNode values = (ObjectNode) json(bucket).get("values");
            fields.forEach(field -> aggregates.forEach(aggregate ->
                    cells.add(values.path(field.name()).path(aggregate.text()).asText(""))));
            lines.append(Csv.line(cells));
        }
        return Buffer.buffer(lines.toString());
    }

    Buffer ndjson(List<Bucket> buckets) {
        return Buffer.buffer(buckets.stream().map(bucket -> json(bucket) + "\n").collect(Collectors.joining()));
    }
}
