package io.millrace.faults;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A person who sends commands over the API, one after the other, each with a payload of its own, and remembers which were accepted. Every
 * other one is for a board that answers.
 */
final class CommandSender {
    private static final long PAUSE_MILLIS = 40;

    private final Api api;
    private final List<List<String>> devices;
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread = new Thread(this::run, "commands");
    private volatile boolean going = true;

    CommandSender(Api api, List<String> silent, List<String> answering) {
        this.api = api;
        this.devices = List.of(silent, answering);
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (int n = 0; going; n++) {
                List<String> those = devices.get(n % 2);
                String device = those.get(n * 7 / 2 % those.size());
                String payload = "ASKED " + n;
                Optional<String> id = api.command(device, payload);
                id.ifPresentOrElse(command -> accepted.put(command, device + " " + payload), refused::incrementAndGet);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() throws InterruptedException {
        going = false;
        thread.join();
    }

    /** Command ids and what they are about: device and payload. */
    Map<String, String> accepted() {
        return Map.copyOf(accepted);
    }

    /** Also those whose answer was lost. */
    long refused() {
        return refused.get();
    }
}
