package io.millrace.rules.distribution;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.RuleSetRecord;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule set in force. All instances take it from {@code rule-sets}, so that all run the same; whoever sees its own files
 * change writes them there. Kubelets show the same change to their pods within one to two minutes of each other: files that were
 * replaced on the topic a moment ago are therefore not put back by an instance that only sees them now, but once that time has
 * passed and they are still there. All or nothing: files with an error leave the set in force as it is. {@link #current} from any
 * thread; watches with one of its own.
 */
public final class RulesInForce implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RulesInForce.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final long START_SECONDS = 60;

    /** Told what becomes of the rules, on threads of this class. */
    public interface Listener {
        /** Whether the files here, or those on the topic, are good as they are now. */
        void reload(boolean successful);

        void inForce(RuleSet rules);
    }

    /**
     * What an instance does about rules.
     *
     * @param path rule file or directory; empty: takes what others put in force
     * @param settle how long files that others have replaced are not put back; 0: the files here have the last word, and with
     *     errors in them there is no start
     * @param instance its name
     */
    public record Role(Optional<Path> path, Duration settle, String instance) {}

    private final Role role;
    private final InstantSource clock;
    private final Listener listener;
    private final RuleSetTopic topic;
    private @Nullable Thread watcher;
    private volatile RuleSet current = RuleSet.EMPTY;
    private volatile @Nullable RuleSetRecord published;
    private volatile boolean stopping;
    private volatile List<String> problems = List.of();
    private boolean filesGood = true;
    private boolean topicGood = true;
    /** What a person has just made of the files here. */
    private volatile Optional<Edit> edit = Optional.empty();
    /** Good files of this instance that are not in force yet. Of the watcher, once started. */
    private Optional<RuleSetRecord> waiting = Optional.empty();

    private record Edit(String digest, String by) {}

    /** @throws org.apache.kafka.common.KafkaException if the topic is not there or Kafka does not answer */
    public RulesInForce(
            Role role, KafkaSettings kafka, Topics topics, Health health, InstantSource clock, Listener listener) {
        this.role = role;
        this.clock = clock;
        this.listener = listener;
        topic = new RuleSetTopic(kafka, topics, health, this::published);
    }

    /** The set in force; another object after a change of meaning. */
    public RuleSet current() {
        return current;
    }

    /** As it was last published; empty before there was one. */
    public Optional<RuleSetRecord> published() {
        return Optional.ofNullable(published);
    }

    /** Whether the files here, if there are any, and those on the topic are good as they are now. */
    public synchronized boolean isUpToDate() {
        return filesGood && topicGood;
    }

    /** Whether the files here, if there are any, are good as they were looked at last. */
    synchronized boolean areFilesGood() {
        return filesGood;
    }

    Role role() {
        return role;
    }

    /** The files here will be those, by the hand of that person: they are not put back for being what there was before. */
    void expect(String digest, String by) {
        edit = Optional.of(new Edit(digest, by));
    }

    /** Puts files in force, as a person applies them. */
    void apply(String revision, List<RuleSetRecord.File> files, String by)
            throws InterruptedException, RuleSetTopic.WriteException {
        RuleSetRecord before = published;
        RuleSetRecord next = before == null
                ? RuleSetRecord.first(revision, files, clock.instant(), by)
                : before.followedBy(revision, files, clock.instant(), by);
        topic.put(next.applied());
    }

    /** Whether those files are in force within that time. */
    synchronized boolean awaitInForce(String digest, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (published == null || !published.digest().equals(digest)) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Of the files that were looked at last, errors and warnings, in words. */
    public List<String> problems() {
        return problems;
    }

    /**
     * Returns when the set in force is known.
     *
     * @throws StartException if Kafka does not answer, or if the files have errors and there is no set in force to go on with:
     *     all errors are named
     */
    public void start() {
        try {
            var unused = topic.start().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            if (role.path().isPresent()) {
                startWith(role.path().get());
            }
        } catch (ExecutionException | TimeoutException | RuleSetTopic.WriteException e) {
            throw new StartException("the rules in force cannot be exchanged with Kafka: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    private void startWith(Path path) throws InterruptedException, RuleSetTopic.WriteException {
        RuleDirectory directory;
        List<SourceText> files;
        try {
            directory = new RuleDirectory(path);
            files = directory.read();
        } catch (NoSuchFileException e) {
            throw new StartException("rules.path: " + path + " does not exist", e);
        } catch (IOException e) {
            throw new StartException("rules.path: " + path + " cannot be read (" + e + ")", e);
        }
        RuleFiles.Loaded loaded = RuleFiles.compile(files);
        RuleSetRecord before = published;
        if (loaded.rules().isEmpty() && (before == null || role.settle().isZero())) {
            throw new StartException(
                    loaded.problems().stream()
                            .filter(problem -> problem.level() == Problem.Level.ERROR)
                            .map(Problem::toString)
                            .collect(Collectors.joining(System.lineSeparator())),
                    null);
        }
        take(loaded, files);
        if (putInForce()) {
            awaitNewsAfter(before);
        }
        Thread starting = new Thread(() -> watch(directory), "rules-watcher");
        starting.setDaemon(true);
        starting.start();
        watcher = starting;
    }

    private synchronized void awaitNewsAfter(@Nullable RuleSetRecord before)
            throws InterruptedException, RuleSetTopic.WriteException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (published == before) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new RuleSetTopic.WriteException(
                        "a rule set that was written is not read within " + START_SECONDS + " s", null);
            }
            wait(left);
        }
    }

    /** Notes what the files here say. */
    private void take(RuleFiles.Loaded loaded, List<SourceText> files) {
        loaded.problems().forEach(problem -> {
            if (problem.level() == Problem.Level.ERROR) {
                log.atError().log(problem.headline());
            } else {
                log.atWarn().log(problem.headline());
            }
        });
        problems = loaded.problems().stream().map(Problem::headline).toList();
        filesGood(loaded.rules().isPresent());
        if (loaded.rules().isEmpty()) {
            waiting = Optional.empty();
            log.atError()
                    .addKeyValue("path", role.path().orElseThrow())
                    .addKeyValue("revision", current.revision())
                    .log("rule files have errors, the rules in force stay");
            return;
        }
        List<RuleSetRecord.File> named = files.stream().map(RulesInForce::file).toList();
        waiting = Optional.of(RuleSetRecord.first(
                loaded.rules().get().revision(), named, clock.instant(), writer(RuleSetRecord.digest(named))));
    }

    private String writer(String digest) {
        return role.instance()
                + edit.filter(one -> one.digest().equals(digest))
                        .map(one -> ", edited by " + one.by())
                        .orElse("");
    }

    static RuleSetRecord.File file(SourceText source) {
        return new RuleSetRecord.File(source.name().substring(source.name().lastIndexOf('/') + 1), source.text());
    }

    /** Writes to the topic what waits, unless it is in force or was replaced a moment ago; true if it did. */
    private boolean putInForce() throws InterruptedException, RuleSetTopic.WriteException {
        if (waiting.isEmpty()) {
            return false;
        }
        RuleSetRecord wanted = waiting.get();
        RuleSetRecord now = published;
        if (now != null && now.digest().equals(wanted.digest())) {
            waiting = Optional.empty();
            return false;
        }
        boolean edited =
                edit.filter(one -> one.digest().equals(wanted.digest())).isPresent();
        if (now != null && !edited && isOld(now, wanted)) {
            return false;
        }
        topic.put(
                now == null ? wanted : now.followedBy(wanted.revision(), wanted.files(), clock.instant(), wanted.by()));
        if (edited) {
            edit = Optional.empty();
        }
        waiting = Optional.empty();
        return true;
    }

    /**
     * Whether the files here are those from before the set in force: for a while, for others may not see the change yet; for as long
     * as they are not edited, if a person has applied that set.
     */
    private boolean isOld(RuleSetRecord now, RuleSetRecord wanted) {
        return now.origin() == RuleSetRecord.Origin.APPLIED && !role.settle().isZero()
                ? now.hasReplaced(wanted.files())
                : now.hasReplaced(wanted.files(), clock.instant(), role.settle());
    }

    /** On the reader's thread. */
    private synchronized void published(RuleSetRecord set) {
        RuleFiles.Loaded loaded = RuleFiles.compile(set.files().stream()
                .map(file -> new SourceText(file.name(), file.text()))
                .toList());
        topicGood = loaded.rules().isPresent();
        if (topicGood) {
            use(loaded.rules().get());
        } else {
            loaded.problems().forEach(problem -> log.atError().log(problem.headline()));
            log.atError()
                    .addKeyValue("by", set.by())
                    .addKeyValue("revision", current.revision())
                    .log("a rule set that another version wrote is not understood here, the rules in force stay");
        }
        listener.reload(filesGood && topicGood);
        published = set;
        notifyAll();
    }

    private void use(RuleSet rules) {
        listener.inForce(rules);
        if (!rules.revision().equals(current.revision())) {
            current = rules;
            log.atInfo()
                    .addKeyValue("revision", rules.revision())
                    .addKeyValue("rules", rules.rules().size())
                    .log("rules in force");
        }
    }

    private synchronized void filesGood(boolean good) {
        filesGood = good;
        listener.reload(filesGood && topicGood);
    }

    private void watch(RuleDirectory opened) {
        try (RuleDirectory directory = opened) {
            while (!stopping) {
                look(directory);
            }
        } catch (InterruptedException e) {
            log.atDebug().log("rules watcher stopped");
        } catch (IOException e) {
            log.atError().setCause(e).addKeyValue("path", opened.path()).log("rule files are not watched any more");
        }
    }

    private void look(RuleDirectory directory) throws InterruptedException {
        try {
            if (directory.awaitChange(LOOK_MILLIS)) {
                List<SourceText> files = directory.read();
                take(RuleFiles.compile(files), files);
            }
            var unused = putInForce();
        } catch (CancellationException e) {
            log.atDebug().log("stopped while rule files were read");
        } catch (IOException | RuleSetTopic.WriteException | RuntimeException e) {
            filesGood(false);
            log.atError()
                    .setCause(e)
                    .addKeyValue("path", directory.path())
                    .log("rule files cannot be put in force, the rules in force stay");
        }
    }

    @Override
    public void close() {
        stopping = true;
        if (watcher != null) {
            watcher.interrupt();
        }
        topic.close();
    }
}
