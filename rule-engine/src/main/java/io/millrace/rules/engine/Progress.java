package io.millrace.rules.engine;

import io.millrace.rules.model.RuleId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far the tasks of this instance are, told by each a few times a second. Any thread. */
final class Progress {

    /**
     * @param ruleTime epoch milliseconds
     * @param inDoubt devices whose emissions are not yet known to be out
     */
    record Task(long ruleTime, int inDoubt) {}

    private final Map<Integer, Task> tasks = new ConcurrentHashMap<>();
    private final Map<Integer, List<RuleId>> held = new ConcurrentHashMap<>();

    void tell(int partition, Task task) {
        tasks.put(partition, task);
    }

    void left(int partition) {
        tasks.remove(partition);
        held.remove(partition);
    }

    /** Which rules the partition holds until somebody releases them. */
    void held(int partition, List<RuleId> rules) {
        held.put(partition, rules);
    }

    /** The partitions that hold it. */
    List<Integer> holding(RuleId rule) {
        return held.entrySet().stream()
                .filter(partition -> partition.getValue().contains(rule))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    int inDoubt() {
        return tasks.values().stream().mapToInt(Task::inDoubt).sum();
    }

    int tasks() {
        return tasks.size();
    }

    List<Integer> partitions() {
        return tasks.keySet().stream().sorted().toList();
    }

    /** {@link Long#MIN_VALUE} while the task has none. */
    long ruleTime(int partition) {
        Task task = tasks.get(partition);
        return task == null ? Long.MIN_VALUE : task.ruleTime();
    }
}
