package io.millrace.rules.backtest;

import io.millrace.rules.evaluation.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What one rule did: of a lane while it runs, of all when they are added up. */
final class RuleRecord {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;
    /** More changes than this in an hour are flapping. */
    private static final int CALM = 6;

    /** One device on which the rule has fired. */
    private static final class Episodes {
        long firingSince = -1;
        long lastMinute = -1;
        final long[] changes = new long[CALM + 1];
        int changeCount;
        boolean flaps;

        void changed(long time) {
            long oldest = changes[changeCount % changes.length];
            changes[changeCount++ % changes.length] = time;
            flaps |= changeCount > CALM + 1 && time - oldest <= HOUR;
        }
    }

    private final Map<String, Episodes> devices = new HashMap<>();
    private final Map<Long, Integer> startsByMinute = new HashMap<>();
    final LengthHistogram lengths = new LengthHistogram();
    final Map<Outcome, Long> withheld = new TreeMap<>();
    long fired;
    long commands;
    long evaluations;
    long unknown;
    /** Changes whenever an episode has another device, start or end. */
    long digest;

    void fires(String device, long time) {
        Episodes episodes = devices.computeIfAbsent(device, id -> new Episodes());
        fired++;
        episodes.firingSince = time;
        episodes.changed(time);
        digest += mix(device, time);
        if (episodes.lastMinute != time / MINUTE) {
            episodes.lastMinute = time / MINUTE;
            var unused = startsByMinute.merge(time / MINUTE, 1, Integer::sum);
        }
    }

    void ends(String device, long time) {
        Episodes episodes = devices.get(device);
        if (episodes == null || episodes.firingSince < 0) {
            return;
        }
        lengths.add(time - episodes.firingSince);
        episodes.firingSince = -1;
        episodes.changed(time);
        digest += 31 * mix(device, time);
    }

    private static long mix(String device, long time) {
        long hash = (device.hashCode() * 0x9E3779B97F4A7C15L) ^ time;
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        return hash ^ (hash >>> 27);
    }

    /** Of another lane, whose devices are others. */
    void add(RuleRecord other) {
        devices.putAll(other.devices);
        other.startsByMinute.forEach((minute, count) -> startsByMinute.merge(minute, count, Integer::sum));
        lengths.add(other.lengths);
        other.withheld.forEach((outcome, count) -> withheld.merge(outcome, count, Long::sum));
        fired += other.fired;
        commands += other.commands;
        evaluations += other.evaluations;
        unknown += other.unknown;
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

    int stillFiring() {
        return (int) devices.values().stream()
                .filter(device -> device.firingSince >= 0)
                .count();
    }

    int mostStartsInAMinute() {
        return startsByMinute.values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }
}
