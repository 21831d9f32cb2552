package io.millrace.commands.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** The table {@code kafka_topics}: which topic, by the id that Kafka gave it, the stored offsets belong to. */
public final class TopicStore {
    /** True if another topic of that name was known before. */
    public Future<Boolean> isAnother(SqlConnection transaction, String name, String topicId) {
        return Database.query(transaction, """
                        with before as (select topic_id from kafka_topics where name = $1 for update),
                        after as (insert into kafka_topics (name, topic_id) values ($1, $2)
                            on conflict (name) do update set topic_id = excluded.topic_id)
                        select coalesce((select topic_id <> $2 from before), false) as another""", name, topicId)
                .map(rows -> rows.iterator().next().getBoolean("another"));
    }
}
