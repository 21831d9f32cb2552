package io.millrace.commands.store;

import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lists commands of the whole fleet, the newest first, also millions of them. As in {@link DeviceSearchStore} a page looks at
 * {@link #WINDOW} candidates at most, which come from the index that narrows them down most; where little fits it comes short, or empty,
 * with the place to go on from. Only reads.
 */
public final class CommandListStore {
    static final int WINDOW = 10_000;
    /** So many that wait are taken together and put in order; more of them are found among the newest. */
    private static final int FEW_WAITING = 20_000;
    /** Of so many devices each is asked for its own. */
    private static final int FEW_DEVICES = 50;

    /** Those of the index {@code commands_ended_ill}. */
    private static final Set<CommandStatus> ENDED_ILL = EnumSet.of(
            CommandStatus.FAILED,
            CommandStatus.EXPIRED,
            CommandStatus.CANCELLED,
            CommandStatus.REJECTED,
            CommandStatus.UNCONFIRMED);

    private static final Set<CommandStatus> WAITING = EnumSet.of(CommandStatus.QUEUED, CommandStatus.SENT);
    private static final String CANDIDATE = "select id, device_id, status, accepted_at, seq from ";
    private static final String NEWEST = " order by accepted_at desc, seq desc";
    private static final Position NEWEST_OF_ALL = new Position(Instant.parse("9999-12-31T23:59:59Z"), Long.MAX_VALUE);

    private final Database database;
    private final DeviceSearchStore devices;

    public CommandListStore(Database database, DeviceSearchStore devices) {
        this.database = database;
        this.devices = devices;
    }

    /**
     * Which commands to list.
     *
     * @param type of the devices, as they are now; as are the labels
     * @param from accepted then or later
     * @param to accepted before
     */
    public record Filter(
            Optional<CommandStatus> status,
            Optional<DeviceId> device,
            Optional<String> type,
            Map<String, String> labels,
            Optional<Instant> from,
            Optional<Instant> to) {
        boolean ofDevices() {
            return type.isPresent() || !labels.isEmpty();
        }
    }

    /** Behind which command a list goes on. */
    public record Position(Instant acceptedAt, long seq) {}

    /** @param next empty at the end; a page may be short, or empty, and yet have one */
    public record Page(List<Command> commands, Optional<Position> next) {}

    /** From the newest if there is no {@code after}. */
    public Future<Page> list(Filter filter, Optional<Position> after, int limit) {
        Position from =
                after.orElseGet(() -> filter.to().map(to -> new Position(to, 0)).orElse(NEWEST_OF_ALL));
        if (filter.device().isPresent()) {
            return window(filter, Source.OF_DEVICE, after.orElse(NEWEST_OF_ALL), limit);
        }
        if (filter.status().filter(ENDED_ILL::contains).isPresent()) {
            return window(filter, Source.BY_STATUS, from, limit);
        }
        return fewDevices(filter)
                .compose(few -> few.isPresent()
                        ? ofDevices(filter, few.get(), after.orElse(NEWEST_OF_ALL), limit)
                        : source(filter).compose(source -> window(filter, source, from, limit)));
    }

    /** Where candidates come from, each in an order that an index has. */
    private enum Source {
        OF_DEVICE,
        BY_STATUS,
        WAITING,
        NEWEST
    }

    /** The devices that fit, if they are few. */
    private Future<Optional<List<String>>> fewDevices(Filter filter) {
        if (!filter.ofDevices()) {
            return Future.succeededFuture(Optional.empty());
        }
        var those = new DeviceSearchStore.Filter(filter.type(), filter.labels(), Optional.empty(), Optional.empty());
        return devices.list(those, Optional.empty(), FEW_DEVICES)
                .map(page -> page.next().isPresent()
                        ? Optional.empty()
                        : Optional.of(page.devices().stream()
                                .map(present -> present.device().id().value())
                                .toList()));
    }

    private Future<Source> source(Filter filter) {
        Optional<CommandStatus> waiting = filter.status().filter(WAITING::contains);
        if (waiting.isEmpty()) {
            return Future.succeededFuture(Source.NEWEST);
        }
        return database.query("select count(*)::int as n from (select 1 from commands where status = '"
                        + waiting.get().text() + "' limit " + (FEW_WAITING + 1) + ") w")
                .map(rows -> rows.iterator().next().getInteger("n") > FEW_WAITING ? Source.NEWEST : Source.WAITING);
    }

    /** The newest of each, merged. */
    private Future<Page> ofDevices(Filter filter, List<String> ids, Position after, int limit) {
        var sql = new Candidates.Statement();
        String query = """
                select k.*, x.accepted_at from unnest(%s::text[]) d (id)
                    cross join lateral (
                        select c.id, c.seq, c.accepted_at from commands c
                        where c.device_id = d.id and c.seq < %s%s order by c.seq desc limit %d
                    ) x
                    join (%s) k on k.id = x.id
                order by x.seq desc limit %d""".formatted(
                        sql.place(Columns.texts(ids)),
                        sql.place(after.seq()),
                        ofStatus(filter) + between(filter, sql),
                        limit,
                        CommandSearchStore.COLUMNS,
                        limit);
        return database.query(query, sql.values()).map(rows -> {
            List<Row> found = new ArrayList<>();
            rows.forEach(found::add);
            return new Page(
                    Columns.mapped(found, CommandSearchStore::command),
                    found.size() < limit ? Optional.empty() : Optional.of(position(found.get(limit - 1))));
        });
    }

    /**
     * What fits among the next candidates, which are looked at until the page is full. Where it does not fill, the last candidate is told by
     * the same statement, so that both are of one moment.
     */
    private Future<Page> window(Filter filter, Source source, Position after, int limit) {
        var sql = new Candidates.Statement();
        String candidates = candidates(filter, source, after, sql);
        String query = """
                with p as materialized (
                    select f.*, row_number() over () as n from (
                        select c.id, c.accepted_at from (%1$s limit %2$d) c where true%3$s limit %4$d
                    ) f
                )
                select e.accepted_at as end_at, e.seq as end_seq, k.*, p.accepted_at
                from (select 1) one
                    left join lateral (
                        select w.accepted_at, w.seq from (%1$s offset %5$d limit 1) w where (select count(*) from p) < %4$d
                    ) e on true
                    left join p on true left join (%6$s) k on k.id = p.id
                order by p.n""".formatted(
                candidates, WINDOW, conditions(filter, source, sql), limit, WINDOW - 1, CommandSearchStore.COLUMNS);
        return database.query(query, sql.values()).map(rows -> page(filter, rows, limit));
    }

    private static Page page(Filter filter, Iterable<Row> rows, int limit) {
        List<Command> commands = new ArrayList<>();
        Optional<Position> next = Optional.empty();
        for (Row row : rows) {
            if (row.getLong("end_seq") != null) {
                next = Optional.of(new Position(Columns.instant(row, "end_at"), row.getLong("end_seq")));
            }
            if (row.getString("id") != null) {
                commands.add(CommandSearchStore.command(row));
                if (commands.size() == limit) {
                    next = Optional.of(position(row));
                }
            }
        }
        return new Page(
                List.copyOf(commands),
                next.filter(end -> filter.from().isEmpty()
                        || !end.acceptedAt().isBefore(filter.from().get())));
    }

    private static Position position(Row row) {
        return new Position(Columns.instant(row, "accepted_at"), row.getLong("seq"));
    }

    /** The status stands in the statement itself: the planner takes an index of some statuses only for those. */
    private static String candidates(Filter filter, Source source, Position after, Candidates.Statement sql) {
        String status = "'" + filter.status().map(CommandStatus::text).orElse("") + "'";
        if (source == Source.OF_DEVICE) {
            return CANDIDATE + "commands where device_id = "
                    + sql.place(filter.device().orElseThrow().value()) + " and seq < " + sql.place(after.seq())
                    + " order by seq desc";
        }
        String behind = "(accepted_at, seq) < (" + sql.place(Columns.time(after.acceptedAt())) + "::timestamptz, "
                + sql.place(after.seq()) + ")"
                + filter.from()
                        .map(from -> " and accepted_at >= " + sql.place(Columns.time(from)))
                        .orElse("");
        return switch (source) {
            case BY_STATUS -> CANDIDATE + "commands where status = " + status + " and " + behind + NEWEST;
            case WAITING ->
                "with w as materialized (" + CANDIDATE + "commands where status = " + status + ") " + CANDIDATE
                        + "w where " + behind + NEWEST;
            default -> CANDIDATE + "commands where " + behind + NEWEST;
        };
    }

    /** What the source does not see to. Subqueries in this place are looked up candidate by candidate. */
    private static String conditions(Filter filter, Source source, Candidates.Statement sql) {
        StringBuilder conditions = new StringBuilder(ofStatus(filter));
        if (source == Source.OF_DEVICE) {
            conditions.append(between(filter, sql));
        }
        filter.type().ifPresent(type -> conditions.append(marked("", type, sql)));
        filter.labels().forEach((name, value) -> conditions.append(marked(name, value, sql)));
        return conditions.toString();
    }

    private static String ofStatus(Filter filter) {
        return filter.status()
                .map(status -> " and c.status = '" + status.text() + "'")
                .orElse("");
    }

    private static String between(Filter filter, Candidates.Statement sql) {
        return filter.from()
                        .map(from -> " and c.accepted_at >= " + sql.place(Columns.time(from)))
                        .orElse("")
                + filter.to()
                        .map(to -> " and c.accepted_at < " + sql.place(Columns.time(to)))
                        .orElse("");
    }

    private static String marked(String name, String value, Candidates.Statement sql) {
        return " and (select true from device_marks m where m.name = " + sql.place(name) + " and m.value = "
                + sql.place(value) + " and m.device_id = c.device_id)";
    }
}
