package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.store.Batch;
import io.millrace.commands.store.BatchStore;
import io.millrace.commands.store.BatchStore.Selector;
import io.millrace.commands.store.CommandContent;
import io.millrace.commands.store.CommandSearchStore;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One command for many devices: {@code /commands/batch}. */
public final class BatchRoutes {
    private static final int DEFAULT_PER_SECOND = 100;

    private final BatchStore batches;
    private final CommandSearchStore commands;
    private final CommandIds ids;
    private final CommandsConfig config;
    private final Clock clock;

    public BatchRoutes(BatchStore batches, CommandSearchStore commands, CommandsConfig config, Clock clock) {
        this.batches = batches;
        this.commands = commands;
        this.ids = new CommandIds(clock);
        this.config = config;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("sendBatch", this::send),
                new Operation("listBatches", this::list),
                new Operation("getBatch", this::get),
                new Operation("listBatchCommands", this::listCommands),
                new Operation("cancelBatch", this::cancel));
    }

    private Future<Answer> send(Call call) {
        Body body = call.body();
        CommandContent content = CommandFields.content(body, config);
        Selector selector = body.object("selector").map(BatchRoutes::selector).orElseThrow();
        int perSecond = body.number("perSecond").orElse(DEFAULT_PER_SECOND);
        Optional<Integer> inFlight = body.number("inFlight");
        Instant now = clock.instant();
        String by = call.principal().name();
        Optional<String> key = CommandFields.idempotencyKey(call);
        var batch = new Batch(
                ids.next(),
                0,
                Batch.Status.RUNNING,
                body.whole(),
                content,
                perSecond,
                inFlight,
                0,
                0,
                now,
                now,
                by,
                Optional.empty(),
                Optional.empty());
        return batches.create(batch, selector, key)
                .compose(created -> created.isPresent()
                        ? Future.succeededFuture(accepted(created.get()))
                        : repeated(batch, key.orElse("")));
    }

    private static Selector selector(Body body) {
        boolean all = body.flag("all").orElse(false);
        var selector = new Selector(
                body.any("ids").map(BatchRoutes::ids),
                body.maybeText("type"),
                body.labels("labels").filter(labels -> !labels.isEmpty()),
                body.flag("connected"));
        boolean none = selector.ids().isEmpty()
                && selector.type().isEmpty()
                && selector.labels().isEmpty()
                && selector.connected().isEmpty();
        if (none != all) {
            throw Problem.field(
                    "selector", "{\"all\": " + all + "}", "ids, type, labels or connected, or else all: true");
        }
        return selector;
    }

    private static List<String> ids(JsonNode node) {
        List<String> ids = new ArrayList<>(node.size());
        for (JsonNode id : node) {
            if (!DeviceId.isValid(id.textValue())) {
                throw Problem.field("selector.ids[" + ids.size() + "]", id.toString(), "a device id");
            }
            ids.add(id.textValue());
        }
        return ids;
    }

    private Future<Answer> repeated(Batch batch, String key) {
        return batches.findByKey(batch.createdBy(), key).map(found -> {
            Batch first =
                    found.orElseThrow(() -> new IllegalStateException("batch " + batch.id() + " was not inserted"));
            if (!first.request().equals(batch.request())) {
                throw Problem.of(
                        409,
                        "idempotency-key-reused",
                        "Idempotency-Key \"" + key + "\" was used for batch " + first.id() + " with another body");
            }
            return accepted(first);
        });
    }

    private static Answer accepted(Batch batch) {
        return Answer.accepted(
                Api.ROOT + "/commands/batch/" + batch.id(),
                Answer.object()
                        .put("batchId", batch.id())
                        .put("status", batch.status().text())
                        .put("total", batch.total()));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(50);
        return batches.list(call.position().orElse(Long.MAX_VALUE), limit)
                .map(found ->
                        Answer.page(found, limit, BatchRoutes::json, last -> Call.cursor(Long.toString(last.seq()))));
    }

    private Future<Answer> get(Call call) {
        return find(call).compose(batch -> batches.counts(batch.id()).map(counts -> {
            ObjectNode json = json(batch);
            ObjectNode byStatus = json.putObject("commands");
            counts.forEach((status, count) -> byStatus.put(status.text(), count));
            return Answer.ok(json);
        }));
    }

    private Future<Batch> find(Call call) {
        String id = call.path("id");
        return batches.find(id).map(found -> found.orElseThrow(() -> Problem.notFound("batch", id)));
    }

    private Future<Answer> listCommands(Call call) {
        int limit = call.limit(50);
        var status = call.choice("status", CommandStatus.class);
        long after = call.position().orElse(0L);
        return find(call)
                .compose(batch -> commands.listOfBatch(batch.id(), status, after, limit))
                .map(found ->
                        Answer.page(found, limit, CommandJson::of, last -> Call.cursor(Long.toString(last.seq()))));
    }

    private Future<Answer> cancel(Call call) {
        return find(call)
                .compose(batch -> batches.cancel(batch.id(), call.principal().name(), clock.instant())
                        .compose(cancelled -> find(call))
                        .map(now -> {
                            if (now.status() == Batch.Status.FINISHED) {
                                throw Problem.of(
                                        409, "batch-finished", "batch " + now.id() + " is finished (expected running)");
                            }
                            return Answer.accepted(Api.ROOT + "/commands/batch/" + now.id(), json(now));
                        }));
    }

    private static ObjectNode json(Batch batch) {
        ObjectNode json = Answer.object()
                .put("batchId", batch.id())
                .put("status", batch.status().text())
                .put("total", batch.total())
                .put("issued", batch.issued())
                .put("perSecond", batch.perSecond());
        batch.inFlight().ifPresent(most -> json.put("inFlight", most));
        json.set("selector", batch.request().path("selector"));
        CommandJson.payload(json, batch.content().payload(), batch.content().contentType());
        json.put("expiresIn", Durations.text(batch.content().expiresIn()));
        CommandJson.terms(json, batch.content().terms());
        json.put("createdAt", batch.createdAt().toString()).put("createdBy", batch.createdBy());
        batch.cancelledBy().ifPresent(by -> json.put("cancelledBy", by));
        batch.finishedAt().ifPresent(at -> json.put("finishedAt", at.toString()));
        return json;
    }
}
