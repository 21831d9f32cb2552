package io.millrace.commands.api;

import io.millrace.commands.access.Bearers;
import io.millrace.commands.live.Live;
import io.millrace.commands.live.LiveEvent;
import io.millrace.commands.live.LiveFilter;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What happens now, as server-sent events: {@code GET /live}. */
public final class LiveRoutes {
    private static final int MOST_DEVICES = 100;
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Live live;
    private final Bearers bearers;

    public LiveRoutes(Live live, Bearers bearers) {
        this.live = live;
        this.bearers = bearers;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listen", HttpMethod.GET, "/live", Role.VIEWER, this::listen));
    }

    private Future<Answer> listen(Call call) {
        LiveFilter filter = new LiveFilter(types(call), devices(call));
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
                        () -> bearers.verify(bearer).map(found -> found.filter(principal -> principal.may(Role.VIEWER))
                                .isPresent()),
                        call::whenOver)));
    }

    private static Set<LiveEvent.Type> types(Call call) {
        Set<LiveEvent.Type> types = EnumSet.noneOf(LiveEvent.Type.class);
        for (String text : call.queries("event")) {
            types.add(Arrays.stream(LiveEvent.Type.values())
                    .filter(type -> type.text().equals(text))
                    .findFirst()
                    .orElseThrow(
                            () -> Problem.field("event", "\"" + text + "\"", "telemetry, presence, command or alert")));
        }
        return types.isEmpty() ? EnumSet.allOf(LiveEvent.Type.class) : types;
    }

    private static Set<String> devices(Call call) {
        Set<String> devices = new LinkedHashSet<>(call.queries("device"));
        for (String device : devices) {
            if (!DeviceId.isValid(device)) {
                throw Problem.field(
                        "device", "\"" + device + "\"", "1 to 256 characters of letters, digits and . _ : -");
            }
        }
        if (devices.size() > MOST_DEVICES) {
            throw Problem.field("device", devices.size() + " ids", "at most " + MOST_DEVICES + ", or none for all");
        }
        return devices;
    }
}
