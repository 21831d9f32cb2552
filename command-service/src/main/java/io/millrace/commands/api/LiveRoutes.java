package io.millrace.commands.api;

import io.millrace.commands.access.Bearers;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.live.Live;
import io.millrace.commands.live.LiveEvent;
import io.millrace.commands.live.LiveFilter;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What happens now, as server-sent events: {@code GET /live}. */
public final class LiveRoutes {
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Live live;
    private final Bearers bearers;

    public LiveRoutes(Live live, Bearers bearers) {
        this.live = live;
        this.bearers = bearers;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listen", this::listen));
    }

    private Future<Answer> listen(Call call) {
        LiveFilter filter = new LiveFilter(types(call), new LinkedHashSet<>(call.queries("device")));
        if (live.isFull()) {
            return Future.failedFuture(Problem.tooManyRequests(
                    "too many listen at this instance (expected at most " + live.most() + ", http.live.clients)",
                    LATER));
        }
        String bearer = call.header("Authorization")
                .orElse("")
                .substring("bearer ".length())
                .trim();
        return Future.succeededFuture(Answer.streamed(
                "text/event-stream",
                out -> live.listen(
                        filter,
                        out,
                        () -> bearers.verify(bearer, ClientAddress.network(call.address()))
                                .map(found -> found.filter(principal -> principal.may(Role.VIEWER))
                                        .isPresent()),
                        call::whenOver)));
    }

    private static Set<LiveEvent.Type> types(Call call) {
        Set<LiveEvent.Type> types = EnumSet.noneOf(LiveEvent.Type.class);
        call.queries("event").forEach(text -> types.add(LiveEvent.Type.valueOf(text.toUpperCase(Locale.ROOT))));
        return types.isEmpty() ? EnumSet.allOf(LiveEvent.Type.class) : types;
    }
}
