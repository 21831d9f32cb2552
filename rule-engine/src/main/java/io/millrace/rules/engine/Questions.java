package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.schemas.DeviceId;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.apache.kafka.common.utils.Utils;

/**
 * Questions about devices, which only the thread of the device's task can answer: any thread asks, each task answers between two
 * records. Bounded in number, in time, and in how many a task answers at once. Lives as long as the engine.
 */
final class Questions {

    /** Waiting for one task. */
    private static final int MOST = 64;

    private static final int MOST_AT_ONCE = 8;
    private static final long TIMEOUT_MILLIS = 2_000;

    /** There is no answer; {@code status} is that of HTTP. */
    static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String code;

        Unanswered(int status, String code, String detail) {
            super(detail, null, false, false);
            this.status = status;
            this.code = code;
        }

        int status() {
            return status;
        }

        String code() {
            return code;
        }
    }

    private record Question(DeviceId device, int partition, CompletableFuture<Object> answer, Asked asked) {}

    /** Gives the answer, empty if nothing is known of the device. Called with its key, of the engine that has its partition. */
    interface Asked extends BiFunction<PartitionEngine, Integer, Optional<?>> {}

    private final int partitions;
    private final ConcurrentMap<Integer, Queue<Question>> waiting = new ConcurrentHashMap<>();

    /** @param partitions of the telemetry topic */
    Questions(int partitions) {
        this.partitions = partitions;
    }

    /** A task begins to answer. */
    void open(int partition) {
        waiting.put(partition, new ArrayBlockingQueue<>(MOST));
    }

    /** A task ends. */
    void close(int partition) {
        Queue<Question> left = waiting.remove(partition);
        if (left != null) {
            left.forEach(question -> question.answer.completeExceptionally(notHere(question.device, partition)));
        }
    }

    /** Fails with {@link Unanswered}, within two seconds. */
    CompletableFuture<Object> ask(DeviceId device, Asked asked) {
        byte[] key = device.value().getBytes(US_ASCII);
        int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Queue<Question> queue = waiting.get(partition);
        if (queue == null) {
            answer.completeExceptionally(notHere(device, partition));
        } else if (!queue.offer(new Question(device, partition, answer, asked))) {
            answer.completeExceptionally(
                    new Unanswered(503, "busy", "more than " + MOST + " questions wait for partition " + partition));
        }
        return answer.orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new Unanswered(
                                        503,
                                        "no-answer",
                                        "partition " + partition + " did not answer within " + TIMEOUT_MILLIS + " ms")
                                : failure));
    }

    /** On the task's thread. */
    void answer(int partition, PartitionEngine engine) {
        Queue<Question> queue = waiting.get(partition);
        for (int i = 0; queue != null && i < MOST_AT_ONCE; i++) {
            Question question = queue.poll();
            if (question == null) {
                return;
            }
            if (!question.answer.isDone()) {
                answer(question, engine);
            }
        }
    }

    private static void answer(Question question, PartitionEngine engine) {
        try {
            Optional<?> found = question.asked.apply(engine, question.partition);
            if (found.isPresent()) {
                question.answer.complete(found.get());
            } else {
                question.answer.completeExceptionally(
                        new Unanswered(404, "unknown-device", "nothing is known of device " + question.device.value()));
            }
        } catch (RuntimeException bug) {
            // It concerns who asked, not the partition.
            question.answer.completeExceptionally(bug);
        }
    }

    private Unanswered notHere(DeviceId device, int partition) {
        SortedSet<Integer> here = new TreeSet<>(waiting.keySet());
        return new Unanswered(
                404,
                "not-here",
                "device " + device.value() + " belongs to partition " + partition + ", which another engine has (here: "
                        + here + ")");
    }
}
