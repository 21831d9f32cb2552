package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.AuditStore;
import io.millrace.commands.store.AuditStore.Entry;
import io.millrace.commands.store.AuditStore.Filter;
import io.millrace.commands.store.AuditStore.Kept;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /audit}: who has changed what. */
public final class AuditRoutes {
    private final AuditStore store;

    public AuditRoutes(AuditStore store) {
        this.store = store;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listAudit", this::list));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        Optional<Instant> from = call.time("from");
        Optional<Instant> to = call.time("to");
        from.ifPresent(begin -> to.ifPresent(end -> TimeRange.inOrder(begin, end)));
        Filter filter = new Filter(from, to, call.query("user"), call.query("operation"), call.query("target"));
        return store.list(filter, call.position(), limit)
                .map(found ->
                        Answer.page(found, limit, AuditRoutes::json, last -> Call.cursor(Long.toString(last.n()))));
    }

    private static ObjectNode json(Kept kept) {
        Entry entry = kept.entry();
        ObjectNode json = Answer.object()
                .put("at", entry.at().toString())
                .put("requestId", entry.requestId())
                .put("kind", entry.kind());
        entry.user().ifPresent(user -> json.put("user", user));
        entry.role().ifPresent(role -> json.put("role", role));
        json.put("address", entry.address())
                .put("operation", entry.operation())
                .put("target", entry.target())
                .put("outcome", outcome(kept.status()));
        kept.status().ifPresent(status -> json.put("status", status));
        if (kept.count() > 1) {
            json.put("count", kept.count());
        }
        return json;
    }

    private static String outcome(Optional<Integer> status) {
        return status.map(s -> s < 400 ? "done" : s == 401 || s == 403 || s == 429 ? "refused" : "failed")
                .orElse("unknown");
    }
}
