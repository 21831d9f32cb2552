package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.store.Batch;
import io.millrace.commands.store.BatchStore;
import io.millrace.commands.store.BatchStore.Selector;
import io.millrace.commands.store.CommandContent;
import io.millrace.commands.store.CommandSearchStore;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One command for many devices: {@code /commands/batch}. */
public final class BatchRoutes {
    private static final int MOST_IDS = 10_000;
    private static final int MOST_PER_SECOND = 5_000;
    private static final int DEFAULT_PER_SECOND = 100;
    private static final int MOST_IN_FLIGHT = 10_000;
    private static final int MAX_TYPE = 128;

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
                new Operation("sendBatch", HttpMethod.POST, "/commands/batch", Role.OPERATOR, this::send),
                new Operation("listBatches", HttpMethod.GET, "/commands/batch", Role.VIEWER, this::list),
                new Operation("getBatch", HttpMethod.GET, "/commands/batch/{id}", Role.VIEWER, this::get),
                new Operation(
                        "listBatchCommands",
                        HttpMethod.GET,
                        "/commands/batch/{id}/commands",
                        Role.VIEWER,
                        this::listCommands),
                new Operation("cancelBatch", HttpMethod.DELETE, "/commands/batch/{id}", Role.OPERATOR, this::cancel));
    }

    private Future<Answer> send(Call call) {
        Body body = call.body();
        CommandContent content = CommandFields.content(body, config);
        Selector selector = body.object("selector")
                .map(BatchRoutes::selector)
                .orElseThrow(() -> Problem.field("selector", "missing", "which devices, such as {\"type\": \"pump\"}"));
        int perSecond = body.number("perSecond", 1, MOST_PER_SECOND).orElse(DEFAULT_PER_SECOND);
        Optional<Integer> inFlight = body.number("inFlight", 1, MOST_IN_FLIGHT);
        body.finish();
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
                body.maybeText("type", MAX_TYPE),
                body.labels("labels").filter(labels -> !labels.isEmpty()),
                body.flag("connected"));
        body.finish();
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
        if (!node.isArray() || node.isEmpty() || node.size() > MOST_IDS) {
            throw Problem.field("selector.ids", Body.kind(node), "1 to " + MOST_IDS + " device ids");
        }
        List<String> ids = new ArrayList<>(node.size());
        for (JsonNode id : node) {
            if (!id.isTextual() || !DeviceId.isValid(id.textValue())) {
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
        call.knows(Set.of("limit", "cursor"));
        int limit = call.limit(50, 1000);
        return batches.list(CommandFields.position(call).orElse(Long.MAX_VALUE), limit)
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
        if (id.length() > CommandRequest.MAX_ID_LENGTH || id.indexOf('\0') >= 0) {
            throw Problem.notFound("batch", id);
        }
        return batches.find(id).map(found -> found.orElseThrow(() -> Problem.notFound("batch", id)));
    }

    private Future<Answer> listCommands(Call call) {
        call.knows(Set.of("status", "limit", "cursor"));
        int limit = call.limit(50, 1000);
        var status = CommandFields.status(call);
        long after = CommandFields.position(call).orElse(0L);
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
