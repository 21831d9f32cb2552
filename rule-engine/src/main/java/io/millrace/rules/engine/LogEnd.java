package io.millrace.rules.engine;

import org.apache.kafka.common.TopicPartition;

/** Whether a partition has been read to its end, so that the clock may stand in for records that do not come. */
public interface LogEnd {

    /**
     * @param processed the last offset that the asking task has processed; -1 if none
     * @return true if nothing older than now, but for what is on its way, is still to be read
     */
    boolean reached(TopicPartition partition, long processed);
}
