package io.millrace.rules.evaluation;

/** When a reading came and when it was taken: by the device's word, if it gives one that can be believed. Of its task's thread. */
final class Arrivals {

    private final DeviceTime deviceTime;
    private final Moment moment = new Moment();
    private long stray;

    Arrivals(DeviceTime deviceTime) {
        this.deviceTime = deviceTime;
    }

    /**
     * The moment of a reading; the same object each time.
     *
     * @param time of its record, in epoch milliseconds
     */
    Moment of(DeviceState device, Reading reading, int partition, long offset, long ruleTime, long time) {
        long received = Math.max(time, device.lastSeen);
        double stated = reading.timestamp;
        if (Double.isNaN(stated)) {
            return moment.message(partition, offset, ruleTime, received, received, false);
        }
        if (!deviceTime.believes(stated, time)) {
            stray++;
            return moment.message(partition, offset, ruleTime, received, received, false);
        }
        long taken = Math.min((long) stated, time);
        reading.takenAt(taken);
        return moment.message(partition, offset, ruleTime, received, taken, time - taken > Bursts.LAG);
    }

    /** How many readings since the last call had a time that cannot be. */
    long takeStray() {
        long count = stray;
        stray = 0;
        return count;
    }
}
