package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The rule files in force, on {@code rule-sets} under one key: whoever puts others in force writes them there, all rule engines
 * take them from there, so that all run the same.
 *
 * @param revision hash of their meaning, as the writer understood them
 * @param files by name
 * @param by instance that wrote it
 * @param replaced the sets that were in force before, the newest first
 * @param origin where they were written from
 */
public record RuleSetRecord(
        String revision, List<File> files, Instant at, String by, List<Replaced> replaced, Origin origin) {

    /** Who has the files. */
    public enum Origin {
        /** The engine that wrote the record, at its rules.path. */
        @JsonProperty("engine")
        ENGINE,
        /** A person, who applied them. */
        @JsonProperty("applied")
        APPLIED
    }

    /** The key of all these records. */
    public static final String KEY = "rules";
    /** As many files as a topic's record must hold: a ConfigMap takes 1 MiB, several may be mounted. */
    public static final int MAX_BYTES = 8 << 20;

    private static final int REMEMBERED = 8;

    /** A rule file. */
    public record File(String name, String text) {}

    /** A set that was in force until then, by its {@link #digest}. */
    public record Replaced(String digest, Instant at) {}

    public RuleSetRecord {
        files = List.copyOf(files);
        replaced = replaced == null ? List.of() : List.copyOf(replaced);
        origin = origin == null ? Origin.ENGINE : origin;
    }

    /** The first set of all. */
    public static RuleSetRecord first(String revision, List<File> files, Instant at, String by) {
        return new RuleSetRecord(revision, files, at, by, List.of(), Origin.ENGINE);
    }

    /** The set that follows this one. */
    public RuleSetRecord followedBy(String nextRevision, List<File> nextFiles, Instant when, String who) {
        String own = digest();
        String next = digest(nextFiles);
        List<Replaced> before = Stream.concat(Stream.of(new Replaced(own, when)), replaced.stream())
                .filter(old -> !old.digest().equals(next))
                .limit(REMEMBERED)
                .toList();
        return new RuleSetRecord(nextRevision, nextFiles, when, who, before, Origin.ENGINE);
    }

    /** The same, put in force by a person. */
    public RuleSetRecord applied() {
        return new RuleSetRecord(revision, files, at, by, replaced, Origin.APPLIED);
    }

    /** Whether it replaced these files, or one did that it followed. */
    public boolean hasReplaced(List<File> others) {
        String digest = digest(others);
        return replaced.stream().anyMatch(old -> old.digest().equals(digest));
    }

    /** Whether these files were in force until less than that long ago. */
    public boolean hasReplaced(List<File> others, Instant now, Duration within) {
        String digest = digest(others);
        return replaced.stream()
                .anyMatch(old ->
                        old.digest().equals(digest) && old.at().plus(within).isAfter(now));
    }

    /** SHA-256 of names and texts, in hex. */
    public String digest() {
        return digest(files);
    }

    /** Of other files, as {@link #digest()}. */
    public static String digest(List<File> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (File file : files) {
                for (String part : List.of(file.name(), file.text())) {
                    byte[] bytes = part.getBytes(UTF_8);
                    digest.update((bytes.length + ":").getBytes(UTF_8));
                    digest.update(bytes);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public ProducerRecord<byte[], byte[]> toRecord(Topics topics) {
        return new ProducerRecord<>(topics.ruleSets(), KEY.getBytes(UTF_8), Json.write(this));
    }
}
