package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.texts;
import static io.millrace.commands.store.Columns.time;

import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table {@code telemetry}, added up by equal lengths of time. Reads only. */
public final class BucketStore {
    private static final String LONGEST = "20s";

    private final Database database;

    public BucketStore(Database database) {
        this.database = database;
    }

    /** What is told of a field's numbers in a bucket. */
    public enum Aggregate {
        AVG("avg(v)"),
        MIN("min(v)"),
        MAX("max(v)"),
        SUM("sum(v)"),
        COUNT("count(v)"),
        FIRST("(array_agg(v order by time, part, pos))[1]"),
        LAST("(array_agg(v order by time desc, part desc, pos desc))[1]");

        private final String sql;

        Aggregate(String sql) {
            this.sql = sql;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param values by field, then as asked for; fields without a number in it are left out */
    public record Bucket(Instant time, Map<String, Map<Aggregate, Double>> values) {}

    /**
     * Those with a number of any of the fields in them, oldest first. They begin at whole multiples of their length since 1970. What is no
     * number, or is none that can be squared, counts as not there. Fails after 20 s ({@link Database#isTimedOut}).
     *
     * @param fields top-level by name, or a path with points
     */
    public Future<List<Bucket>> buckets(
            DeviceId device,
            Instant from,
            Instant to,
            Duration every,
            Collection<String> fields,
            Set<Aggregate> aggregates) {
        String columns = aggregates.stream()
                .map(aggregate -> aggregate.sql + " as " + aggregate.text() + "_")
                .collect(Collectors.joining(", "));
        return database.transaction(connection -> connection
                .query("set local statement_timeout = '" + LONGEST + "'")
                .execute()
                .compose(set -> Database.query(
                        connection,
                        """
                                select date_bin(make_interval(secs => $4::float8), time, 'epoch'::timestamptz) as bucket, f.name as field,
                                    COLUMNS
                                from telemetry t cross join unnest($5::text[]) as f(name)
                                    cross join lateral (select coalesce(t.body -> f.name, t.body #> string_to_array(f.name, '.')) as j) x
                                    cross join lateral (select case when jsonb_typeof(j) = 'number' and (abs(j::numeric) between 1e-150 and 1e150 or j::numeric = 0)
                                        then j::float8 end as v) y
                                where t.device_id = $1 and t.time >= $2 and t.time < $3 and v is not null
                                group by 1, 2 order by 1, 2""".replace("COLUMNS", columns),
                        device.value(),
                        time(from),
                        time(to),
                        every.toMillis() / 1000.0,
                        texts(fields)))
                .map(rows -> buckets(rows, aggregates)));
    }

    private static List<Bucket> buckets(Iterable<Row> rows, Set<Aggregate> aggregates) {
        List<Bucket> buckets = new ArrayList<>();
        for (Row row : rows) {
            Instant time = Columns.instant(row, "bucket");
            if (buckets.isEmpty() || !buckets.get(buckets.size() - 1).time().equals(time)) {
                buckets.add(new Bucket(time, new TreeMap<>()));
            }
            Map<Aggregate, Double> values = new TreeMap<>();
            aggregates.forEach(aggregate -> values.put(aggregate, row.getDouble(aggregate.text() + "_")));
            buckets.get(buckets.size() - 1).values().put(row.getString("field"), values);
        }
        return buckets;
    }
}
