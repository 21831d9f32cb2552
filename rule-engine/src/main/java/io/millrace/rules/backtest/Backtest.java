package io.millrace.rules.backtest;

import io.millrace.rules.backtest.Findings.Comparison;
import io.millrace.rules.backtest.Findings.Relation;
import io.millrace.rules.backtest.Findings.RuleFindings;
import io.millrace.rules.expression.Field;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs a recording through a rule set, and beside it through another one, on several threads. One use. */
public final class Backtest {

    private static final int BRAKE_LEAST = 50;
    private static final double BRAKE_SHARE = 0.2;

    private final RuleSet rules;
    private final Optional<RuleSet> other;
    private final UnaryOperator<RuleId> name;
    private final List<Lane> lanes;

    /**
     * With as many lanes as threads.
     *
     * @param other the set that the first one is compared with
     * @param name what a rule of the other set is called in the first one
     */
    public Backtest(RuleSet rules, Optional<RuleSet> other, UnaryOperator<RuleId> name, int threads) {
        this.rules = rules;
        this.other = other;
        this.name = name;
        List<RuleSet> sets = Stream.concat(Stream.of(rules), other.stream()).toList();
        Set<String> topics = topics(sets);
        lanes = IntStream.range(0, threads)
                .mapToObj(i -> new Lane(sets, topics))
                .toList();
    }

    private static Set<String> topics(List<RuleSet> sets) {
        Set<String> topics = new HashSet<>();
        sets.stream()
                .flatMap(set -> set.rules().stream())
                .flatMap(rule -> Stream.concat(rule.onFiring().stream(), rule.onResolved().stream()))
                .forEach(action -> {
                    if (action instanceof Action.Publish publish) {
                        topics.add(publish.topic());
                    }
                });
        return topics;
    }

    /**
     * To the end of the recording.
     *
     * @param only devices that count; empty = all
     * @param watcher told the number of readings so far, now and then, on another thread
     */
    public Findings run(Recording recording, Optional<Glob> only, LongConsumer watcher) throws IOException {
        try (Distributor distributor = new Distributor(lanes, only);
                Ticker ticker = new Ticker(() -> watcher.accept(distributor.messages()))) {
            ticker.start();
            recording.readTo(distributor);
            distributor.finish();
            long last = lanes.stream().mapToLong(lane -> lane.last).max().orElse(0);
            if (distributor.messages() > 0) {
                lanes.forEach(lane -> lane.end(last));
            }
            return findings(distributor, last);
        }
    }

    private Findings findings(Distributor distributor, long last) {
        long first = lanes.stream().mapToLong(lane -> lane.first).min().orElse(0);
        long messages = distributor.messages();
        Map<RuleId, RuleRecord> own = added(0, UnaryOperator.identity());
        List<RuleFindings> found = new ArrayList<>();
        Optional<Map<RuleId, RuleRecord>> theirs = other.map(set -> added(1, name));
        for (Rule rule : rules.rules()) {
            RuleRecord record = own.getOrDefault(rule.id(), new RuleRecord());
            found.add(findings(rule, rules, 0, record, comparison(rule.id(), record, theirs)));
        }
        other.ifPresent(set -> set.rules().stream()
                .filter(rule -> !own.containsKey(name.apply(rule.id())))
                .forEach(rule -> found.add(findings(
                        rule,
                        set,
                        1,
                        theirs.orElseThrow().getOrDefault(name.apply(rule.id()), new RuleRecord()),
                        new Comparison(Relation.GONE, 0, 0, 0)))));
        return new Findings(
                messages == 0 ? Duration.ZERO : Duration.ofMillis(last - first),
                lanes.stream()
                        .mapToInt(lane -> lane.replays.get(0).deviceCount())
                        .sum(),
                messages,
                lanes.stream().mapToLong(lane -> lane.rejected).sum(),
                lanes.stream().mapToLong(lane -> lane.outOfOrder).sum(),
                distributor.unreadable(),
                distributor.complaints(),
                found);
    }

    private Map<RuleId, RuleRecord> added(int set, UnaryOperator<RuleId> called) {
        Map<RuleId, RuleRecord> sum = new HashMap<>();
        for (Lane lane : lanes) {
            lane.replays.get(set).records().forEach((id, record) -> sum.computeIfAbsent(
                            called.apply(id), rule -> new RuleRecord())
                    .add(record));
        }
        return sum;
    }

    private static Comparison comparison(RuleId id, RuleRecord record, Optional<Map<RuleId, RuleRecord>> theirs) {
        if (theirs.isEmpty()) {
            return new Comparison(Relation.ALONE, 0, 0, 0);
        }
        RuleRecord before = theirs.get().get(id);
        if (before == null) {
            return new Comparison(Relation.NEW, 0, 0, 0);
        }
        return new Comparison(
                before.digest == record.digest && before.fired == record.fired && before.commands == record.commands
                        ? Relation.UNCHANGED
                        : Relation.CHANGED,
                record.fired - before.fired,
                record.devicesBeyond(before),
                before.devicesBeyond(record));
    }

    private RuleFindings findings(Rule rule, RuleSet set, int replay, RuleRecord record, Comparison comparison) {
        Map<String, Long> withheld = new TreeMap<>();
        record.withheld.forEach((outcome, count) -> withheld.put(outcome.text(), count));
        long matched = record.fired == 0
                ? 0
                : lanes.stream()
                        .mapToLong(lane -> lane.replays.get(replay).matched(rule))
                        .sum();
        List<Field> fields = set.fields().fields();
        return new RuleFindings(
                rule.id(),
                record.fired,
                record.deviceCount(),
                record.commands,
                record.lengths.quantile(0.5),
                record.lengths.quantile(0.99),
                record.stillFiring(),
                withheld,
                record.evaluations == 0 ? 0 : (double) record.unknown / record.evaluations,
                record.mostStartsInAMinute(),
                (int) Math.max(BRAKE_LEAST, Math.ceil(matched * BRAKE_SHARE)),
                record.flapping(),
                Arrays.stream(rule.inputs().fields().toArray())
                        .mapToObj(slot -> fields.get(slot).name())
                        .distinct()
                        .toList(),
                record.flapping() > 0 && rule.trigger().resolve().isEmpty()
                        ? Optional.of("suggest a resolve_expr with some distance, or `for`")
                        : Optional.empty(),
                comparison);
    }
}
