package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final Vertx vertx = Vertx.vertx();

    @AfterAll
    static void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void theDocumentIsValidAndSaysOfEveryOperationThatIsAnsweredWhoMay() {
        Wiring wiring = new Wiring(
                vertx,
                CommandServiceConfig.of(Settings.builder().build()),
                new SimpleMeterRegistry(),
                Clock.systemUTC());

        Router router = wiring.api(Optional::empty)
                .router(vertx)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();

        assertThat(router.getRoutes()).hasSizeGreaterThan(20);
    }
}
