package io.millrace.commands.store;

import io.millrace.commands.store.DeviceStore.Present;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Lists devices, a million of them too. Whatever is asked for, a page looks at {@link #WINDOW} candidates at most, in indexes alone,
 * and reads the rows of those that it shows: so it takes milliseconds, and where next to nothing fits it comes short, or empty, with the
 * place to go on from. Candidates come from the index that narrows them down most; what else is asked for is looked up for each.
 */
public final class DeviceSearchStore {
    static final int WINDOW = 3_000;
    /** Ids found by their parts come in no order, so they are taken only if they are few. */
    private static final int FEW = 2_000;

    private static final int SHORTEST_PART = 3;
    private static final int MOST_PARTS = 3;

    private final Database database;

    public DeviceSearchStore(Database database) {
        this.database = database;
    }

    /**
     * Which devices to list.
     *
     * @param text part of the id, in capitals or not
     */
    public record Filter(
            Optional<String> type, Map<String, String> labels, Optional<Boolean> connected, Optional<String> text) {
        public Filter {
            text = text.map(part -> part.toLowerCase(Locale.ROOT));
        }
    }

    /** How a list is ordered: by id; or first the ids that begin with the text, then those that have it elsewhere. */
    public enum Order {
        ID,
        BEGINNING,
        ELSEWHERE
    }

    /** Behind which device a list goes on. */
    public record Position(Order order, String id) {
        static Position start(Order order) {
            return new Position(order, "");
        }
    }

    /** @param next empty at the end; a page may be short, or empty, and yet have one */
    public record Page(List<Present> devices, Optional<Position> next) {}

    /** A source and how many candidates it has, as far as anybody counts. */
    private record Counted(Candidates source, int count) {}

    /** From the beginning if there is no {@code from}. */
    public Future<Page> list(Filter filter, Optional<Position> from, int limit) {
        return narrowest(filter).compose(narrowest -> {
            Position position = from.orElseGet(() ->
                    Position.start(filter.text().isEmpty() || narrowest.count() < WINDOW ? Order.ID : Order.BEGINNING));
            return switch (position.order()) {
                case ID -> window(filter, narrowest.source(), position, limit);
                case BEGINNING -> beginning(filter, narrowest.source(), position, limit);
                case ELSEWHERE -> elsewhere(filter, narrowest.source(), position, limit);
            };
        });
    }

    private Future<Page> beginning(Filter filter, Candidates narrowest, Position position, int limit) {
        String text = filter.text().orElse("");
        return window(filter, Candidates.beginningWith(text, position.id()), position, limit)
                .compose(page -> {
                    int left = limit - page.devices().size();
                    if (page.next().isPresent() || left == 0) {
                        return Future.succeededFuture(page);
                    }
                    return elsewhere(filter, narrowest, Position.start(Order.ELSEWHERE), left)
                            .map(rest -> {
                                List<Present> both = new ArrayList<>(page.devices());
                                both.addAll(rest.devices());
                                return new Page(both, rest.next());
                            });
                });
    }

    /** A text that many ids have fills a page from any window; one that few have is found by its parts. */
    private Future<Page> elsewhere(Filter filter, Candidates narrowest, Position position, int limit) {
        String text = filter.text().orElse("");
        return window(filter, narrowest, position, limit)
                .compose(
                        page -> page.devices().size() == limit || page.next().isEmpty() || text.length() < SHORTEST_PART
                                ? Future.succeededFuture(page)
                                : few(text)
                                        .compose(ids -> ids.size() > FEW
                                                ? Future.succeededFuture(page)
                                                : window(filter, Candidates.of(ids), position, limit)));
    }

    /** One more than {@link #FEW} if they are not. A plan made for all texts would not use the index for any. */
    private Future<List<String>> few(String text) {
        return database.transaction(connection -> Future.all(
                        Database.query(connection, "set local plan_cache_mode = force_custom_plan"),
                        Database.query(
                                connection,
                                "select id from devices where id_trigrams(id) @> $1 and position($2 in lower(id)) > 0"
                                        + " limit " + (FEW + 1),
                                parts(text),
                                text))
                .map(both -> Columns.mapped(
                        both.<io.vertx.sqlclient.RowSet<io.vertx.sqlclient.Row>>resultAt(1),
                        row -> row.getString("id"))));
    }

    /** From the end, where ids differ; two or three of them narrow it down as well as all. */
    private static String[] parts(String text) {
        List<String> parts = new ArrayList<>();
        for (int end = text.length(); end >= SHORTEST_PART && parts.size() < MOST_PARTS; end -= SHORTEST_PART) {
            parts.add(text.substring(end - SHORTEST_PART, end));
        }
        return parts.toArray(String[]::new);
    }

    private Future<Counted> narrowest(Filter filter) {
        List<Candidates> sources = new ArrayList<>();
        filter.type().ifPresent(type -> sources.add(Candidates.marked("", type)));
        filter.labels().forEach((name, value) -> sources.add(Candidates.marked(name, value)));
        if (filter.connected().orElse(false)) {
            sources.add(Candidates.connectedOnes());
        }
        if (sources.isEmpty() || sources.size() == 1 && filter.text().isEmpty()) {
            return Future.succeededFuture(
                    new Counted(sources.isEmpty() ? Candidates.all() : sources.get(0), Integer.MAX_VALUE));
        }
        var sql = new Candidates.Statement();
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            counts.add("select " + i + " as n, count(*)::int as c from (" + sql.place(sources.get(i), "") + " limit "
                    + WINDOW + ") c");
        }
        return database.query(String.join(" union all ", counts), sql.values())
                .map(rows ->
                        Columns.mapped(rows, row -> new Counted(sources.get(row.getInteger("n")), row.getInteger("c")))
                                .stream()
                                .min(Comparator.comparingInt(Counted::count))
                                .orElseThrow());
    }

    /**
     * What fits among the next candidates, which are looked at until the page is full. Where it does not fill, the last candidate is told by
     * the same statement, so that both are of one moment.
     */
    private Future<Page> window(Filter filter, Candidates source, Position position, int limit) {
        var sql = new Candidates.Statement();
        String query = """
                with p as materialized (
                    select f.id, row_number() over () as n from (
                        select c.id from (%s limit %d) c where true%s limit %d
                    ) f
                )
                select e.id as window_end, p.id as place, %s
                from (select case when (select count(*) from p) < %d then (%s offset %d limit 1) end as id) e
                    left join p on true left join devices d on d.id = p.id left join sessions s on s.device_id = d.id
                order by p.n""".formatted(
                        sql.place(source, position.id()),
                        WINDOW,
                        conditions(filter, source, position.order(), sql),
                        limit,
                        DeviceRow.WITH_PRESENCE,
                        limit,
                        sql.place(source, position.id()),
                        WINDOW - 1);
        return database.query(query, sql.values()).map(rows -> {
            List<Present> devices = new ArrayList<>();
            Optional<String> goOn = Optional.empty();
            int places = 0;
            for (var row : rows) {
                goOn = Optional.ofNullable(row.getString("window_end"));
                Optional<String> place = Optional.ofNullable(row.getString("place"));
                if (place.isPresent() && ++places == limit) {
                    goOn = place;
                }
                // A session may have outlived its device.
                if (row.getString("id") != null) {
                    devices.add(DeviceRow.present(row));
                }
            }
            return new Page(List.copyOf(devices), goOn.map(id -> new Position(position.order(), id)));
        });
    }

    /** Subqueries in this place are looked up candidate by candidate, and not at all for those that are not needed. */
    private static String conditions(Filter filter, Candidates source, Order order, Candidates.Statement sql) {
        StringBuilder conditions = new StringBuilder();
        filter.text().filter(text -> order != Order.BEGINNING).ifPresent(text -> {
            String place = sql.place(text);
            conditions.append(" and position(" + place + " in lower(c.id)) > 0");
            if (order == Order.ELSEWHERE) {
                conditions.append(" and not starts_with(lower(c.id), " + place + ")");
            }
        });
        filter.type().ifPresent(type -> conditions.append(marked("", type, source, sql)));
        filter.labels().forEach((name, value) -> conditions.append(marked(name, value, source, sql)));
        filter.connected().ifPresent(connected -> {
            if (!connected || !source.connected()) {
                conditions.append(" and (select true from sessions s where s.connected and s.device_id = c.id) is "
                        + (connected ? "not null" : "null"));
            }
        });
        return conditions.toString();
    }

    private static String marked(String name, String value, Candidates source, Candidates.Statement sql) {
        return source.mark().equals(name + "\0" + value)
                ? ""
                : " and (select true from device_marks m where m.name = " + sql.place(name) + " and m.value = "
                        + sql.place(value) + " and m.device_id = c.id)";
    }
}
