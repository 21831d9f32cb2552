package io.millrace.rules.backtest;

import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.expression.Claim.Comparison;
import io.millrace.rules.lint.Calming;
import io.millrace.rules.lint.Recording.Series;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Limits;
import io.millrace.rules.model.Rate;
import io.millrace.rules.model.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What one rule did: of a lane while it runs, of all when they are added up. */
final class RuleRecord {

    private static final long HOUR = 3_600_000;
    /** More changes than this in an hour are flapping. */
    private static final int CALM = 6;

    /** So many devices show how noisy a field is. */
    private static final int MOST_NOISY = 8;

    /** One device on which the rule has fired. */
    private static final class Episodes {
        long firingSince = -1;
        /** In seconds: until then it counts among those on which the rule acts. */
        long actingUntil = Long.MIN_VALUE;

        boolean tripped;
        final long[] changes = new long[CALM + 1];
        int changeCount;
        boolean flaps;

        /** True if it has begun to flap. */
        boolean changed(long time) {
            long oldest = changes[changeCount % changes.length];
            changes[changeCount++ % changes.length] = time;
            boolean quick = changeCount > CALM + 1 && time - oldest <= HOUR;
            boolean begins = quick && !flaps;
            flaps |= quick;
            return begins;
        }
    }

    private final Map<String, Episodes> devices = new HashMap<>();
    private final Rule rule;
    private final int window;
    private final boolean sends;
    private final Optional<Comparison> threshold;
    /** Of some devices on which it flaps, the numbers that it compares. */
    private final List<Series> noise = new ArrayList<>();

    /** How many devices more (or fewer) than the second before the rule has acted on within its window. */
    private final BySecond acting = new BySecond();

    private final BySecond sent = new BySecond();
    final LengthHistogram lengths = new LengthHistogram();
    final Map<Outcome, Long> withheld = new TreeMap<>();
    long fired;
    long commands;
    /** How often its condition was asked for samples. */
    long asked;

    long unknown;
    long errors;
    /** Changes whenever an episode has another device, start or end. */
    long digest;

    RuleRecord(Rule rule) {
        this.rule = rule;
        threshold = Calming.threshold(rule);
        Rate brake = rule.conduct().limits().maxDevices().orElse(Rate.perMinute(Limits.DEVICES));
        window = (int) Math.max(1, brake.window().toSeconds());
        sends = rule.onFiring().stream().anyMatch(action -> action.kind() == Action.Kind.SEND);
    }

    Rule rule() {
        return rule;
    }

    boolean sends() {
        return sends;
    }

    /** True if it begins to flap on that device. */
    boolean fires(String device, long time) {
        Episodes episodes = devices.computeIfAbsent(device, id -> new Episodes());
        fired++;
        episodes.firingSince = time;
        boolean flaps = episodes.changed(time);
        digest += mix(device, time);
        if (!sends) {
            acts(episodes, time);
        }
        return flaps;
    }

    /** Of commands those count that go out while the rule fires. */
    void acted(String device, long time, Action.Kind action, Outcome outcome) {
        Episodes episodes = devices.get(device);
        if (outcome == Outcome.TRIPPED && episodes != null) {
            episodes.tripped = true;
        }
        if (outcome != Outcome.SENT) {
            var unused = withheld.merge(outcome, 1L, Long::sum);
        }
        if (action == Action.Kind.SEND && (outcome == Outcome.SENT || outcome == Outcome.DRY_RUN)) {
            sent.add(time / 1000, 1);
            if (episodes != null && episodes.firingSince >= 0) {
                acts(episodes, time);
            }
        }
    }

    private void acts(Episodes episodes, long time) {
        long second = time / 1000;
        if (second >= episodes.actingUntil) {
            leaves(episodes);
            acting.add(second, 1);
        }
        episodes.actingUntil = second + window;
    }

    private void leaves(Episodes episodes) {
        if (episodes.actingUntil != Long.MIN_VALUE) {
            acting.add(episodes.actingUntil, -1);
            episodes.actingUntil = Long.MIN_VALUE;
        }
    }

    /** Nothing more will come. */
    void close() {
        devices.values().forEach(this::leaves);
    }

    /** True if it begins to flap on that device. */
    boolean ends(String device, long time) {
        Episodes episodes = devices.get(device);
        if (episodes == null || episodes.firingSince < 0) {
            return false;
        }
        lengths.add(time - episodes.firingSince);
        episodes.firingSince = -1;
        digest += 31 * mix(device, time);
        return episodes.changed(time);
    }

    private static long mix(String device, long time) {
        long hash = (device.hashCode() * 0x9E3779B97F4A7C15L) ^ time;
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        return hash ^ (hash >>> 27);
    }

    /** Of another lane, whose devices are others. */
    void add(RuleRecord other) {
        devices.putAll(other.devices);
        noise.addAll(other.noise);
        acting.add(other.acting);
        sent.add(other.sent);
        lengths.add(other.lengths);
        other.withheld.forEach((outcome, count) -> withheld.merge(outcome, count, Long::sum));
        fired += other.fired;
        commands += other.commands;
        asked += other.asked;
        unknown += other.unknown;
        errors += other.errors;
        digest += other.digest;
    }

    int deviceCount() {
        return devices.size();
    }

    /** Devices on which this one fired and the other did not. */
    int devicesBeyond(RuleRecord other) {
        return (int) devices.keySet().stream()
                .filter(device -> !other.devices.containsKey(device))
                .count();
    }

    int flapping() {
        return (int) devices.values().stream().filter(device -> device.flaps).count();
    }

    /** Where to put the numbers of one more device; empty if there are enough, or they would not help. */
    Optional<Series> listen() {
        if (threshold.isEmpty() || noise.size() == MOST_NOISY) {
            return Optional.empty();
        }
        Series series = new Series();
        noise.add(series);
        return Optional.of(series);
    }

    /** What would have kept it from flapping. */
    Optional<String> calming() {
        return threshold
                .filter(comparison -> !noise.isEmpty())
                .flatMap(comparison -> Calming.resolveExpr(comparison, noise));
    }

    int stillFiring() {
        return (int) devices.values().stream()
                .filter(device -> device.firingSince >= 0)
                .count();
    }

    /** Devices on which it acted (or, without commands, began to fire) within one window of its fleet brake. */
    int storm() {
        return acting.peak();
    }

    /** When it acted on more devices than that, in epoch milliseconds. */
    OptionalLong brakedAt(int most) {
        OptionalLong second = acting.firstBeyond(most);
        return second.isEmpty() || !sends ? OptionalLong.empty() : OptionalLong.of(second.getAsLong() * 1000);
    }

    /** Commands beyond a limit for all devices together. */
    long beyond(Rate limit) {
        return sent.beyond(limit.most(), (int) Math.max(1, limit.window().toSeconds()));
    }

    int trippedDevices() {
        return (int) devices.values().stream().filter(device -> device.tripped).count();
    }
}
