package io.millrace.commands.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * Keeps what PostgreSQL knows about the sizes of tables from being much older than the tables. The plans of our prepared statements are
 * made once and kept until somebody analyses a table; those made while a table was new and empty read it from end to end. Autovacuum looks
 * once a minute (autovacuum_naptime), in which a fleet that has just been connected writes a hundred thousand rows. Each table is analysed
 * when it has doubled, so it costs next to nothing in a database that has its size.
 */
public final class PlannerStatistics {
    private final Database database;

    public PlannerStatistics(Database database) {
        this.database = database;
    }

    /** Analyses what has grown; how many tables. Those that somebody else analyses at the moment are left to him. */
    public Future<Integer> refresh() {
        return database.query("""
                        select quote_ident(s.relname) as name
                        from pg_stat_user_tables s join pg_class c on c.oid = s.relid
                        where s.schemaname = current_schema() and c.relkind = 'r' and not c.relispartition
                            and s.n_mod_since_analyze > greatest(1000, c.reltuples)""")
                .map(rows -> Columns.mapped(rows, row -> row.getString("name")))
                .compose(this::analyze);
    }

    /** One after the other, each a transaction of its own: none keeps another's lock. */
    private Future<Integer> analyze(List<String> tables) {
        Future<?> done = Future.succeededFuture();
        for (String table : tables) {
            done = done.compose(previous -> database.query("analyze (skip_locked) " + table));
        }
        return done.map(tables.size());
    }
}
