package io.millrace.gateway.http;

import io.millrace.gateway.flow.OnLoop;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.Identity;
import io.millrace.gateway.poll.Poll;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.SessionEvent.CloseReason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A request for a command as it waits for its answer. Its session lives on an event loop of its own, perhaps another one: what it
 * says is carried to the request's.
 *
 * @param loop the request's
 * @param patience as long as it may wait
 */
record LongPoll(
        Answer answer,
        PollQuery query,
        Identity.Device identity,
        String address,
        OnLoop loop,
        Duration patience,
        DeviceTable devices)
        implements Poll {
    @Override
    public int qos() {
        return query.qos();
    }

    @Override
    public Optional<String> acknowledges() {
        return query.acknowledges();
    }

    @Override
    public void give(Dispatch command, Consumer<Boolean> written) {
        CommandAnswer content = query.raw() ? CommandAnswer.raw(command) : CommandAnswer.json(command);
        loop.execute(() -> {
            var unused = answer.send(200, content.type(), content.headers(), content.content())
                    .onComplete(sent -> written.accept(sent.succeeded()));
        });
    }

    @Override
    public void nothing() {
        loop.execute(() -> answer.empty(204, CommandAnswer.NOT_FOR_CACHES));
    }

    @Override
    public void unavailable(String detail) {
        fail(Problem.unavailable(detail));
    }

    @Override
    public void ended(CloseReason reason) {
        fail(
                switch (reason) {
                    case TAKEN_OVER -> Problem.takenOver();
                    case NOT_AUTHORIZED -> isDisabled() ? Problem.notAuthorized() : Problem.unauthorized();
                    default -> Problem.unavailable("this session is over: " + reason.text());
                });
    }

    private boolean isDisabled() {
        return devices.find(identity.id().value())
                .map(entry -> !entry.enabled())
                .orElse(false);
    }

    private void fail(Problem problem) {
        loop.execute(() -> answer.fail(problem));
    }
}
