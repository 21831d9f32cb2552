package io.millrace.rules.engine;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule set in force. Watches the rule files with a thread of its own: the directory's events only wake it, what counts is
 * whether names, sizes, times or the targets of links (the {@code ..data} swap of a ConfigMap) have changed, looked at every two
 * seconds at the latest. All or nothing: files with an error leave the set in force as it is. {@link #current} from any thread.
 */
public final class RulesSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RulesSource.class);
    private static final long LOOK_MILLIS = 2_000;
    /** Files must have stayed the same for that long: editors and copies write in several steps. */
    private static final long QUIET_MILLIS = 200;

    private final Path path;
    private final RuleEngineMetrics metrics;
    private final Thread watcher;
    private volatile RuleSet current = RuleSet.EMPTY;
    private volatile boolean stopping;
    private String loadedSignature = "";

    public RulesSource(Path path, RuleEngineMetrics metrics) {
        this.path = path;
        this.metrics = metrics;
        watcher = new Thread(this::watch, "rules-watcher");
        watcher.setDaemon(true);
    }

    /** The set in force; another object after a reload that changed something. */
    public RuleSet current() {
        return current;
    }

    /** @throws StartException if the files cannot be read or have errors: all of them are named */
    public void start() {
        loadedSignature = signature();
        RuleFiles.Loaded loaded;
        try {
            loaded = RuleFiles.load(path);
        } catch (NoSuchFileException e) {
            throw new StartException("rules.path: " + path + " does not exist", e);
        } catch (IOException e) {
            throw new StartException("rules.path: " + path + " cannot be read (" + e + ")", e);
        }
        if (loaded.rules().isEmpty()) {
            throw new StartException(
                    loaded.problems().stream()
                            .filter(problem -> problem.level() == Problem.Level.ERROR)
                            .map(Problem::toString)
                            .collect(Collectors.joining(System.lineSeparator())),
                    null);
        }
        put(loaded.rules().get(), loaded.problems());
        watcher.start();
    }

    @Override
    public void close() {
        stopping = true;
        watcher.interrupt();
    }

    private void put(RuleSet rules, List<Problem> warnings) {
        warnings.forEach(problem -> log.atWarn().log(problem.headline()));
        metrics.reload(true);
        metrics.inForce(rules.revision());
        if (rules.revision().equals(current.revision())) {
            return;
        }
        current = rules;
        log.atInfo()
                .addKeyValue("revision", rules.revision())
                .addKeyValue("rules", rules.rules().size())
                .addKeyValue("path", path)
                .log("rules in force");
    }

    private void watch() {
        try (WatchService events = FileSystems.getDefault().newWatchService()) {
            Path directory =
                    Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
            if (directory != null) {
                var unused = directory.register(
                        events,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
            while (!stopping) {
                await(events, LOOK_MILLIS);
                String seen = signature();
                if (!seen.equals(loadedSignature)) {
                    reload(settled(events, seen));
                }
            }
        } catch (InterruptedException e) {
            log.atDebug().log("rules watcher stopped");
        } catch (IOException e) {
            log.atError().setCause(e).addKeyValue("path", path).log("rule files are not watched any more");
        }
    }

    /** The signature once it has been the same for a while. */
    private String settled(WatchService events, String first) throws InterruptedException {
        String before = first;
        while (true) {
            await(events, QUIET_MILLIS);
            String now = signature();
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
    }

    private static void await(WatchService events, long millis) throws InterruptedException {
        WatchKey key = events.poll(millis, TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents().clear();
            var unused = key.reset();
        }
    }

    private void reload(String signature) {
        loadedSignature = signature;
        try {
            RuleFiles.Loaded loaded = RuleFiles.load(path);
            if (loaded.rules().isPresent()) {
                put(loaded.rules().get(), loaded.problems());
            } else {
                metrics.reload(false);
                loaded.problems().forEach(problem -> log.atError().log(problem.headline()));
                log.atError()
                        .addKeyValue("path", path)
                        .addKeyValue("revision", current.revision())
                        .log("rule files have errors, the rules in force stay");
            }
        } catch (IOException | RuntimeException e) {
            metrics.reload(false);
            log.atError()
                    .setCause(e)
                    .addKeyValue("path", path)
                    .log("rule files cannot be read, the rules in force stay");
        }
    }

    private String signature() {
        try {
            StringBuilder text = new StringBuilder();
            for (Path file : RuleFiles.files(path)) {
                text.append(file.toRealPath())
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            // In the middle of a swap, or gone: the load that follows says which.
            return "unreadable: " + e;
        }
    }
}
