package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.rules.RuleEngines.Said;
import io.millrace.commands.store.Device;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Stored;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleTrial;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * {@code POST /rules/try}: what the rules of a text would have done with a device's recorded readings. They are read here, the newest 20,000
 * or 8 MiB of them, and tried by a rule engine, which knows the language. Changes nothing.
 */
public final class RuleTrialRoutes {
    private static final int MOST_READINGS = 20_000;
    private static final Duration USUAL = Duration.ofHours(24);
    private static final Duration LONGEST_RANGE = Duration.ofDays(366);
    /** Checking takes an engine 5 s at most, trying 10. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    /** Each has up to 8 MiB of readings in memory, and again on its way. */
    private static final int AT_ONCE = 2;

    private final Vertx vertx;
    private final RuleEngines engines;
    private final DeviceStore devices;
    private final HistoryStore history;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE);

    public RuleTrialRoutes(Vertx vertx, RuleEngines engines, DeviceStore devices, HistoryStore history, Clock clock) {
        this.vertx = vertx;
        this.engines = engines;
        this.devices = devices;
        this.history = history;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(new Operation("tryRules", this::attempt));
    }

    private Future<Answer> attempt(Call call) {
        Body body = call.body();
        DeviceId id = new DeviceId(body.text("device"));
        TimeRange range = range(body);
        if (!places.tryAcquire()) {
            throw Problem.tooManyRequests("others are trying rules", Duration.ofSeconds(2));
        }
        return Future.succeededFuture()
                .compose(begun -> devices.find(id))
                .map(found -> found.orElseThrow(() -> Problem.notFound("device", id.value()))
                        .device())
                .compose(device -> new Readings(history, id, range, true)
                        .page(Optional.empty(), MOST_READINGS)
                        .compose(page -> attempt(body, device, range, page)))
                .onComplete(done -> places.release());
    }

    private TimeRange range(Body body) {
        Instant now = clock.instant();
        Instant to = time(body, "to")
                .orElseGet(() -> now.truncatedTo(ChronoUnit.MILLIS).plusMillis(1));
        Instant from = time(body, "from").orElseGet(() -> to.minus(USUAL));
        TimeRange.inOrder(from, to);
        if (Duration.between(from, to).compareTo(LONGEST_RANGE) > 0) {
            throw Problem.field("from", from.toString(), "at most a year before to (" + to + ")");
        }
        return new TimeRange(from, to);
    }

    private static Optional<Instant> time(Body body, String field) {
        return body.maybeText(field).map(text -> {
            try {
                Instant time = Instant.parse(text);
                if (TimeRange.isUsual(time)) {
                    return time;
                }
            } catch (DateTimeException wrong) {
                throw Problem.field(field, "\"" + text + "\"", "a time such as 2026-11-22T10:04:00Z");
            }
            throw Problem.field(field, "\"" + text + "\"", "a year from 1 to 9999");
        });
    }

    private Future<Answer> attempt(Body body, Device device, TimeRange range, Readings.Page page) {
        List<Stored> rows = new ArrayList<>(page.rows());
        Collections.reverse(rows);
        boolean cut = page.next().isPresent();
        Instant from = begin(device, range, rows, cut);
        Instant now = clock.instant();
        RuleTrial.Question question = new RuleTrial.Question(
                body.text("file"),
                body.text("text"),
                device.id(),
                device.type(),
                device.labels(),
                device.attributes(),
                from,
                range.to().isAfter(now) ? now : range.to(),
                rows.stream()
                        .map(row -> new RuleTrial.Reading(row.position().time().toEpochMilli(), row.body()))
                        .toList());
        return vertx.executeBlocking(() -> Buffer.buffer(Json.write(question)), false)
                .compose(asked -> engines.ask()
                        .compose(answers -> ask(
                                answers.stream()
                                        .filter(answer -> answer.status().isPresent())
                                        .map(RuleEngines.Answer::address)
                                        .toList(),
                                asked)))
                .map(said -> answer(said, from, cut));
    }

    /** Not before the device was there: nobody was silent then. */
    private static Instant begin(Device device, TimeRange range, List<Stored> rows, boolean cut) {
        Instant first = rows.isEmpty() ? range.to() : rows.get(0).position().time();
        if (cut) {
            return first;
        }
        Instant there = first.isBefore(device.createdAt()) ? first : device.createdAt();
        return there.isBefore(range.from()) || !there.isBefore(range.to()) ? range.from() : there;
    }

    /** The first that is free. */
    private Future<Said> ask(List<String> addresses, Buffer question) {
        if (addresses.isEmpty()) {
            throw Problem.of(503, "no-rule-engine", "no rule engine of rules.engines answers");
        }
        return engines.send(addresses.get(0), "/rules/try", question, PATIENCE)
                .compose(said -> said.status() == 429 && addresses.size() > 1
                        ? ask(addresses.subList(1, addresses.size()), question)
                        : Future.succeededFuture(said));
    }

    private static Answer answer(Said said, Instant from, boolean cut) {
        if (said.status() != 200) {
            throw RuleFileRoutes.problem(said);
        }
        ObjectNode json = Json.read(said.page().getBytes(), ObjectNode.class);
        json.put("from", from.toString());
        json.put("truncated", cut || json.path("truncated").asBoolean());
        return Answer.ok(json);
    }
}
