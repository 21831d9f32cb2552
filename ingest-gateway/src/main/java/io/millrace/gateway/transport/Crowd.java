package io.millrace.gateway.transport;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Those who may be turned away when there is no room, by where they come from, in the order in which they came: the first to go
 * is the oldest of the source that holds the most. So who opens thousands of sockets loses his own, and nobody else's. One
 * thread; all that it does takes the same time however many there are, but for a logarithm.
 */
public final class Crowd<T> {
    /** Where one of them stands. */
    public static final class Place<T> {
        private final T who;
        private final From<T> from;

        private Place(T who, From<T> from) {
            this.who = who;
            this.from = from;
        }
    }

    private static final class From<T> {
        private final long source;
        private final Set<Place<T>> places = new LinkedHashSet<>(4);

        private From(long source) {
            this.source = source;
        }
    }

    private final Map<Long, From<T>> bySource = new HashMap<>();
    /** The sources by how many they hold; among equals the one that has held as many for the longest time comes first. */
    private final TreeMap<Integer, Set<From<T>>> bySize = new TreeMap<>();

    private int size;

    public int size() {
        return size;
    }

    public Place<T> add(long source, T who) {
        From<T> from = bySource.computeIfAbsent(source, From::new);
        leave(from);
        Place<T> place = new Place<>(who, from);
        from.places.add(place);
        enter(from);
        size++;
        return place;
    }

    /** To be called once for each place. */
    public void remove(Place<T> place) {
        From<T> from = place.from;
        leave(from);
        from.places.remove(place);
        enter(from);
        size--;
        if (from.places.isEmpty()) {
            bySource.remove(from.source);
        }
    }

    /** Who is to go first. */
    public Optional<T> first() {
        return bySize.isEmpty()
                ? Optional.empty()
                : Optional.of(bySize.lastEntry()
                        .getValue()
                        .iterator()
                        .next()
                        .places
                        .iterator()
                        .next()
                        .who);
    }

    private void leave(From<T> from) {
        int held = from.places.size();
        if (held > 0) {
            Set<From<T>> same = bySize.get(held);
            if (same != null && same.remove(from) && same.isEmpty()) {
                bySize.remove(held);
            }
        }
    }

    private void enter(From<T> from) {
        int holds = from.places.size();
        if (holds > 0) {
            bySize.computeIfAbsent(holds, n -> new LinkedHashSet<>()).add(from);
        }
    }
}
