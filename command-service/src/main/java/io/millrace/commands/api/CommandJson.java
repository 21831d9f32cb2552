package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.life.Retry;
import io.millrace.commands.life.Terms;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.TimelineStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Commands as the API shows them. */
final class CommandJson {
    private CommandJson() {}

    static ObjectNode of(Command command) {
        ObjectNode json = Answer.object()
                .put("commandId", command.id())
                .put("deviceId", command.deviceId())
                .put("status", command.status().text());
        command.reason().ifPresent(reason -> json.put("reason", reason));
        payload(json, command.payload(), command.contentType());
        json.put("attempt", command.attempt());
        command.result().ifPresent(result -> json.set("result", result));
        json.put("createdAt", command.createdAt().toString());
        json.put("expiresAt", command.expiresAt().toString());
        command.sentAt().ifPresent(at -> json.put("sentAt", at.toString()));
        command.deliveredAt().ifPresent(at -> json.put("deliveredAt", at.toString()));
        command.finishedAt().ifPresent(at -> json.put("finishedAt", at.toString()));
        terms(json, command.terms());
        if (command.retries() > 0) {
            json.put("retries", command.retries());
        }
        command.notBefore().ifPresent(at -> json.put("notBefore", at.toString()));
        command.batch().ifPresent(batch -> json.put("batchId", batch));
        ObjectNode cause = json.putObject("cause").put("origin", command.origin());
        command.rule().ifPresent(rule -> cause.put("rule", rule));
        command.revision().ifPresent(revision -> cause.put("revision", revision));
        command.cause().ifPresent(record -> cause.put("record", record));
        command.requestedBy().ifPresent(user -> cause.put("user", user));
        return json;
    }

    static void payload(ObjectNode json, byte[] payload, Optional<String> contentType) {
        String text = new String(payload, UTF_8);
        if (Arrays.equals(text.getBytes(UTF_8), payload)) {
            json.put("payload", text);
        } else {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
        contentType.ifPresent(type -> json.put("contentType", type));
    }

    static void terms(ObjectNode json, Terms terms) {
        terms.answerWithin().ifPresent(within -> json.put("answerWithin", Durations.text(within)));
        Retry retry = terms.retry();
        if (retry.times() > 0) {
            ObjectNode policy =
                    json.putObject("retry").put("times", retry.times()).put("delay", Durations.text(retry.delay()));
            retry.on().stream().sorted().forEach(cause -> policy.withArray("/on")
                    .add(cause.text()));
        }
    }

    static ObjectNode of(TimelineStore.Entry entry) {
        ObjectNode json = Answer.object()
                .put("at", entry.at().toString())
                .put("event", entry.event())
                .put("status", entry.status().text())
                .put("attempt", entry.attempt());
        entry.slot().ifPresent(slot -> json.put("gateway", slot));
        entry.epoch().ifPresent(epoch -> json.put("session", epoch));
        entry.reason().ifPresent(reason -> json.put("reason", reason));
        return json;
    }
}
