package io.millrace.rules.engine;

import io.millrace.rules.distribution.RuleEditing;
import io.millrace.rules.distribution.RulesInForce;
import io.millrace.runtime.ops.OpsServer.Page;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the ops port on which people work with rule files. What takes a while is done on one thread, one after the other, and a few
 * may wait. Lives as long as the engine; until it is opened the answer is that the engine has not started.
 */
final class DeskPages implements AutoCloseable {

    private static final int WAITING = 4;

    private final ThreadPoolExecutor worker = one("rules-desk", new ArrayBlockingQueue<>(WAITING));
    /** Nobody waits for it: whoever comes meanwhile is told so. */
    private final ThreadPoolExecutor trials = one("rules-trial", new SynchronousQueue<>());

    private final TryPage tryPage = new TryPage(trials);
    private volatile @Nullable FilesPage filesPage;

    private static ThreadPoolExecutor one(String name, BlockingQueue<Runnable> waiting) {
        return new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, waiting, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    void open(RulesInForce rules, boolean editable) {
        filesPage = new FilesPage(new RuleEditing(rules, editable), worker);
    }

    CompletionStage<Page> files() {
        return onceOpen(FilesPage::files);
    }

    CompletionStage<Page> edit(byte[] sent) {
        return onceOpen(page -> page.edit(sent));
    }

    CompletionStage<Page> attempt(byte[] sent) {
        return tryPage.answer(sent);
    }

    private CompletionStage<Page> onceOpen(Function<FilesPage, CompletionStage<Page>> ask) {
        FilesPage page = filesPage;
        return page == null ? notStarted() : ask.apply(page);
    }

    static CompletionStage<Page> notStarted() {
        return CompletableFuture.completedFuture(Page.problem(503, "not-started", "not started"));
    }

    @Override
    public void close() {
        worker.shutdownNow();
        trials.shutdownNow();
    }
}
