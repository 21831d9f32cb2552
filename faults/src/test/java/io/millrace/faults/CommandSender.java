package io.millrace.faults;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A person who sends commands over the API, one after the other, each with a payload of its own, and remembers which were accepted. */
final class CommandSender {
    private static final long PAUSE_MILLIS = 40;

    private final Api api;
    private final List<String> devices;
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread = new Thread(this::run, "commands");
    private volatile boolean going = true;

    CommandSender(Api api, List<String> devices) {
        this.api = api;
        this.devices = devices;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (int n = 0; going; n++) {
                String device = devices.get(n * 7 % devices.size());
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
