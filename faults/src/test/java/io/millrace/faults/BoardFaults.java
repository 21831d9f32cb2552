package io.millrace.faults;

import static io.millrace.faults.FaultRig.DEVICES;
import static io.millrace.faults.FaultRig.TIMINGS;
import static io.millrace.faults.FaultRig.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.simulator.EspTimings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What boards do, and what is done to them, while others report and are commanded. Part of {@link FaultsIT}. */
@Timeout(240)
abstract class BoardFaults {
    private static final int SOME = 20;
    private static final EspTimings NEVER_AGAIN = TIMINGS.withReconnectAfter(Duration.ofDays(1));
    private static final Duration COMMAND_LIVES = Duration.ofSeconds(3);

    private final FaultRig rig;
    private final Cluster cluster;
    private final Map<String, Double> times = new LinkedHashMap<>();

    BoardFaults(FaultRig rig) {
        this.rig = rig;
        this.cluster = rig.cluster;
    }

    /** Rows 1, 2, 7 and 13, one after the other: none of them takes long, and the load goes on. */
    @Test
    void boardsThatComeBackOrDoNotListenOrMayNoLongerGetWhatIsTheirsAndNoOtherBoardNotices() throws Exception {
        try (Load load = rig.load("beside")) {
            whoComesBackIsServedThereAndOnlyThere();
            whatIsForABoardThatDoesNotListenYetWaits(load);
            whoMayNoLongerIsDisconnectedWhereverItIs();
            assertThat(load.stats().connects().lost()).isZero();
            rig.report.add(load.settle("1, 2, 7, 13 boards that come back, do not listen, may no longer"), times);
        }
    }

    /** First at the same gateway, where another event loop may have it then, and then at another one. */
    private void whoComesBackIsServedThereAndOnlyThere() throws Exception {
        Api api = cluster.api();
        List<String> ids = register(api, "returns", SOME);
        for (int slot : new int[] {0, 1}) {
            // A gateway hears of a new device a moment after it was registered; then it comes again, here only.
            at(slot, ids, TIMINGS).awaitAllConnected().close();
        }
        List<Boards> sockets = new ArrayList<>();
        try {
            sockets.add(at(0, ids, NEVER_AGAIN).awaitAllConnected());
            for (int slot : new int[] {0, 1}) {
                Boards before = sockets.get(sockets.size() - 1);
                Boards after = at(slot, ids, NEVER_AGAIN).awaitAllConnected();
                sockets.add(after);
                before.awaitNoneConnected();
                String payload = "HERE " + sockets.size();
                Map<String, String> commands = send(api, ids, payload);
                awaitStatus(api, commands, "delivered");
                for (String id : ids) {
                    assertThat(after.acknowledged()).containsKey(id + " " + payload);
                    assertThat(before.acknowledged()).doesNotContainKey(id + " " + payload);
                    JsonNode presence = api.get("/devices/" + id).get("presence");
                    assertThat(presence.path("ready").asBoolean()).as(id).isTrue();
                    assertThat(presence.path("gateway").asInt()).as(id).isEqualTo(slot);
                }
                assertThat(after.stats().connects().lost()).isZero();
            }
        } finally {
            sockets.forEach(Boards::close);
        }
    }

    private void whatIsForABoardThatDoesNotListenYetWaits(Load load) throws Exception {
        Api api = cluster.api();
        List<AnsweringBoard> boards = register(api, "deaf", SOME).stream()
                .map(id -> new AnsweringBoard(cluster.balancer.mqttPort(), id, "pw-" + id))
                .toList();
        try {
            all(boards.stream().map(AnsweringBoard::connect));
            List<String> ids = boards.stream().map(AnsweringBoard::id).toList();
            await("presence").atMost(Load.PATIENCE).untilAsserted(() -> {
                for (String id : ids) {
                    assertThat(api.get("/devices/" + id)
                                    .at("/presence/connected")
                                    .asBoolean())
                            .as(id)
                            .isTrue();
                }
            });
            Map<String, String> commands = send(api, ids, "LISTEN");
            load.awaitAcknowledged(2L * DEVICES);
            awaitStatus(api, commands, "queued");
            long begin = System.nanoTime();
            all(boards.stream().map(AnsweringBoard::listen));
            CommandLedger ledger = new CommandLedger(api, List.of(), boards);
            await("answers").atMost(Load.PATIENCE).untilAsserted(() -> ledger.assertTrueEnds(commands));
            times.put("listening, all answered", seconds(Duration.ofNanos(System.nanoTime() - begin)));
            for (String command : commands.keySet()) {
                assertThat(api.get("/commands/" + command).get("attempt").asInt())
                        .isEqualTo(1);
            }
        } finally {
            boards.forEach(AnsweringBoard::close);
        }
    }

    /** Half of them are disabled, the others' secrets rotated. */
    private void whoMayNoLongerIsDisconnectedWhereverItIs() throws Exception {
        Api api = cluster.api();
        List<String> ids = register(api, "barred", SOME);
        try (Boards boards = behindTheBalancer(ids, id -> "pw-" + id)) {
            Map<String, String> fresh = new HashMap<>();
            for (String id : ids.subList(0, SOME / 2)) {
                fresh.put(id, api.rotate(id));
            }
            for (String id : ids.subList(SOME / 2, SOME)) {
                api.disable(id);
            }
            long begin = System.nanoTime();
            boards.awaitNoneConnected();
            times.put("barred, all disconnected", seconds(Duration.ofNanos(System.nanoTime() - begin)));
            await("refused")
                    .atMost(Load.PATIENCE)
                    .until(() -> boards.stats().connects().refused() >= SOME);
            assertThat(boards.stats().connects().open()).isZero();
            behindTheBalancer(List.copyOf(fresh.keySet()), fresh::get).close();
        }
    }

