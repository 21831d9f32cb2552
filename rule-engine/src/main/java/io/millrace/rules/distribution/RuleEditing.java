package io.millrace.rules.distribution;

import io.millrace.rules.check.CheckDesk;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.SourceText;
import io.millrace.schemas.RuleFileSet;
import io.millrace.schemas.RuleFileSet.Edit;
import io.millrace.schemas.RuleFileSet.Edited;
import io.millrace.schemas.RuleSetRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rule files as people look at them and edit them, where they live: in {@code rules.path}, or on the topic. A change is made only if all
 * files together are right with it, and is told as made when it is in force. One edit at a time, on a thread that may wait; looking is for
 * any thread.
 */
public final class RuleEditing {

    /** Of one file. */
    public static final int MAX_TEXT = 256 << 10;

    private static final int MAX_FILES = 500;
    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}";
    private static final Duration IN_FORCE = Duration.ofSeconds(15);

    private final RulesInForce rules;
    private final boolean editable;
    private final CheckDesk desk = new CheckDesk(Duration.ofSeconds(10));

    public RuleEditing(RulesInForce rules, boolean editable) {
        this.rules = rules;
        this.editable = editable;
    }

    /** The change is not made; the message says why. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;
        private final String code;

        Refused(int status, String code, String message) {
            super(message, null, false, false);
            this.status = status;
            this.code = code;
        }

        /** Of HTTP. */
        public int status() {
            return status;
        }

        public String code() {
            return code;
        }
    }

    /** With the change, the files are not right. */
    public static final class Mistakes extends Exception {
        private static final long serialVersionUID = 1;
        private final transient RuleFiles.Loaded loaded;

        Mistakes(RuleFiles.Loaded loaded) {
            super("the files have mistakes", null, false, false);
            this.loaded = loaded;
        }

        public RuleFiles.Loaded loaded() {
            return loaded;
        }
    }

    private record Shelf(List<RuleSetRecord.File> files, Optional<String> reason) {}

    public RuleFileSet look() throws IOException {
        Shelf shelf = shelf();
        return new RuleFileSet(
                rules.role().instance(),
                RuleSetRecord.digest(shelf.files),
                rules.role().path().isPresent(),
                shelf.reason,
                shelf.files.stream()
                        .map(file -> new RuleFileSet.Item(file.name(), RuleFileSet.revision(file.text()), file.text()))
                        .toList());
    }

    private Shelf shelf() throws IOException {
        Optional<RuleSetRecord> inForce = rules.published();
        List<RuleSetRecord.File> published = inForce.map(RuleSetRecord::files).orElse(List.of());
        Optional<Path> path = rules.role().path();
        if (path.isEmpty()) {
            return new Shelf(published, whyNotOnTopic(inForce));
        }
        List<RuleSetRecord.File> here = RuleFiles.read(List.of(path.get())).stream()
                .map(RulesInForce::file)
                .toList();
        if (inForce.isPresent()
                && rules.areFilesGood()
                && !inForce.get().digest().equals(RuleSetRecord.digest(here))) {
            return new Shelf(
                    published,
                    Optional.of(
                            "the rules in force are not those of " + path.get() + " at engine "
                                    + rules.role().instance() + ": "
                                    + inForce.get().by()
                                    + " has put others in force; once the files there are edited, or these applied again, they are"));
        }
        return new Shelf(here, whyNotIn(path.get()));
    }

    private Optional<String> whyNotOnTopic(Optional<RuleSetRecord> inForce) {
        if (!editable) {
            return Optional.of(
                    "the rules are on the topic rule-sets: put others in force with millrace rules apply, or set"
                            + " rules.editable: true at engine " + rules.role().instance());
        }
        return inForce.filter(set -> set.origin() == RuleSetRecord.Origin.ENGINE)
                .map(set -> "the rules in force come from the files of engine " + set.by()
                        + ": edit those, or take over" + " with millrace rules apply --force");
    }

    private Optional<String> whyNotIn(Path path) {
        if (!editable) {
            return Optional.of("the rules are files in " + path + " at engine "
                    + rules.role().instance()
                    + ": edit them there, or set rules.editable: true at that engine");
        }
        return Files.isWritable(directory(path))
                ? Optional.empty()
                : Optional.of("the engine " + rules.role().instance() + " may not write to " + directory(path)
                        + ": edit the files where they come from");
    }

    private static Path directory(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return Files.isDirectory(path) || parent == null ? path : parent;
    }

    /**
     * Makes one change. Waits for Kafka, for half a minute at most.
     *
     * @throws Mistakes if the set would not be right
     */
    public Edited edit(Edit edit) throws Refused, Mistakes, IOException, InterruptedException {
        if (!edit.file().matches(NAME) || !RuleFiles.isRuleFile(edit.file())) {
            throw new Refused(
                    400,
                    "invalid-field",
                    "file: expected a name such as fan.rules.yaml: at most 100 letters, digits and . _ -, ending in .yaml or .yml,"
                            + " and no test");
        }
        Shelf shelf = shelf();
        if (shelf.reason.isPresent()) {
            throw new Refused(409, "rules-not-editable", shelf.reason.get());
        }
        requireSeen(edit, shelf.files);
        Optional<String> text = edit.text().map(RuleEditing::withoutMark);
        List<RuleSetRecord.File> next = next(edit.file(), text, shelf.files);
        RuleFiles.Loaded loaded = check(next);
        if (loaded.rules().isEmpty()) {
            throw new Mistakes(loaded);
        }
        String digest = RuleSetRecord.digest(next);
        put(edit, text, next, digest, loaded.rules().get().revision());
        if (!rules.awaitInForce(digest, IN_FORCE)) {
            throw new Refused(
                    503,
                    "not-in-force-yet",
                    "the change is written, and not in force yet: Kafka does not answer; the engine goes on trying");
        }
        return new Edited(edit.file(), text.map(RuleFileSet::revision), digest);
    }

    private static void requireSeen(Edit edit, List<RuleSetRecord.File> files) throws Refused {
        Optional<String> now = files.stream()
                .filter(file -> file.name().equals(edit.file()))
                .map(file -> RuleFileSet.revision(file.text()))
                .findFirst();
        if (now.isEmpty() && edit.text().isEmpty()) {
            throw new Refused(404, "unknown-file", "there is no rule file \"" + edit.file() + "\"");
        }
        if (!now.equals(edit.revision())) {
            throw new Refused(
                    412,
                    "changed-meanwhile",
                    edit.revision().isEmpty()
                            ? "there is a file " + edit.file() + " already"
                            : now.map(revision -> edit.file() + " has been changed meanwhile, it has the revision "
                                            + revision)
                                    .orElse("there is no file " + edit.file() + " any more"));
        }
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private List<RuleSetRecord.File> next(String name, Optional<String> text, List<RuleSetRecord.File> files)
            throws Refused {
        List<RuleSetRecord.File> next = new ArrayList<>(files);
        boolean removed = next.removeIf(file -> file.name().equals(name));
        text.ifPresent(given -> next.add(new RuleSetRecord.File(name, given)));
        next.sort(Comparator.comparing(RuleSetRecord.File::name));
        long length = next.stream().mapToLong(file -> file.text().length()).sum();
        if (text.filter(given -> given.length() > MAX_TEXT).isPresent()
                || length > RuleSetRecord.MAX_BYTES / 3
                || next.size() > MAX_FILES) {
            throw new Refused(
                    413,
                    "too-large",
                    "expected a file of at most " + (MAX_TEXT >> 10) + " KiB, at most " + MAX_FILES + " files and "
                            + (RuleSetRecord.MAX_BYTES / 3 >> 10) + " KiB in all");
        }
        Optional<Path> path = rules.role().path();
        if (path.isPresent() && !Files.isDirectory(path.get()) && (!removed || text.isEmpty())) {
            throw new Refused(
                    409,
                    "rules-not-editable",
                    "rules.path is the one file " + path.get() + ", and can only be changed");
        }
        return next;
    }

    private RuleFiles.Loaded check(List<RuleSetRecord.File> files) throws Refused, InterruptedException {
        try {
            return desk.check(files.stream()
                    .map(file -> new SourceText(file.name(), file.text()))
                    .toList());
        } catch (CheckDesk.Unchecked refused) {
            throw refused.isBusy()
                    ? new Refused(429, "too-many-requests", String.valueOf(refused.getMessage()))
                    : new Refused(422, "too-complex", String.valueOf(refused.getMessage()));
        }
    }

    private void put(Edit edit, Optional<String> text, List<RuleSetRecord.File> next, String digest, String revision)
            throws IOException, InterruptedException {
        Optional<Path> path = rules.role().path();
        if (path.isEmpty()) {
            try {
                rules.apply(revision, next, edit.by());
            } catch (RuleSetTopic.WriteException e) {
                throw new IOException(e.getMessage(), e);
            }
            return;
        }
        rules.expect(digest, edit.by());
        RuleFileWriter writer = new RuleFileWriter(directory(path.get()));
        if (text.isPresent()) {
            writer.write(edit.file(), text.get());
        } else {
            writer.delete(edit.file());
        }
    }
}
