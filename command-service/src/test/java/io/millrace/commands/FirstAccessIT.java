package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.Fleet.Reply;
import io.millrace.runtime.config.Settings;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the first admin comes to be, and what the configured password means later. */
@Timeout(120)
class FirstAccessIT {
    @Test
    void withoutAConfiguredPasswordOneIsMadeUpAndToldOnceWhicheverOfTwoInstancesStartsFirst() throws Exception {
        Settings.Builder settings = Neighbours.get().newFleet().override("admin.password", "");
        try (Fleet one = new Fleet(settings);
                Fleet two = new Fleet(settings)) {
            CompletableFuture<CommandService> first = CompletableFuture.supplyAsync(one::addService);
            CompletableFuture<CommandService> second = CompletableFuture.supplyAsync(two::addService);
            String password = Stream.of(first.join(), second.join())
                    .flatMap(service -> service.firstAccess().madeUpAdminPassword().stream())
                    .reduce((a, b) -> {
                        throw new AssertionError("both told one");
                    })
                    .orElseThrow();
            assertThat(login(one, password).status()).isEqualTo(200);
        }
        try (Fleet again = new Fleet(settings)) {
            assertThat(again.addService().firstAccess().madeUpAdminPassword()).isEmpty();
        }
    }

    @Test
    void aConfiguredPasswordCountsOnceAndAnotherOneAgain() throws Exception {
        Settings.Builder settings = Neighbours.get().newFleet();
        JsonNode pair;
        try (Fleet fleet = new Fleet(settings)) {
            fleet.addService();
            pair = login(fleet, "correct horse").json();
            Reply changed = fleet.callWith(
                    "Bearer " + pair.get("token").asText(),
                    "PUT",
                    "/users/me/password",
                    "{\"oldPassword\":\"correct horse\",\"newPassword\":\"chosen by myself\"}");
            assertThat(changed.status()).isEqualTo(200);
            pair = changed.json();
        }
        try (Fleet fleet = new Fleet(settings)) {
            fleet.addService();
            assertThat(login(fleet, "correct horse").status())
                    .as("was given up")
                    .isEqualTo(401);
            assertThat(login(fleet, "chosen by myself").status()).isEqualTo(200);
            assertThat(me(fleet, pair)).isEqualTo(200);
        }
        try (Fleet fleet = new Fleet(settings.override("admin.password", "lost and set anew"))) {
            fleet.addService();
            assertThat(login(fleet, "chosen by myself").status()).isEqualTo(401);
            assertThat(login(fleet, "lost and set anew").status()).isEqualTo(200);
            assertThat(me(fleet, pair)).as("a login of before").isEqualTo(401);
        }
    }

    private static Reply login(Fleet fleet, String password) {
        return fleet.callWith("", "POST", "/login", "{\"username\":\"admin\",\"password\":\"" + password + "\"}");
    }

    private static int me(Fleet fleet, JsonNode pair) {
        return fleet.callWith("Bearer " + pair.get("token").asText(), "GET", "/me", "")
                .status();
    }
}
