package io.millrace.commands.api;

import io.millrace.commands.store.Database;
import io.millrace.commands.store.Webhook;
import io.millrace.commands.store.WebhookMessage;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.commands.store.WebhookStore;
import io.millrace.commands.webhook.WebhookDelivery;
import io.millrace.commands.webhook.WebhookSecrets;
import io.millrace.schemas.Role;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is told over HTTP: {@code /webhooks}. */
public final class WebhookRoutes {
    private static final int ID_LENGTH = 16;

    private final WebhookStore webhooks;
    private final WebhookMessageStore messages;
    private final WebhookDelivery delivery;
    private final WebhookSecrets secrets;
    private final Clock clock;

    public WebhookRoutes(
            WebhookStore webhooks,
            WebhookMessageStore messages,
            WebhookDelivery delivery,
            WebhookSecrets secrets,
            Clock clock) {
        this.webhooks = webhooks;
        this.messages = messages;
        this.delivery = delivery;
        this.secrets = secrets;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("createWebhook", HttpMethod.POST, "/webhooks", Role.ADMIN, this::create),
                new Operation("listWebhooks", HttpMethod.GET, "/webhooks", Role.ADMIN, this::list),
                new Operation("getWebhook", HttpMethod.GET, "/webhooks/{id}", Role.ADMIN, this::get),
                new Operation("changeWebhook", HttpMethod.PATCH, "/webhooks/{id}", Role.ADMIN, this::change),
                new Operation("deleteWebhook", HttpMethod.DELETE, "/webhooks/{id}", Role.ADMIN, this::delete),
                new Operation(
                        "rotateWebhookSecret", HttpMethod.POST, "/webhooks/{id}/secret", Role.ADMIN, this::rotate),
                new Operation("testWebhook", HttpMethod.POST, "/webhooks/{id}/test", Role.ADMIN, this::test),
                new Operation(
                        "listDeliveries", HttpMethod.GET, "/webhooks/{id}/deliveries", Role.ADMIN, this::deliveries));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        Instant now = clock.instant();
        String id =
                "wh_" + SecretDigest.newSecret().replaceAll("[^A-Za-z0-9]", "").substring(0, ID_LENGTH);
        String secret = secrets.make();
        Webhook webhook = new Webhook(
                id,
                WebhookFields.name(body).orElseThrow(() -> Problem.field("name", "missing", "a name")),
                WebhookFields.url(body).orElseThrow(() -> Problem.field("url", "missing", "an address")),
                WebhookFields.events(body).orElseThrow(() -> Problem.field("events", "missing", "an array of events")),
                WebhookFields.devices(body).orElse(List.of()),
                WebhookFields.rules(body).orElse(List.of()),
                body.labels("labels").orElse(Map.of()),
                secrets.seal(id, secret),
                body.flag("enabled").orElse(true),
                Optional.empty(),
                now,
                call.principal().name(),
                now);
        body.finish();
        return webhooks.create(webhook)
                .recover(failure -> taken(failure, webhook))
                .map(created -> {
                    if (!created) {
                        throw Problem.of(
                                409,
                                "too-many-webhooks",
                                "there are " + WebhookStore.MOST + " (expected at most that)");
                    }
                    return Answer.created(
                            Api.ROOT + "/webhooks/" + id,
                            WebhookJson.of(webhook).put("secret", secret));
                });
    }

    private static Future<Boolean> taken(Throwable failure, Webhook webhook) {
        return Future.failedFuture(
                Database.isDuplicate(failure)
                        ? Problem.of(409, "webhook-exists", "webhook \"" + webhook.name() + "\" is there already")
                        : failure);
    }

    private Future<Answer> list(Call call) {
        call.knows(Set.of("limit", "cursor"));
        int limit = call.limit(100, 1000);
        return webhooks.list(call.cursor(1).map(parts -> parts[0]), limit)
                .map(found -> Answer.page(found, limit, WebhookJson::of, last -> Call.cursor(last.name())));
    }

    private Future<Answer> get(Call call) {
        return find(call).map(webhook -> Answer.ok(WebhookJson.of(webhook)));
    }

    private Future<Webhook> find(Call call) {
        String id = id(call);
        return webhooks.find(id).map(found -> found.orElseThrow(() -> unknown(id)));
    }

    private Future<Answer> change(Call call) {
        Body body = call.body();
        Optional<String> name = WebhookFields.name(body);
        Optional<String> url = WebhookFields.url(body);
        Optional<List<String>> events = WebhookFields.events(body);
        Optional<List<String>> devices = WebhookFields.devices(body);
        Optional<List<String>> rules = WebhookFields.rules(body);
        Optional<Map<String, String>> labels = body.labels("labels");
        Optional<Boolean> enabled = body.flag("enabled");
        body.finish();
        return find(call)
                .map(old -> new Webhook(
                        old.id(),
                        name.orElse(old.name()),
                        url.orElse(old.url()),
                        events.orElse(old.events()),
                        devices.orElse(old.devices()),
                        rules.orElse(old.rules()),
                        labels.orElse(old.labels()),
                        old.secret(),
                        enabled.orElse(old.enabled()),
                        old.disabledReason().filter(reason -> !enabled.orElse(old.enabled())),
                        old.createdAt(),
                        old.createdBy(),
                        clock.instant()))
                .compose(changed -> webhooks.update(changed)
                        .recover(failure -> taken(failure, changed))
                        .map(found -> {
                            if (!found) {
                                throw unknown(changed.id());
                            }
                            return Answer.ok(WebhookJson.of(changed));
                        }));
    }

    private Future<Answer> delete(Call call) {
        String id = id(call);
        return webhooks.delete(id).map(found -> {
            if (!found) {
                throw unknown(id);
            }
            return Answer.nothing();
        });
    }

    private Future<Answer> rotate(Call call) {
        String id = id(call);
        String secret = secrets.make();
        return webhooks.rotate(id, secrets.seal(id, secret), clock.instant()).map(found -> {
            if (!found) {
                throw unknown(id);
            }
            return Answer.ok(Answer.object().put("secret", secret));
        });
    }

    private Future<Answer> test(Call call) {
        Instant now = clock.instant();
        return find(call)
                .compose(webhook -> webhook.events().stream().anyMatch(event -> event.startsWith("alert."))
                        ? delivery.test(webhook, "alert.resolved", WebhookJson.testAlert(now))
                        : delivery.test(webhook, "webhook.test", Answer.object().put("at", now.toString())))
                .map(message -> Answer.ok(WebhookJson.of(message)));
    }

    private Future<Answer> deliveries(Call call) {
        call.knows(Set.of("status", "limit", "cursor"));
        int limit = call.limit(100, 1000);
        Optional<WebhookMessage.Status> status = call.query("status").map(text -> {
            try {
                return WebhookMessage.Status.parse(text);
            } catch (IllegalArgumentException e) {
                throw Problem.field("status", "\"" + text + "\"", "pending, delivered or failed");
            }
        });
        long before = call.cursor(1).map(parts -> number(parts[0])).orElse(Long.MAX_VALUE);
        return find(call)
                .compose(webhook -> messages.list(webhook.id(), status, before, limit))
                .map(found -> Answer.page(found, limit, WebhookJson::of, last -> Call.cursor(Long.toString(last.n()))));
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw Problem.field("cursor", "\"" + text + "\"", "nextCursor of the page before");
        }
        return Long.parseLong(text);
    }

    private static String id(Call call) {
        String id = call.path("id");
        if (!id.matches("[A-Za-z0-9_]{1,64}")) {
            throw unknown(id);
        }
        return id;
    }

    private static Problem unknown(String id) {
        return Problem.notFound("webhook", id);
    }
}
