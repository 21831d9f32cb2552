package io.millrace.commands.store;

import static io.millrace.commands.store.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The table {@code login_attempts}: how often somebody has tried, counted over all instances. */
public final class AttemptStore {
    private final Database database;

    public AttemptStore(Database database) {
        this.database = database;
    }

    /** Since when, and how often. */
    public record Tries(Instant since, int count) {}

    /** Those with any since that time. */
    public Future<Map<String, Tries>> find(Collection<String> subjects, Instant from) {
        return database.query(
                        "select subject, since, tries from login_attempts where subject = any($1) and since > $2",
                        Columns.texts(subjects),
                        time(from))
                .map(AttemptStore::tries);
    }

    /** One more of each; who has none since that time begins anew. */
    public Future<Map<String, Tries>> add(Collection<String> subjects, Instant now, Instant from) {
        return database.query("""
                        insert into login_attempts as a (subject, since, tries)
                        select s, $2, 1 from unnest($1::text[]) s order by s
                        on conflict (subject) do update set
                            tries = case when a.since > $3 then a.tries + 1 else 1 end,
                            since = case when a.since > $3 then a.since else $2 end
                        returning subject, since, tries""", Columns.texts(subjects), time(now), time(from))
                .map(AttemptStore::tries);
    }

    /** One less of each: it was no failure. */
    public Future<Void> takeBack(Collection<String> subjects) {
        return database.query("""
                        update login_attempts a set tries = a.tries - 1
                        from (select subject from login_attempts where subject = any($1) and tries > 0 order by subject for update) l
                        where a.subject = l.subject""", (Object) Columns.texts(subjects)).mapEmpty();
    }

    public Future<Void> forget(String subject) {
        return database.query("delete from login_attempts where subject = $1", subject)
                .mapEmpty();
    }

    public Future<Void> deleteOld(Instant before) {
        return database.query("delete from login_attempts where since < $1", time(before))
                .mapEmpty();
    }

    private static Map<String, Tries> tries(Iterable<Row> rows) {
        Map<String, Tries> tries = new HashMap<>();
        rows.forEach(row ->
                tries.put(row.getString("subject"), new Tries(Columns.instant(row, "since"), row.getInteger("tries"))));
        return Map.copyOf(tries);
    }
}
