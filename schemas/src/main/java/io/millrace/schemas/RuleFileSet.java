package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The rule files as one rule engine has them, at {@code GET /rules/files} of its ops port.
 *
 * @param instance its name
 * @param hash of names and texts, the {@link RuleSetRecord#digest} of the set
 * @param fromPath whether they are files of its own; else they come from the topic
 * @param reason why they cannot be edited there, and how else; empty if they can
 * @param items by name
 */
public record RuleFileSet(String instance, String hash, boolean fromPath, Optional<String> reason, List<Item> items) {

    /** @param revision hash of the text */
    public record Item(String file, String revision, String text) {}

    /**
     * What somebody wants of one file, at {@code POST /rules/files}.
     *
     * @param text as it is to be; empty = the file is to go
     * @param revision of the text that he has seen; empty = there is to be no such file
     * @param by his name
     */
    public record Edit(String file, Optional<String> text, Optional<String> revision, String by) {
        public Edit {
            text = text == null ? Optional.empty() : text;
            revision = revision == null ? Optional.empty() : revision;
        }
    }

    /** What came of it; without a revision the file is gone. */
    public record Edited(String file, Optional<String> revision, String hash) {
        public Edited {
            revision = revision == null ? Optional.empty() : revision;
        }
    }

    public RuleFileSet {
        reason = reason == null ? Optional.empty() : reason;
        items = List.copyOf(items);
    }

    /** SHA-256 in hex. */
    public static String revision(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
