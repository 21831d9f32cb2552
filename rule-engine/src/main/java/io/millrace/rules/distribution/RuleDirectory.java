package io.millrace.rules.distribution;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The rule files of a directory, or one file, and whether they have changed. The directory's events only wake the watcher, what
 * counts is whether names, sizes, times or the targets of links (the {@code ..data} swap of a ConfigMap) are others than when
 * the files were last read. Of the thread that watches.
 */
final class RuleDirectory implements AutoCloseable {

    /** Files must have stayed the same for that long: editors and copies write in several steps. */
    private static final long QUIET_MILLIS = 200;

    private final Path path;
    private final WatchService events;
    private String readSignature = "";

    RuleDirectory(Path path) throws IOException {
        this.path = path;
        events = FileSystems.getDefault().newWatchService();
        Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        if (directory != null && Files.isDirectory(directory)) {
            var unused = directory.register(
                    events,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        }
    }

    Path path() {
        return path;
    }

    List<SourceText> read() throws IOException {
        readSignature = signature();
        return RuleFiles.read(List.of(path));
    }

    /** Waits at most that long; true if the files are others than those that were read, and have come to rest. */
    boolean awaitChange(long millis) throws InterruptedException {
        await(millis);
        String seen = signature();
        if (seen.equals(readSignature)) {
            return false;
        }
        String before;
        do {
            before = seen;
            await(QUIET_MILLIS);
            seen = signature();
        } while (!seen.equals(before));
        return true;
    }

    private void await(long millis) throws InterruptedException {
        WatchKey key = events.poll(millis, TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents().clear();
            var unused = key.reset();
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
            // In the middle of a swap, or gone: the reading that follows says which.
            return "unreadable: " + e;
        }
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
