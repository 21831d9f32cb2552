package io.millrace.commands.intake;

import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.Alert;
import io.millrace.commands.store.AlertStore.News;
import io.millrace.commands.store.AlertStore.Standing;
import io.millrace.schemas.AlertEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a batch of alert events makes of the episodes: of each the newest event, and the steps that are news. A repeat is no news; what
 * comes after the end, or is older than what is known, is nothing at all. Pure; for one batch.
 */
final class AlertFold {
    private final Map<String, Standing> standing;
    private final Map<String, AlertEvent> newest = new LinkedHashMap<>();
    private final List<News> news = new ArrayList<>();

    /** @param standing of the episodes that are known */
    AlertFold(Map<String, Standing> standing) {
        this.standing = new HashMap<>(standing);
    }

    void add(Decoded<AlertEvent> one) {
        AlertEvent event = one.value();
        String id = event.fingerprint();
        Optional<Standing> before = Optional.ofNullable(standing.get(id));
        if (before.filter(known -> known.status() == AlertEvent.State.RESOLVED
                        || event.at().isBefore(known.at()))
                .isPresent()) {
            return;
        }
        step(before, event)
                .ifPresent(step -> news.add(new News(
                        step, event, one.record().partition(), one.record().offset())));
        standing.put(id, new Standing(event.status(), event.level(), event.at()));
        newest.merge(id, event, AlertFold::later);
    }

    private static Optional<Alert.Event> step(Optional<Standing> before, AlertEvent event) {
        if (event.status() == AlertEvent.State.RESOLVED) {
            return Optional.of(Alert.Event.RESOLVED);
        }
        if (before.isEmpty()) {
            return Optional.of(Alert.Event.FIRED);
        }
        return before.get().level().equals(event.level()) ? Optional.empty() : Optional.of(Alert.Event.LEVEL_CHANGED);
    }

    /** What made an episode begin is what is asked for later, not what ended it. */
    private static AlertEvent later(AlertEvent first, AlertEvent last) {
        return new AlertEvent(
                last.status(),
                last.labels(),
                last.annotations(),
                last.startsAt(),
                last.endsAt(),
                last.fingerprint(),
                last.deviceId(),
                last.rule(),
                first.revision(),
                first.cause(),
                last.value(),
                last.level(),
                last.reason(),
                first.late(),
                last.at());
    }

    Collection<AlertEvent> newest() {
        return newest.values();
    }

    List<News> news() {
        return news;
    }
}
