package io.millrace.commands.api;

import io.millrace.commands.store.Database;
import io.millrace.commands.store.Webhook;
import io.millrace.commands.store.WebhookMessage;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.commands.store.WebhookStore;
import io.millrace.commands.webhook.WebhookDelivery;
import io.millrace.commands.webhook.WebhookSecrets;
import io.millrace.commands.webhook.WebhookUrl;
import io.millrace.schemas.SecretDigest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
                new Operation("createWebhook", this::create),
                new Operation("listWebhooks", this::list),
                new Operation("getWebhook", this::get),
                new Operation("changeWebhook", this::change),
                new Operation("deleteWebhook", this::delete),
                new Operation("rotateWebhookSecret", this::rotate),
                new Operation("testWebhook", this::test),
                new Operation("listDeliveries", this::deliveries));
    }

    private Future<Answer> create(Call call) {
        Body body = call.body();
        Instant now = clock.instant();
        String id =
                "wh_" + SecretDigest.newSecret().replaceAll("[^A-Za-z0-9]", "").substring(0, ID_LENGTH);
        String secret = secrets.make();
        Webhook webhook = new Webhook(
                id,
                body.text("name"),
                url(body).orElseThrow(),
                body.texts("events").orElseThrow(),
                body.texts("devices").orElse(List.of()),
                body.texts("rules").orElse(List.of()),
                body.labels("labels").orElse(Map.of()),
                secrets.seal(id, secret),
                body.flag("enabled").orElse(true),
                Optional.empty(),
                now,
                call.principal().name(),
                now);
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

    /** A pattern cannot say all that is wrong with an address. */
    private static Optional<String> url(Body body) {
        return body.maybeText("url").map(text -> {
            try {
                var unused = WebhookUrl.parse(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw Problem.field("url", "\"" + text + "\"", WebhookUrl.EXPECTED);
            }
        });
    }

    private static Future<Boolean> taken(Throwable failure, Webhook webhook) {
        return Future.failedFuture(
                Database.isDuplicate(failure)
                        ? Problem.conflict(
                                "webhook-exists",
                                "name",
                                webhook.name(),
                                "webhook \"" + webhook.name() + "\" is there already",
                                "another name")
                        : failure);
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        return webhooks.list(call.cursor(1).map(parts -> parts[0]), limit)
                .map(found -> Answer.page(found, limit, WebhookJson::of, last -> Call.cursor(last.name())));
    }

    private Future<Answer> get(Call call) {
        return find(call).map(webhook -> Answer.ok(WebhookJson.of(webhook)));
    }

    private Future<Webhook> find(Call call) {
        String id = call.path("id");
        return webhooks.find(id).map(found -> found.orElseThrow(() -> unknown(id)));
    }

    private Future<Answer> change(Call call) {
        Body body = call.body();
        Optional<String> name = body.maybeText("name");
        Optional<String> url = url(body);
        Optional<List<String>> events = body.texts("events");
        Optional<List<String>> devices = body.texts("devices");
        Optional<List<String>> rules = body.texts("rules");
        Optional<Map<String, String>> labels = body.labels("labels");
        Optional<Boolean> enabled = body.flag("enabled");
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
        String id = call.path("id");
        return webhooks.delete(id).map(found -> {
            if (!found) {
                throw unknown(id);
            }
            return Answer.nothing();
        });
    }

    private Future<Answer> rotate(Call call) {
        String id = call.path("id");
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
        int limit = call.limit(100);
        var status = call.choice("status", WebhookMessage.Status.class);
        long before = call.position().orElse(Long.MAX_VALUE);
        return find(call)
                .compose(webhook -> messages.list(webhook.id(), status, before, limit))
                .map(found -> Answer.page(found, limit, WebhookJson::of, last -> Call.cursor(Long.toString(last.n()))));
    }

    private static Problem unknown(String id) {
        return Problem.notFound("webhook", id);
    }
}
