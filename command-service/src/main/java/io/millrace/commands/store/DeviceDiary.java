package io.millrace.commands.store;

import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.SessionEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The little that is remembered of a device's troubles: its last connects and refusals, the newest first, and how often each sign of
 * trouble was seen. A pure value; kept as JSON.
 *
 * @param signs by their words
 * @param sharedIdentity when two boards last seemed to have it
 */
public record DeviceDiary(
        List<Connect> connects,
        List<Refusal> refusals,
        Map<String, Tally> signs,
        Optional<DeviceDiagnostic.DuplicateIdentity> sharedIdentity) {
    static final int REMEMBERED = 10;
    private static final Duration DAY = Duration.ofHours(24);

    public DeviceDiary {
        connects = connects == null ? List.of() : List.copyOf(connects);
        refusals = refusals == null ? List.of() : List.copyOf(refusals);
        signs = signs == null ? Map.of() : Map.copyOf(signs);
        sharedIdentity = sharedIdentity == null ? Optional.empty() : sharedIdentity;
    }

    public static DeviceDiary empty() {
        return new DeviceDiary(List.of(), List.of(), Map.of(), Optional.empty());
    }

    /** A session, by its epoch. */
    public record Connect(
            long session,
            int gateway,
            Instant at,
            String clientId,
            String protocol,
            String address,
            Optional<Instant> closedAt,
            Optional<String> reason) {
        public Connect closed(Instant when, String why) {
            return new Connect(session, gateway, at, clientId, protocol, address, Optional.of(when), Optional.of(why));
        }
    }

    /** Attempts in a row that were refused for one reason. */
    public record Refusal(String reason, long count, Instant from, Instant at, int gateway, Optional<String> address) {}

    /**
     * How often a sign was seen.
     *
     * @param hours counts of the last day, by the beginning of their hour
     */
    public record Tally(
            long total, Instant firstAt, Instant lastAt, Optional<String> detail, Map<Instant, Long> hours) {
        private static Tally none(Instant at) {
            return new Tally(0, at, at, Optional.empty(), Map.of());
        }

        private Tally plus(long count, Instant at, Optional<String> said) {
            Map<Instant, Long> sums = new TreeMap<>(hours);
            sums.merge(at.truncatedTo(ChronoUnit.HOURS), count, Long::sum);
            sums.keySet().removeIf(hour -> hour.isBefore(at.minus(DAY)));
            return new Tally(total + count, firstAt, at, said.or(this::detail), Map.copyOf(sums));
        }

        public long lastDay(Instant now) {
            return hours.entrySet().stream()
                    .filter(hour -> !hour.getKey().isBefore(now.minus(DAY)))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    public long lastDay(DeviceDiagnostic.Sign sign, Instant now) {
        return Optional.ofNullable(signs.get(sign.text()))
                .map(tally -> tally.lastDay(now))
                .orElse(0L);
    }

    /** @param offset of its record: the epoch of a session that it opens */
    public DeviceDiary with(SessionEvent.OfDevice event, long offset) {
        if (event instanceof SessionEvent.Opened opened) {
            return withConnects(first(
                    new Connect(
                            offset,
                            opened.slot(),
                            opened.at(),
                            opened.clientId(),
                            opened.protocol(),
                            opened.address(),
                            Optional.empty(),
                            Optional.empty()),
                    connects));
        }
        if (event instanceof SessionEvent.Closed closed) {
            return closed(closed.epoch(), closed.at(), closed.reason().text());
        }
        return this;
    }

    /** A gateway that was lost wrote no end of its sessions; the database knows when it was. */
    public DeviceDiary closed(long session, Instant at, String reason) {
        UnaryOperator<Connect> end = connect -> connect.session() == session ? connect.closed(at, reason) : connect;
        return withConnects(connects.stream().map(end).toList());
    }

    public DeviceDiary with(DeviceDiagnostic event) {
        if (event instanceof DeviceDiagnostic.Noticed noticed) {
            Map<String, Tally> more = new LinkedHashMap<>(signs);
            noticed.findings()
                    .forEach(finding -> more.compute(
                            finding.sign().text(), (sign, tally) -> (tally == null ? Tally.none(noticed.from()) : tally)
                                    .plus(finding.count(), noticed.at(), finding.detail())));
            return new DeviceDiary(connects, refusals, more, sharedIdentity);
        }
        if (event instanceof DeviceDiagnostic.ConnectRefused refused) {
            return new DeviceDiary(connects, refused(refused), signs, sharedIdentity);
        }
        if (event instanceof DeviceDiagnostic.DuplicateIdentity shared) {
            return new DeviceDiary(connects, refusals, signs, Optional.of(shared));
        }
        return this;
    }

    private List<Refusal> refused(DeviceDiagnostic.ConnectRefused news) {
        Refusal refusal = new Refusal(news.reason(), news.count(), news.from(), news.at(), news.slot(), news.address());
        if (refusals.isEmpty() || !refusals.get(0).reason().equals(news.reason())) {
            return first(refusal, refusals);
        }
        Refusal before = refusals.get(0);
        Refusal both = new Refusal(
                news.reason(),
                before.count() + news.count(),
                before.from(),
                news.at(),
                news.slot(),
                news.address().or(before::address));
        return first(both, refusals.subList(1, refusals.size()));
    }

    private DeviceDiary withConnects(List<Connect> changed) {
        return new DeviceDiary(changed, refusals, signs, sharedIdentity);
    }

    private static <T> List<T> first(T newest, List<T> others) {
        List<T> all = new ArrayList<>(others.subList(0, Math.min(others.size(), REMEMBERED - 1)));
        all.add(0, newest);
        return all;
    }
}
