package io.millrace.commands.webhook;

import io.millrace.commands.store.WebhookMessage.Claimed;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.commands.store.WebhookStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second for what is to be told and hands it to {@link WebhookDelivery}: of one receiver a few at a time, so that a slow one
 * keeps nobody waiting but himself. Any number of instances share the work. Now and then it clears up. All on one event loop.
 */
public final class WebhookRounds {
    private static final Logger log = LoggerFactory.getLogger(WebhookRounds.class);
    private static final Duration PACE = Duration.ofMillis(500);
    private static final Duration UPKEEP = Duration.ofMinutes(1);
    /** Longer than an attempt and the writing down of its outcome. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    private static final int AT_ONCE_EACH = 4;
    private static final int AT_ONCE = 64;
    private static final int MOST_WAITING = 100_000;

    private final Vertx vertx;
    private final Context context;
    private final WebhookDelivery delivery;
    private final WebhookStore webhooks;
    private final WebhookMessageStore messages;
    private final WebhooksConfig config;
    private final Clock clock;
    /** By webhook, how many attempts are under way. */
    private final Map<String, Integer> underWay = new HashMap<>();

    private int attempts;
    private boolean looking;
    private boolean again;
    private @Nullable Promise<Void> closing;
    private long pace;
    private long upkeep;

    public WebhookRounds(
            Vertx vertx,
            WebhookDelivery delivery,
            WebhookStore webhooks,
            WebhookMessageStore messages,
            WebhooksConfig config,
            Clock clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.delivery = delivery;
        this.webhooks = webhooks;
        this.messages = messages;
        this.config = config;
        this.clock = clock;
    }

    public void start() {
        context.runOnContext(begin -> {
            pace = vertx.setPeriodic(PACE.toMillis(), timer -> look());
            upkeep = vertx.setPeriodic(1, UPKEEP.toMillis(), timer -> clearUp());
        });
    }

    private void look() {
        if (looking || closing != null || attempts >= AT_ONCE) {
            again = looking;
            return;
        }
        looking = true;
        again = false;
        Map<String, Integer> room = new HashMap<>();
        underWay.forEach((webhook, count) -> room.put(webhook, Math.max(0, AT_ONCE_EACH - count)));
        messages.claim(room, AT_ONCE_EACH, AT_ONCE - attempts, LEASE).onComplete(claimed -> {
            looking = false;
            if (claimed.failed()) {
                log.atWarn()
                        .addKeyValue("reason", claimed.cause().toString())
                        .log("webhooks not looked at, trying again");
                return;
            }
            claimed.result().forEach(this::deliver);
            if (again) {
                look();
            }
        });
    }

    private void deliver(Claimed claimed) {
        String webhook = claimed.message().webhookId();
        attempts++;
        underWay.merge(webhook, 1, Integer::sum);
        delivery.deliver(claimed)
                .onComplete(done -> context.runOnContext(ended -> {
                    attempts--;
                    underWay.computeIfPresent(webhook, (id, count) -> count == 1 ? null : count - 1);
                    if (done.failed()) {
                        log.atWarn()
                                .addKeyValue("webhook", webhook)
                                .addKeyValue("reason", done.cause().toString())
                                .log("outcome of an attempt not written, it will be made again");
                    }
                    Promise<Void> waiting = closing;
                    if (waiting != null && attempts == 0) {
                        waiting.tryComplete();
                    } else if (done.succeeded()) {
                        look();
                    }
                }));
    }

    private void clearUp() {
        Future<List<String>> overfull = webhooks.disableOverfull(
                MOST_WAITING, "more than " + MOST_WAITING + " messages wait for it", clock.instant());
        overfull.compose(disabled -> {
                    disabled.forEach(id ->
                            log.atWarn().addKeyValue("webhook", id).log("webhook disabled, too much waits for it"));
                    return messages.removeOld(config.giveUpAfter(), config.kept());
                })
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("reason", failure.toString())
                        .log("old messages to webhooks not removed, trying again in a minute"));
    }

    /** Takes nothing more and waits for the attempts under way; what they leave is due again after their time, here or elsewhere. */
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(end -> {
            closing = done;
            var unused = vertx.cancelTimer(pace) && vertx.cancelTimer(upkeep);
            if (attempts == 0) {
                done.tryComplete();
            }
        });
        return done.future().eventually(delivery::close);
    }
}
