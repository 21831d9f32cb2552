package io.millrace.commands.overview;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A total that grows, as it was seen from time to time: how fast, and by how much in each ten seconds of the last ten minutes. Between two
 * looks it is taken to have grown evenly, so that a look which failed leaves no hole. Any thread.
 */
final class Growth {
    static final long BUCKET_MILLIS = 10_000;
    private static final int BUCKETS = 60;
    private static final long KEPT_MILLIS = (BUCKETS + 2) * BUCKET_MILLIS;
    /** What was seen longer ago says nothing of now. */
    private static final long FRESH_MILLIS = 30_000;

    /** What came within the ten seconds that begin then. */
    record Bucket(Instant time, long count) {}

    private record Look(long at, long total) {}

    private final Deque<Look> looks = new ArrayDeque<>();

    synchronized void saw(long total, long atMillis) {
        Look last = looks.peekLast();
        if (last != null && atMillis <= last.at) {
            return;
        }
        if (last != null && total < last.total) {
            // A topic made anew.
            looks.clear();
        }
        looks.addLast(new Look(atMillis, total));
        while (looks.getFirst().at < atMillis - KEPT_MILLIS) {
            looks.removeFirst();
        }
    }

    /** Of now; empty if there were no two looks lately. */
    synchronized OptionalDouble perSecond(long nowMillis) {
        List<Look> fresh = looks.stream()
                .filter(look -> look.at >= nowMillis - FRESH_MILLIS)
                .toList();
        if (fresh.size() < 2) {
            return OptionalDouble.empty();
        }
        Look last = fresh.get(fresh.size() - 1);
        Look first = fresh.stream()
                .filter(look -> look.at >= last.at - BUCKET_MILLIS - BUCKET_MILLIS / 10)
                .findFirst()
                .filter(look -> look.at < last.at)
                .orElse(fresh.get(fresh.size() - 2));
        return OptionalDouble.of(Math.round((last.total - first.total) * 10_000.0 / (last.at - first.at)) / 10.0);
    }

    /** Whole ones, in order, the last ten minutes at most. */
    synchronized List<Bucket> recent() {
        List<Bucket> buckets = new ArrayList<>();
        if (looks.size() < 2) {
            return buckets;
        }
        long end = Math.floorDiv(looks.getLast().at, BUCKET_MILLIS) * BUCKET_MILLIS;
        long begin = Math.max(
                -Math.floorDiv(-looks.getFirst().at, BUCKET_MILLIS) * BUCKET_MILLIS, end - BUCKETS * BUCKET_MILLIS);
        for (long at = begin; at < end; at += BUCKET_MILLIS) {
            buckets.add(new Bucket(Instant.ofEpochMilli(at), total(at + BUCKET_MILLIS) - total(at)));
        }
        return buckets;
    }

    private long total(long at) {
        Optional<Look> before = Optional.empty();
        for (Look look : looks) {
            if (look.at >= at) {
                return before.map(one -> one.total + (look.total - one.total) * (at - one.at) / (look.at - one.at))
                        .orElse(look.total);
            }
            before = Optional.of(look);
        }
        return before.map(Look::total).orElse(0L);
    }
}
