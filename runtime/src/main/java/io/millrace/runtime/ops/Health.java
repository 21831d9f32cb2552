package io.millrace.runtime.ops;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Whether this process is alive and ready, as a set of named checks that its parts set. Any thread. */
public final class Health {
    private final Map<String, Check> readiness = new ConcurrentSkipListMap<>();
    private final Map<String, Check> liveness = new ConcurrentSkipListMap<>();

    /** One part's word on itself; up until it says otherwise. */
    public static final class Check {
        private volatile String problem = "";

        private Check() {}

        public void up() {
            problem = "";
        }

        /** @param reason one short sentence for an operator */
        public void down(String reason) {
            problem = reason.isEmpty() ? "down" : reason;
        }

        public Optional<String> problem() {
            String now = problem;
            return now.isEmpty() ? Optional.empty() : Optional.of(now);
        }
    }

    /** The part can do its work; while it is down, load balancers send nobody here. */
    public Check readiness(String name) {
        return readiness.computeIfAbsent(name, n -> new Check());
    }

    /** The part can recover by itself; while it is down, the process wants a restart. */
    public Check liveness(String name) {
        return liveness.computeIfAbsent(name, n -> new Check());
    }

    /** What keeps the process from being ready, by part; empty = ready. */
    public Map<String, String> notReady() {
        return problems(readiness);
    }

    /** What keeps the process from being alive, by part; empty = alive. */
    public Map<String, String> notAlive() {
        return problems(liveness);
    }

    private static Map<String, String> problems(Map<String, Check> checks) {
        Map<String, String> problems = new TreeMap<>();
        checks.forEach((name, check) -> check.problem().ifPresent(reason -> problems.put(name, reason)));
        return problems;
    }
}