    /** Row 4. */
    @Test
    @Tag("long")
    void boardsWithOneIdentityAreNoticedAndSlowedAndNoOtherBoardNotices() throws Exception {
        int pairs = 4;
        // Whoever has to wait waits for up to 7 s.
        EspTimings patient = TIMINGS.withNetworkTimeout(Duration.ofSeconds(10));
        Api api = cluster.api();
        List<String> ids = register(api, "twins", pairs);
        try (Load load = rig.load("twinless");
                Boards one = at(0, ids, patient);
                Boards other = at(1, ids, patient)) {
            await("noticed").atMost(Load.PATIENCE).untilAsserted(() -> {
                for (String id : ids) {
                    assertThat(api.get("/devices/" + id + "/diagnostics").has("sharedIdentity"))
                            .as(id)
                            .isTrue();
                }
            });
            long noticed = accepted(one, other);
            // Each takeover makes the next one wait longer, up to 7 s.
            await("slowed").atMost(Load.PATIENCE).until(() -> accepted(one, other) >= noticed + 4 * pairs);
            long begin = accepted(one, other);
            TimeUnit.SECONDS.sleep(20);
            // A board that nobody slows comes back within little more than a second.
            double perSecond = (accepted(one, other) - begin) / 20.0 / pairs;
            times.put("takeovers of an identity a second, slowed", perSecond);
            assertThat(perSecond).isBetween(0.01, 0.5);
            assertThat(load.stats().connects().lost()).isZero();
            rig.report.add(load.settle("4 boards with one identity"), times);
        }
    }

    private static long accepted(Boards one, Boards other) {
        return one.stats().connects().accepted() + other.stats().connects().accepted();
    }

    /** Row 8. */
    @Test
    @Tag("long")
    void whateverCrossesACommandHasOneEndThatIsTrueAndNothingIsWrittenAfterItsTime() throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        Api api = cluster.api();
        List<TardyBoard> boards = new ArrayList<>();
        for (TardyBoard.Manner manner : TardyBoard.Manner.values()) {
            for (String id : register(api, manner.name().toLowerCase(Locale.ROOT), SOME / 2)) {
                boards.add(new TardyBoard(cluster.balancer.mqttPort(), id, manner, COMMAND_LIVES, clock));
            }
        }
        try (Load load = rig.load("punctual")) {
            all(boards.stream().map(TardyBoard::connect));
            Map<String, String> commands = new HashMap<>();
            for (TardyBoard board : boards) {
                commands.put(api.command(board.id(), "CROSS", COMMAND_LIVES).orElseThrow(), board.id());
            }
            await("all back").atMost(Load.PATIENCE).untilAsserted(() -> {
                assertThat(boards).allMatch(board -> !board.given().isEmpty() && board.isBack());
                assertEnds(api, commands, boards);
            });
            load.awaitAcknowledged(10L * DEVICES);
            assertEnds(api, commands, boards);
            for (Map.Entry<String, String> command : commands.entrySet()) {
                Instant over = Instant.parse(api.get("/commands/" + command.getKey())
                        .get("expiresAt")
                        .asText());
                // Written in time, it may be read a little later.
                assertThat(board(boards, command.getValue()).given())
                        .as(command.getValue())
                        .allMatch(given -> given.isBefore(over.plusSeconds(1)));
            }
            rig.report.add(load.settle("8 PUBACK, expiry and re-queue cross"), times);
        } finally {
            boards.forEach(TardyBoard::close);
            clock.shutdownNow();
        }
    }

    private static void assertEnds(Api api, Map<String, String> commands, List<TardyBoard> boards) throws Exception {
        for (Map.Entry<String, String> command : commands.entrySet()) {
            assertThat(api.get("/commands/" + command.getKey()).get("status").asText())
                    .as(command.getValue())
                    .isEqualTo(board(boards, command.getValue()).end());
        }
    }

    private static TardyBoard board(List<TardyBoard> boards, String id) {
        return boards.stream()
                .filter(board -> board.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> register(Api api, String name, int count) throws Exception {
        List<String> ids =
                IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList();
        api.register(ids);
        return ids;
    }

    private Boards at(int slot, List<String> ids, EspTimings timings) {
        return new Boards(cluster.mqttPort(slot), ids, id -> "pw-" + id, timings).connect();
    }

    private Boards behindTheBalancer(List<String> ids, UnaryOperator<String> secrets) {
        return new Boards(cluster.balancer.mqttPort(), ids, secrets, TIMINGS)
                .connect()
                .awaitAllConnected();
    }

    /** Command ids and what they are about: device and payload. */
    private static Map<String, String> send(Api api, List<String> ids, String payload) throws InterruptedException {
        Map<String, String> commands = new HashMap<>();
        for (String id : ids) {
            commands.put(api.command(id, payload).orElseThrow(), id + " " + payload);
        }
        return commands;
    }

    private static void awaitStatus(Api api, Map<String, String> commands, String status) {
        await(status).atMost(Load.PATIENCE).untilAsserted(() -> {
            List<String> seen = new ArrayList<>();
            for (String command : commands.keySet()) {
                seen.add(api.get("/commands/" + command).get("status").asText());
            }
            assertThat(seen).containsOnly(status);
        });
    }

    private static void all(Stream<CompletableFuture<Void>> what) {
        CompletableFuture.allOf(what.toArray(CompletableFuture<?>[]::new))
                .orTimeout(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
