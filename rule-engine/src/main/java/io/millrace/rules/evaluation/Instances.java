package io.millrace.rules.evaluation;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the rules of one device stand, by their places in its plan: only those of which something is remembered, so that ten
 * thousand rules cost a device nothing as long as none of them is true. Of its task's thread.
 */
final class Instances {

    private static final int FEW = 8;

    /** In ascending order. */
    private int[] places = new int[0];

    private @Nullable Instance[] instances = new Instance[0];
    private int size;

    /** How many there are; they are counted through in the order of their places. */
    int size() {
        return size;
    }

    /** The place of the one that is counted so. */
    int place(int at) {
        return places[at];
    }

    Instance at(int at) {
        return Objects.requireNonNull(instances[at]);
    }

    /** Null if nothing is remembered of the rule in that place. */
    @Nullable
    Instance get(int place) {
        int at = find(place);
        return at < 0 ? null : instances[at];
    }

    private int find(int place) {
        if (size > FEW) {
            return Arrays.binarySearch(places, 0, size, place);
        }
        for (int at = 0; at < size; at++) {
            if (places[at] >= place) {
                return places[at] == place ? at : -at - 1;
            }
        }
        return -size - 1;
    }

    void put(int place, Instance instance) {
        int at = find(place);
        if (at < 0) {
            at = -at - 1;
            if (size == places.length) {
                places = Arrays.copyOf(places, size + 1 + (size >> 1));
                instances = Arrays.copyOf(instances, places.length);
            }
            System.arraycopy(places, at, places, at + 1, size - at);
            System.arraycopy(instances, at, instances, at + 1, size - at);
            places[at] = place;
            size++;
        }
        instances[at] = instance;
    }

    /** Takes out the one that is counted so; those behind it move up. */
    void removeAt(int at) {
        size--;
        System.arraycopy(places, at + 1, places, at, size - at);
        System.arraycopy(instances, at + 1, instances, at, size - at);
        instances[size] = null;
    }
}
