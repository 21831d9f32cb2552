package io.millrace.rules.backtest;

import io.millrace.rules.backtest.Findings.Comparison;
import io.millrace.rules.backtest.Findings.Relation;
import io.millrace.rules.backtest.Findings.RuleFindings;
import io.millrace.rules.backtest.Findings.Storm;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.Limits;
import io.millrace.rules.model.Rate;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs a recording through a rule set, and beside it through another one, on several threads. One use. */
public final class Backtest {

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

    static Set<String> topics(List<RuleSet> sets) {
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
     * @param registry labels and attributes of devices, which are there from the first reading on
     * @param watcher told the number of readings so far, now and then, on another thread
     */
    public Findings run(
            Recording recording, Optional<Glob> only, Map<String, DeviceAttributes> registry, LongConsumer watcher)
            throws IOException {
        try (Distributor distributor = new Distributor(lanes, only, registry);
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
        Map<RuleId, RuleRecord> own = added(rules, 0, UnaryOperator.identity());
        Optional<Map<RuleId, RuleRecord>> theirs = other.map(set -> added(set, 1, name));
        List<RuleFindings> found = new ArrayList<>();
        own.forEach((id, record) ->
                found.add(findings(record, rules, matched(record.rule(), 0), comparison(id, record, theirs))));
        theirs.ifPresent(records -> records.forEach((id, record) -> {
            if (!own.containsKey(id)) {
                Comparison gone = new Comparison(Relation.GONE, 0, 0, 0);
                found.add(findings(record, other.orElseThrow(), matched(record.rule(), 1), gone));
            }
        }));
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

    /** In the order of the set. */
    private Map<RuleId, RuleRecord> added(RuleSet set, int replay, UnaryOperator<RuleId> called) {
        Map<RuleId, RuleRecord> sum = new LinkedHashMap<>();
        for (Rule rule : set.rules()) {
            RuleRecord all = new RuleRecord(rule);
            lanes.forEach(lane -> all.add(lane.replays.get(replay).record(rule.id())));
            sum.put(called.apply(rule.id()), all);
        }
        return sum;
    }

    /** Devices that the rule is for, which decides how many its fleet brake allows. */
    private long matched(Rule rule, int replay) {
        return rule.conduct().limits().maxDevices().isPresent()
                ? 0
                : lanes.stream()
                        .mapToLong(lane -> lane.replays.get(replay).matched(rule))
                        .sum();
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

    private static RuleFindings findings(RuleRecord record, RuleSet set, long matched, Comparison comparison) {
        Rule rule = record.rule();
        Map<String, Long> withheld = new TreeMap<>();
        record.withheld.forEach((outcome, count) -> withheld.put(outcome.text(), count));
        Limits limits = rule.conduct().limits();
        boolean scheduled = rule.hours().schedule().isPresent();
        OptionalInt brake = !record.sends() || scheduled && limits.maxDevices().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(limits.maxDevices().map(Rate::most).orElse((int)
                        Math.max(Limits.DEVICES, matched / Limits.FRACTION)));
        Optional<Rate> perRule =
                scheduled ? limits.perRule() : Optional.of(limits.perRule().orElse(Limits.PER_RULE));
        return new RuleFindings(
                rule.id(),
                record.fired,
                record.deviceCount(),
                record.commands,
                record.lengths.quantile(0.5),
                record.lengths.quantile(0.99),
                record.stillFiring(),
                withheld,
                new Storm(
                        record.storm(),
                        brake,
                        brake.isEmpty() ? OptionalLong.empty() : record.brakedAt(brake.getAsInt()),
                        limits.perDevice(),
                        record.trippedDevices(),
                        perRule,
                        perRule.map(record::beyond).orElse(0L)),
                record.asked == 0 ? 0 : (double) record.unknown / record.asked,
                record.errors,
                record.flapping(),
                Arrays.stream(rule.inputs().fields().toArray())
                        .mapToObj(slot -> set.fields().fields().get(slot).name())
                        .distinct()
                        .toList(),
                record.calming(),
                comparison);
    }
}
