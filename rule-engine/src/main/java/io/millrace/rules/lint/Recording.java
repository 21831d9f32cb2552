package io.millrace.rules.lint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was learned from recorded telemetry, message by message in the order of each device. Bounded: of the first devices some
 * values of each number are kept, of all others only their names and how often they spoke.
 */
public final class Recording {

    private static final int MOST_DEVICES_WITH_VALUES = 1_000;
    private static final int MOST_VALUES = 5_000;
    private static final int MOST_FIELDS = 1_000;

    private final Map<String, Device> devices = new LinkedHashMap<>();
    private final Set<String> fields = new TreeSet<>();
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /**
     * One more message.
     *
     * @param timeMillis since the epoch
     * @param values by dotted name; those that are no numbers as whatever they are
     */
    public void add(String device, long timeMillis, Map<String, Object> values) {
        first = Math.min(first, timeMillis);
        last = Math.max(last, timeMillis);
        boolean detailed = devices.containsKey(device) || devices.size() < MOST_DEVICES_WITH_VALUES;
        devices.computeIfAbsent(device, id -> new Device(id, detailed)).add(timeMillis, values);
        for (String field : values.keySet()) {
            if (fields.size() < MOST_FIELDS) {
                fields.add(field);
            }
        }
    }

    Collection<Device> devices() {
        return devices.values();
    }

    /** Every field that any device sent. */
    Set<String> fields() {
        return fields;
    }

    /** From the first message to the last. */
    long spanMillis() {
        return Math.max(0, last - first);
    }

    /** What one device sent. */
    static final class Device {
        private final String id;
        private final boolean detailed;
        private final Set<String> fields = new TreeSet<>();
        private final Map<String, Series> numbers = new LinkedHashMap<>();
        private final Series gaps = new Series();
        private long last = Long.MIN_VALUE;

        Device(String id, boolean detailed) {
            this.id = id;
            this.detailed = detailed;
        }

        private void add(long time, Map<String, Object> values) {
            if (last != Long.MIN_VALUE && time > last) {
                gaps.add(time, time - last);
            }
            last = Math.max(last, time);
            values.forEach((field, value) -> {
                if (fields.size() < MOST_FIELDS) {
                    fields.add(field);
                }
                if (detailed && value instanceof Double number && fields.contains(field)) {
                    numbers.computeIfAbsent(field, any -> new Series()).add(time, number);
                }
            });
        }

        String id() {
            return id;
        }

        boolean sent(String field) {
            return fields.contains(field);
        }

        /** The usual time between two of its messages, in milliseconds; NaN if there are too few. */
        double interval() {
            return gaps.size() < 3 ? Double.NaN : gaps.median();
        }

        /** Empty if it never sent that number, or is one device too many. */
        Series numbers(String field) {
            return numbers.getOrDefault(field, new Series());
        }
    }

    /** Numbers with their times, the first {@value #MOST_VALUES} of them. */
    public static final class Series {
        private final ArrayList<double[]> points = new ArrayList<>();

        /** In the order of time. */
        public void add(long time, double value) {
            if (points.size() < MOST_VALUES) {
                points.add(new double[] {time, value});
            }
        }

        int size() {
            return points.size();
        }

        double value(int index) {
            return points.get(index)[1];
        }

        double hours() {
            return points.isEmpty() ? 0 : (points.get(points.size() - 1)[0] - points.get(0)[0]) / 3_600_000;
        }

        double median() {
            double[] sorted = points.stream().mapToDouble(point -> point[1]).toArray();
            Arrays.sort(sorted);
            return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
        }
    }
}
