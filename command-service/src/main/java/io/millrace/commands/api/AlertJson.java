package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.Alert;

/** An alert as the API shows it. */
final class AlertJson {
    private AlertJson() {}

    static ObjectNode of(Alert alert) {
        ObjectNode json = Answer.object()
                .put("id", alert.id())
                .put("name", alert.name())
                .put("state", alert.status().text());
        alert.deviceId().ifPresent(device -> json.put("deviceId", device));
        json.set("labels", alert.labels());
        json.set("annotations", alert.annotations());
        json.put("rule", alert.rule());
        json.put("revision", alert.revision());
        json.put("cause", alert.cause());
        alert.value().ifPresent(value -> json.put("value", value));
        alert.level().ifPresent(level -> json.put("level", level));
        alert.reason().ifPresent(reason -> json.put("reason", reason));
        json.put("late", alert.late());
        json.put("startsAt", alert.startsAt().toString());
        alert.endsAt().ifPresent(at -> json.put("endsAt", at.toString()));
        json.put("updatedAt", alert.updatedAt().toString());
        json.put("acknowledged", alert.acknowledgement().isPresent());
        alert.acknowledgement().ifPresent(one -> {
            json.put("acknowledgedAt", one.at().toString());
            json.put("acknowledgedBy", one.by());
            one.note().ifPresent(note -> json.put("acknowledgedNote", note));
        });
        return json;
    }

    static ObjectNode of(Alert.Story story) {
        ObjectNode json = of(story.alert());
        ArrayNode timeline = json.putArray("timeline");
        story.steps().forEach(step -> timeline.add(of(step)));
        return json;
    }

    private static ObjectNode of(Alert.Step step) {
        ObjectNode json = Answer.object()
                .put("at", step.at().toString())
                .put("event", step.event().text());
        step.level().ifPresent(level -> json.put("level", level));
        step.value().ifPresent(value -> json.put("value", value));
        step.reason().ifPresent(reason -> json.put("reason", reason));
        step.person().ifPresent(person -> json.put("by", person));
        step.note().ifPresent(note -> json.put("note", note));
        return json;
    }
}
