package io.millrace.rules.evaluation;

/**
 * A partition's share of a limit for the whole fleet. Partitions decide apart from each other, each from its own log. Devices fall
 * to them by hash, so to an even share come three standard deviations of chance: fewer than one partition in five hundred brakes a
 * rule that keeps to its limit on the whole.
 */
final class Share {

    private Share() {}

    static int of(int limit, int partitions) {
        double even = (double) limit / partitions;
        return partitions == 1 ? limit : (int) Math.min(limit, Math.ceil(even + 3 * Math.sqrt(even)));
    }
}
