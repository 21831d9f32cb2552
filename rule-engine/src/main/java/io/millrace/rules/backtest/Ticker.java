package io.millrace.rules.backtest;

/** Calls somebody four times a second, on a thread of its own, until closed. */
final class Ticker implements AutoCloseable {

    private static final long EVERY_MILLIS = 250;

    private final Thread thread;

    Ticker(Runnable tick) {
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(EVERY_MILLIS);
                            tick.run();
                        }
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                "backtest-progress");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
