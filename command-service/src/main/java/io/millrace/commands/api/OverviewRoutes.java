package io.millrace.commands.api;

import io.millrace.commands.overview.Overview;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.util.List;

/** The fleet at a glance: {@code /overview}. */
public final class OverviewRoutes {
    private final Overview overview;

    public OverviewRoutes(Overview overview) {
        this.overview = overview;
    }

    public List<Operation> operations() {
        return List.of(new Operation("getOverview", this::get));
    }

    private Future<Answer> get(Call call) {
        return overview.figures().map(figures -> Answer.ok(Json.mapper().valueToTree(figures)));
    }
}
