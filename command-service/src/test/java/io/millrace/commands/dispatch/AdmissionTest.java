package io.millrace.commands.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.store.AcceptStore.Accepted;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.NewCommand;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Instant NOW = Instant.parse("2026-11-23T22:00:00Z");

    private final List<Promise<List<Accepted>>> statements = new ArrayList<>();
    private final List<List<String>> inserted = new ArrayList<>();
    private final Admission admission = new Admission(
            (commands, received) -> {
                inserted.add(
                        commands.stream().map(one -> one.request().commandId()).toList());
                statements.add(Promise.promise());
                return statements.get(statements.size() - 1).future();
            },
            (given, accepted, received) -> Future.succeededFuture(),
            Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void thoseThatComeDuringAStatementGoTogetherWithTheNext() {
        ask("a");
        ask("b");
        ask("c");
        assertThat(inserted).containsExactly(List.of("a"));
        statements.get(0).complete(List.of());
        assertThat(inserted).containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void whoCannotBearHisAnswerDoesNotTakeTheirsFromOthers() {
        ask("first");
        ask("breaks").onSuccess(answer -> {
            throw new IllegalStateException("the answer cannot be written");
        });
        Future<Optional<Command.Change>> behind = ask("behind");
        statements.get(0).complete(List.of());
        statements.get(1).complete(List.of());
        assertThat(behind.succeeded()).isTrue();
        Future<Optional<Command.Change>> later = ask("later");
        statements.get(2).complete(List.of());
        assertThat(later.succeeded()).isTrue();
    }

    private Future<Optional<Command.Change>> ask(String id) {
        return admission.accept(NewCommand.plain(new CommandRequest(
                id,
                new DeviceId("esp32-01"),
                "LED_ON".getBytes(UTF_8),
                Optional.empty(),
                CommandRequest.Origin.API,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("ada"),
                1,
                0,
                NOW,
                NOW.plusSeconds(60))));
    }
}
