package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.CommandListStore;
import io.millrace.commands.store.CommandListStore.Filter;
import io.millrace.commands.store.CommandListStore.Page;
import io.millrace.commands.store.CommandListStore.Position;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Commands of the whole fleet: {@code GET /commands}. */
public final class CommandListRoutes {
    private final CommandListStore commands;
    private final Clock clock;

    public CommandListRoutes(CommandListStore commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listAllCommands", this::list));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(50);
        return commands.list(filter(call), call.cursor(2).map(CommandListRoutes::position), limit)
                .map(CommandListRoutes::answer);
    }

    private Filter filter(Call call) {
        Instant now = clock.instant();
        Optional<Instant> from = TimeRange.time(call, "from", now);
        Optional<Instant> to = TimeRange.time(call, "to", now);
        from.ifPresent(begin -> to.ifPresent(end -> TimeRange.inOrder(begin, end)));
        return new Filter(
                call.choice("status", CommandStatus.class),
                call.query("device").map(DeviceId::new),
                call.query("type"),
                call.labels(),
                from,
                to);
    }

    private static Position position(String[] parts) {
        try {
            Instant at = Instant.parse(parts[0]);
            if (!TimeRange.isUsual(at) || !parts[1].matches("\\d{1,18}")) {
                throw Call.wrongCursor(parts);
            }
            return new Position(at, Long.parseLong(parts[1]));
        } catch (DateTimeException e) {
            throw Call.wrongCursor(parts);
        }
    }

    private static Answer answer(Page page) {
        ObjectNode json = Answer.object();
        ArrayNode items = json.putArray("items");
        page.commands().forEach(command -> items.add(CommandJson.of(command)));
        page.next()
                .ifPresent(next ->
                        json.put("nextCursor", Call.cursor(next.acceptedAt().toString(), Long.toString(next.seq()))));
        return Answer.ok(json);
    }
}
